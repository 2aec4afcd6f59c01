//! The protocol around the use cases: ranges, caching, guards, problems, events, pages.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use common::{Server, config, sine};
use futures::StreamExt;
use web::model::{TaskEvent, TaskState};

async fn server() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::write(
        folder.path().join("dist/index.html"),
        "<html><head><script type=\"module\">import '/dist/x.js'</script></head></html>",
    )
    .unwrap();
    std::fs::write(folder.path().join("dist/app-0123456789abcdef_bg.wasm"), b"\0asm").unwrap();
    std::fs::create_dir(folder.path().join("static")).unwrap();
    std::fs::write(folder.path().join("static/das.css"), "body { margin: 0 }".repeat(200)).unwrap();
    let server = Server::start(config(&folder)).await;
    (folder, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_of_the_original() {
    let (_folder, server) = server().await;
    // More than one slice of the reader.
    let sound = sine(20.0);
    let size = sound.len();
    let path = format!("/api/das/{}/original", server.accepted("ä \"1\".wav", &sound).await);
    let whole = server.get(&path).await;
    let etag = whole.header("etag").to_owned();
    assert_eq!((whole.status, whole.header("accept-ranges"), whole.body.len()), (StatusCode::OK, "bytes", size));
    assert!(whole.body == sound);
    assert!(whole.header("content-disposition").starts_with("inline;"));
    let saved = server.get(&format!("{path}?download=1")).await;
    assert_eq!(
        saved.header("content-disposition"),
        "attachment; filename=\"_ _1_.wav\"; filename*=UTF-8''%C3%A4%20%221%22.wav"
    );

    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=100-300099", 100, 300_100),
        ("bytes=-5", size - 5, size),
        ("bytes=600000-", 600_000, size),
    ] {
        let part = server.get_with(&path, &[("range", range)]).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{}/{size}", to - 1));
        assert_eq!(part.header("content-length"), (to - from).to_string());
        assert!(part.body == sound[from..to], "{range}");
    }
    let outside = server.get_with(&path, &[("range", &format!("bytes={size}-"))]).await;
    assert_eq!((outside.problem().status, outside.header("content-range")), (416, format!("bytes */{size}").as_str()));
    assert_eq!(outside.problem().code, "range_not_satisfiable");
    for (headers, status) in [
        ([("range", "bytes=0-1"), ("if-range", etag.as_str())], 206),
        ([("range", "bytes=0-1"), ("if-range", "\"other\"")], 200),
        ([("range", "bytes=0-1"), ("if-range", "Wed, 21 Oct 2015 07:28:00 GMT")], 200),
        ([("range", "bytes=0-1"), ("if-none-match", etag.as_str())], 304),
        ([("range", "bytes=0-1,4-5"), ("accept-encoding", "gzip")], 200),
    ] {
        let reply = server.get_with(&path, &headers).await;
        assert_eq!(reply.status.as_u16(), status, "{headers:?}");
        assert_eq!(reply.header("content-encoding"), "");
    }
    let head = server.send(Request::head(&path).header("range", "bytes=0-9").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status.as_u16(), head.header("content-length"), head.body.len()), (206, "10", 0));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures() {
    let (_folder, server) = server().await;
    let id = server.accepted("a.wav", &sine(1.0)).await;
    server.finished(&id).await;
    let path = format!("/api/das/{id}/spectrogram.png");
    let picture = server.get(&format!("{path}?width=320&height=100&palette=viridis&low_db=-80&high_db=-10")).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(picture.body[16..24], [0, 0, 1, 64, 0, 0, 0, 100]);
    let known = server.get_with(&path, &[("if-none-match", server.get(&path).await.header("etag"))]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    for query in [
        "width=0",
        "width=8193",
        "height=0",
        "height=4097",
        "width=-1",
        "width=x",
        "palette=none",
        "low_db=NaN",
        "high_db=inf",
        "low_db=-10&high_db=-20",
        "low_db=-10&high_db=-10",
        "low_db=1e9",
    ] {
        assert_eq!(server.get(&format!("{path}?{query}")).await.problem().code, "bad_request", "{query}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem() {
    let (_folder, server) = server().await;
    for (method, path, status, code) in [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/dist/nothing.js", 404, "not_found"),
        ("GET", "/static/../das.sqlite", 404, "not_found"),
        ("GET", "/static/%2e%2e/data/das.sqlite", 404, "not_found"),
        ("GET", "/static/", 404, "not_found"),
        ("POST", "/static/das.css", 405, "method_not_allowed"),
        ("PUT", "/api/das", 405, "method_not_allowed"),
        ("DELETE", "/api/das", 405, "method_not_allowed"),
        ("GET", "/api/das/no-id", 404, "not_found"),
        ("GET", "/api/das/%FF", 404, "not_found"),
        ("DELETE", "/api/das/00000000-0000-0000-0000-000000000000", 404, "not_found"),
        ("POST", "/das/00000000-0000-0000-0000-000000000000/delete", 404, "not_found"),
        ("GET", "/api/das?limit=-1", 400, "bad_request"),
        ("GET", "/api/das?limit=0", 400, "bad_request"),
        ("GET", "/api/das?limit=201", 400, "bad_request"),
        ("GET", "/api/das?limt=5", 400, "bad_request"),
        ("GET", "/api/das?limit=1&limit=2", 400, "bad_request"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let problem = server.send(request).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (status, code), "{method} {path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_press_of_delete_shows_a_page() {
    let (_folder, server) = server().await;
    let id = server.accepted("a.wav", &sine(0.1)).await;
    let press = |id: &str| {
        let request = Request::post(format!("/das/{id}/delete")).header("accept", "text/html,*/*;q=0.8");
        server.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(press(&id).await.status, StatusCode::SEE_OTHER);
    for id in [id.as_str(), "no-id"] {
        let again = press(id).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert!(again.header("content-type").starts_with("text/html"), "{}", again.text());
        assert!(again.text().contains("<a href=\"/das\""), "a way back: {}", again.text());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_are_kept_out() {
    let (_folder, server) = server().await;
    let id = server.accepted("a.wav", &sine(0.1)).await;
    for (name, value) in [("host", "evil.example"), ("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")]
    {
        let request = Request::delete(format!("/api/das/{id}")).header(name, value).body(Body::empty()).unwrap();
        let problem = server.send(request).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (403, "origin"), "{name}: {value}");
    }
    assert_eq!(server.get_with("/das", &[("host", "evil.example")]).await.problem().code, "origin");
    assert_eq!(server.details(&id).await.recording.id, id);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_not_there_yet() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let id = server.accepted("a.wav", &sine(0.1)).await;
    for part in ["analysis.json", "spectrogram.bin", "spectrogram.png", "waveform.json"] {
        let problem = server.get(&format!("/api/das/{id}/{part}")).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (409, "not_ready"), "{part}");
    }
    server.stop().await;
}

async fn events(server: &Server, id: &str) -> Vec<TaskEvent> {
    let response = server.open_reply(Request::get(format!("/api/das/{id}/events")).body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    let mut chunks = response.into_body().into_data_stream();
    while let Some(chunk) = tokio::time::timeout(Duration::from_secs(30), chunks.next()).await.unwrap() {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    text.split("\n\n")
        .filter(|block| block.starts_with("event: task\n"))
        .map(|block| serde_json::from_str(block.split_once("data: ").unwrap().1).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_tell_the_whole_story_and_end() {
    let (_folder, server) = server().await;
    let id = server.accepted("a.wav", &sine(60.0)).await;
    let seen = events(&server, &id).await;
    assert_eq!(seen.last().unwrap().task.state, TaskState::Finished);
    let again = events(&server, &id).await;
    assert_eq!(again.len(), 1, "a finished task has one event");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_end_when_the_recording_is_deleted_or_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let (first, second) = (server.accepted("a.wav", &sine(0.1)).await, server.accepted("b.wav", &sine(0.1)).await);
    let (seen, _) = tokio::join!(events(&server, &first), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.delete(&first).await
    });
    assert_eq!(
        seen.iter().map(|event| event.task.state).collect::<Vec<_>>(),
        [TaskState::Queued, TaskState::Cancelled]
    );
    let (seen, ()) = tokio::join!(events(&server, &second), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.stop.cancel();
    });
    assert_eq!(seen.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_carry_their_policy_and_nonce() {
    let (_folder, server) = server().await;
    let home = server.get("/").await;
    assert_eq!((home.status, home.header("location")), (StatusCode::SEE_OTHER, "/das"));
    let id = server.accepted("<b>a.wav", &sine(0.1)).await;
    server.finished(&id).await;
    let mut nonces = Vec::new();
    for path in ["/das".to_owned(), "/das/upload".to_owned(), format!("/das/{id}")] {
        let page = server.get_with(&path, &[("accept", "text/html")]).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        let html = page.text();
        let policy = page.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned();
        assert!(
            html.contains(&format!("<script nonce=\"{nonce}\" type=\"module\">import '/dist/x.js'")),
            "{path}: {html}"
        );
        for script in html.split("<script").skip(1) {
            let tag = script.split_once('>').unwrap().0;
            assert!(tag.contains(&nonce) || tag.contains("src=\"/"), "{path}: an inline script without nonce: {tag}");
        }
        let unescaped = html.find("<b>a.wav").map(|at| &html[at.saturating_sub(60)..at + 20]);
        assert_eq!(unescaped, None, "names are escaped");
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce for each response");
    for path in ["/nothing", "/das/00000000-0000-0000-0000-000000000000"] {
        let missing = server.get_with(path, &[("accept", "text/html")]).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
        assert!(missing.header("content-type").starts_with("text/html"));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_cached_by_their_names_and_compressed() {
    let (_folder, server) = server().await;
    let wasm = server.get("/dist/app-0123456789abcdef_bg.wasm").await;
    assert_eq!((wasm.header("content-type"), wasm.body.as_slice()), ("application/wasm", b"\0asm".as_slice()));
    assert!(wasm.header("cache-control").contains("immutable"));
    assert!(wasm.header("content-security-policy").contains("'wasm-unsafe-eval'"), "a worker lives by its own policy");
    let css = server.get_with("/static/das.css", &[("accept-encoding", "gzip")]).await;
    assert_eq!((css.header("content-encoding"), css.header("cache-control")), ("gzip", "no-cache"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_api_and_health() {
    let (_folder, server) = server().await;
    let document: serde_json::Value = server.get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["components"]["schemas"]["RecordingDetails"].is_object());
    let health: serde_json::Value = server.get("/healthz").await.json();
    assert_eq!(health["status"], "ok");
    server.stop().await;
}
