//! Calls that become tasks have the same answers.

use super::*;

/// Documents say how long the work took; everything else must be the same.
fn timeless(body: &[u8]) -> serde_json::Value {
    let mut document: serde_json::Value = serde_json::from_slice(body).unwrap();
    document.as_object_mut().unwrap().remove("timing");
    document
}

async fn large_sounds_have_the_same_answers(isolate: bool) {
    let (_folder, at_once) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine { isolate, ..Engine::default() };
    let tasks = Server::start(Config { engine, ..small_calls(&folder) }).await;
    for (path, media_type, name) in OPERATIONS {
        let sound = sine(20.0);
        assert!(sound.len() > 500_000);
        let expected = call(&at_once, path, sound.clone()).await;
        assert_eq!(expected.status, StatusCode::OK, "{}", expected.text());
        let queued = queued(&tasks, path, sound).await;
        let call = finished(&tasks, &queued.id).await;
        let about = call.result.unwrap();
        assert_eq!((about.media_type.as_str(), about.name.as_str()), (media_type, name));
        assert_eq!(call.links.result.as_deref(), Some(format!("{}/result", call.links.call).as_str()));
        assert!(call.links.cancel.is_none() && call.expires_at.is_some() && call.attempts.len() == 1);

        let reply = result(&tasks, &call.id).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        assert_eq!(reply.header("content-type"), media_type);
        let weak = if media_type == "application/json" { "W/" } else { "" };
        assert_eq!(reply.header("etag"), format!("{weak}\"{}\"", about.sha256));
        assert!(reply.header("content-disposition").starts_with(&format!("attachment; filename=\"{name}\"")));
        assert_eq!(reply.body.len() as u64, about.size_bytes);
        match media_type {
            "application/json" => assert_eq!(timeless(&reply.body), timeless(&expected.body), "{path}"),
            _ => assert!(reply.body == expected.body, "{path}"),
        }
        let address = format!("/api/engine/calls/{}/result", call.id);
        let known = tasks.get_with(&address, &[("if-none-match", reply.header("etag"))]).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
        let part = tasks.get_with(&address, &[("range", "bytes=4-11")]).await;
        assert_eq!((part.status, part.body.as_slice()), (StatusCode::PARTIAL_CONTENT, &reply.body[4..12]));

        // The sound was given up, the result is there.
        has_files(&tasks, 1).await;
        assert_eq!(delete(&tasks, &call.id).await.status, StatusCode::NO_CONTENT);
        for address in [address.clone(), call.links.call, call.links.task] {
            assert_eq!(tasks.get(&address).await.problem().code, "not_found", "{address}");
        }
        without_files(&tasks).await;
    }
    tasks.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_sound_becomes_a_task_with_the_same_answer() {
    large_sounds_have_the_same_answers(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_in_a_process_of_its_own_has_the_same_answer() {
    large_sounds_have_the_same_answers(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_a_call_a_task() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(small_calls(&folder)).await;
    let send = async |path: &str, prefer: Option<&str>, sound: Vec<u8>| {
        let mut request = Request::post(format!("/api/engine/{path}")).header("content-type", "audio/wav");
        if let Some(prefer) = prefer {
            request = request.header("prefer", prefer);
        }
        server.send(request.body(Body::from(sound)).unwrap()).await
    };
    let asked = send("mix?task=true&priority=7", None, sine(0.1)).await;
    assert_eq!((asked.status, asked.json::<CallView>().task.priority), (StatusCode::ACCEPTED, 7));
    let preferred = send("mix", Some("wait=1, respond-async"), sine(0.1)).await;
    assert_eq!((preferred.status, preferred.header("preference-applied")), (StatusCode::ACCEPTED, "respond-async"));
    let at_once = send("mix?task=false", Some("respond-async"), sine(0.1)).await;
    assert_eq!((at_once.status, at_once.header("preference-applied")), (StatusCode::OK, ""));
    // 8 bits at 8 kHz: 40 s are within the bytes.
    let slow = Wav { rate_hz: 8_000, bits: 8, ..Wav::PCM16 };
    let long = send("mix", None, slow.file(&[128; 320_000], 320_000)).await;
    assert_eq!(long.status, StatusCode::ACCEPTED);
    // Nobody says how long the body is.
    let sound = bytes::Bytes::from(sine(20.0));
    let pieces: Vec<_> =
        (0..sound.len()).step_by(65_536).map(|at| sound.slice(at..sound.len().min(at + 65_536))).collect();
    let chunks = futures::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    let request = Request::post("/api/engine/mix").body(Body::from_stream(chunks)).unwrap();
    let unannounced = server.send(request).await;
    assert_eq!(unannounced.status, StatusCode::ACCEPTED, "{}", unannounced.text());

    // The Balancer lists them like any other, and they are no recordings.
    let listed: TaskPage = server.get("/api/balancer/tasks").await.json();
    assert_eq!(listed.items.iter().filter(|task| task.kind == "call").count(), 4);
    assert_eq!(server.get("/api/balancer").await.status, StatusCode::OK);
    assert_eq!(server.get("/api/das").await.json::<RecordingPage>().total, 0);
    let page = server.get("/admin/balancer").await;
    assert!(page.status == StatusCode::OK && page.text().contains("/api/engine/calls/"), "{}", page.text());
    let id = unannounced.json::<CallView>().id;
    assert_eq!(server.get(&format!("/api/das/{id}")).await.problem().code, "not_found");
    assert_eq!(server.delete(&id).await.problem().code, "not_found", "a call is not deleted as a recording");
    server.stop().await;
}
