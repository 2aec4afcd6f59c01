//! Files that come in a form.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_without_scripts() {
    let (_folder, server) = server().await;
    let sound = sine(0.1);
    let one = post_form(&server, "/das/upload", &[("file", "a.wav", &sound)]).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.text());
    let id = one.header("location").strip_prefix("/das/").unwrap().to_owned();
    let several = post_form(&server, "/das/upload", &[("file", "b.wav", &sound), ("file", "c.wav", &sound)]).await;
    assert_eq!((several.status, several.header("location")), (StatusCode::SEE_OTHER, "/das"));
    let refused =
        post_form(&server, "/das/upload", &[("file", "d.wav", b"no sound, but long enough to be looked at ......")])
            .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.header("content-type").starts_with("text/html"));
    assert!(refused.text().contains("not_audio"), "the page names the problem");
    let page: RecordingPage = server.get("/api/das").await.json();
    assert_eq!(page.total, 3);
    let deleted = server.send(Request::post(format!("/das/{id}/delete")).body(Body::empty()).unwrap()).await;
    assert_eq!((deleted.status, deleted.header("location")), (StatusCode::SEE_OTHER, "/das"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_stored_whole_or_not_at_all() {
    let (_folder, server) = server().await;
    let sound = sine(0.1);
    let bad: &[u8] = b"no sound, but long enough to be looked at ......";
    let two = post_form(&server, "/api/das/upload", &[("file", "a.wav", &sound), ("file", "b.wav", &sound)]).await;
    assert_eq!((two.problem().status, two.problem().code.as_str()), (400, "bad_request"), "one file at a time");
    for (parts, status) in [
        (vec![("file", "a.wav", sound.as_slice()), ("file", "b.wav", bad)], 422),
        (vec![("file", "a.wav", sound.as_slice()), ("file", "b.wav", &[]), ("file", "c.wav", &sound)], 422),
        (vec![("file", "a.wav", sound.as_slice()), ("file", "..", &sound)], 400),
    ] {
        assert_eq!(post_form(&server, "/das/upload", &parts).await.status.as_u16(), status);
    }
    // The form breaks off behind its first file.
    let (kind, mut body) = form(&[("file", "a.wav", &sound), ("file", "b.wav", &sound)]);
    body.truncate(body.len() - 20);
    let cut = server.send(Request::post("/das/upload").header("content-type", kind).body(body.into()).unwrap()).await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST);
    let page: RecordingPage = server.get("/api/das").await.json();
    assert_eq!((page.total, server.files()), (0, Vec::new()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_is_limited() {
    let (_folder, server) = server().await;
    let sound = sine(0.1);
    let small = [("note", "", b"x".as_slice()), ("file", "a.wav", &sound), ("note", "", b"y")];
    assert_eq!(post_form(&server, "/api/das/upload", &small).await.status, StatusCode::CREATED);
    let long_name = format!("{}.wav", "x".repeat(9_000));
    for parts in [
        vec![("note", "", [b'x'; 70_000].as_slice())],
        // Counted together, behind a good file, and by their headers when they are empty.
        vec![("file", "a.wav", sound.as_slice()), ("a", "", &[0; 40_000]), ("b", "", &[0; 40_000])],
        vec![("note", "", b"".as_slice()); 1_000],
        vec![("file", long_name.as_str(), sound.as_slice())],
    ] {
        let problem = post_form(&server, "/api/das/upload", &parts).await.problem();
        assert_eq!((problem.code.as_str(), problem.limit.is_some()), ("bad_request", true), "{problem:?}");
    }
    let page: RecordingPage = server.get("/api/das").await.json();
    assert_eq!(page.total, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_senders_are_given_up_wherever_they_stop() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_impatient(config(&folder), Duration::from_millis(200)).await;
    let (_, whole) = form(&[("note", "", b"text"), ("file", "a.wav", &sine(0.1))]);
    let content = whole.windows(4).position(|bytes| bytes == b"text").unwrap();
    let file = whole.windows(4).position(|bytes| bytes == b"RIFF").unwrap();
    // Before anything, in a boundary, in a header, in another field, in the next header, in the file, in the last boundary.
    for end in [0, 3, 20, content + 2, content + 30, file + 100, whole.len() - 4] {
        let start = Bytes::copy_from_slice(&whole[..end]);
        let body = stream::iter([Ok::<_, std::convert::Infallible>(start)]).chain(stream::pending());
        let request = Request::post("/api/das/upload").header("content-type", "multipart/form-data; boundary=XX");
        let sending = server.send(request.body(Body::from_stream(body)).unwrap());
        let reply = tokio::time::timeout(Duration::from_secs(10), sending).await;
        let problem = reply.unwrap_or_else(|_| panic!("held at byte {end}")).problem();
        assert_eq!(problem.code, "bad_request", "{end}: {problem:?}");
    }
    // Not silent, but a header without end that comes byte by byte.
    let drops = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b"a")), ()))
    });
    let body = stream::iter([Ok(Bytes::from_static(b"--XX\r\n"))]).chain(drops);
    let request = Request::post("/api/das/upload").header("content-type", "multipart/form-data; boundary=XX");
    let sending = server.send(request.body(Body::from_stream(body)).unwrap());
    let reply = tokio::time::timeout(Duration::from_secs(10), sending).await.unwrap();
    assert_eq!(reply.problem().code, "bad_request");
    assert!(server.files().is_empty());
    server.stop().await;
}
