//! From upload to result, and everything that can be refused on the way.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod forms;

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use bytes::Bytes;
use common::{Reply, Server, Wav, config, form, sine};
use futures::{StreamExt, stream};
use server::config::Limits;
use web::model::{RecordingDetails, RecordingPage, TaskState, UploadRules};

async fn server() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(config(&folder)).await;
    (folder, server)
}

async fn limited(limits: Limits) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(server::config::Config { limits, ..config(&folder) }).await;
    (folder, server)
}

async fn post_form(server: &Server, path: &str, parts: &[(&str, &str, &[u8])]) -> Reply {
    let (kind, body) = form(parts);
    server.send(Request::post(path).header("content-type", kind).body(body.into()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn upload_to_result() {
    let (_folder, server) = server().await;
    let sound = dsp::demo::wav();
    let reply = server.upload("démo sound.wav", sound.clone()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let created: RecordingDetails = reply.json();
    let id = created.recording.id.clone();
    assert_eq!(reply.header("location"), format!("/api/das/{id}"));
    assert_eq!(created.recording.name, "démo sound.wav");
    assert_eq!(created.recording.size_bytes, sound.len() as u64);

    let details = server.finished(&id).await;
    let analysis = details.analysis.unwrap();
    assert_eq!(analysis.schema, dsp::analysis::SCHEMA);
    assert_eq!(analysis.source.sha256, created.recording.sha256);
    assert_eq!(details.task.progress_percent, Some(100.0));
    assert_eq!(details.recording.duration_s, Some(analysis.source.duration_s));

    let document: dsp::analysis::Analysis = server.get(&format!("/api/das/{id}/analysis.json")).await.json();
    assert!(document.series.is_some());
    assert!(document.rhythm.is_some() && document.tonal.is_some());
    // Pages do without series and times.
    assert!(document.without_lists() == analysis);
    let grid = dsp::grid::Grid::from_bytes(&server.get(&format!("/api/das/{id}/spectrogram.bin")).await.body).unwrap();
    assert_eq!(grid.geometry(), &analysis.spectrogram);
    let waveform: dsp::waveform::Waveform = server.get(&format!("/api/das/{id}/waveform.json")).await.json();
    assert!(!waveform.min.is_empty());
    let original = server.get(&format!("/api/das/{id}/original")).await;
    assert_eq!(original.header("content-type"), "audio/wav");
    assert!(original.body == sound);
    let page: RecordingPage = server.get("/api/das").await.json();
    assert_eq!((page.total, page.items.len(), page.items[0].state), (1, 1, TaskState::Finished));

    assert_eq!(server.files().len(), 3);
    assert_eq!(server.delete(&id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new());
    assert_eq!(server.delete(&id).await.problem().code, "not_found");
    for part in ["", "/analysis.json", "/spectrogram.png", "/spectrogram.bin", "/waveform.json", "/original", "/events"]
    {
        assert_eq!(server.get(&format!("/api/das/{id}{part}")).await.problem().code, "not_found");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_keeps_to_its_schema() {
    let (_folder, server) = server().await;
    let id = server.accepted("a.wav", &sine(0.5)).await;
    server.finished(&id).await;
    let document: serde_json::Value = server.get(&format!("/api/das/{id}/analysis.json")).await.json();
    assert_eq!(document["schema"], 2);
    assert_eq!(document["parameters"]["measures"], "full");
    // A mono sine of 1 kHz and amplitude 0.49: 9.2 dB and the shelf of the K-weighting at 1 kHz, which BS.1770 takes back.
    let loudness = document["loudness"]["integrated_lufs"].as_f64().unwrap();
    assert!((loudness + 9.2).abs() < 0.2, "{loudness}");
    assert!(document["series"]["centroid_hz"]["values"].is_array());
    // A page does not need the series.
    let details: serde_json::Value = server.get(&format!("/api/das/{id}")).await.json();
    assert!(details["analysis"]["loudness"].is_object() && details["analysis"].get("series").is_none(), "{details}");
    assert_eq!(document["source"]["container"], "wave");
    let peak = document["spectral"]["peak_frequency_hz"].as_f64().unwrap();
    assert!((peak - 1_000.0).abs() < 2.0, "{peak}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_are_refused_leave_nothing() {
    let (_folder, server) = limited(Limits { max_channels: 4, ..Limits::default() }).await;
    let silence = [0u8; 64];
    let wav = |wav: Wav, promised| wav.file(&silence, promised);
    let cases = [
        (Vec::new(), 422, "empty"),
        (b"This is text and no sound at all.\n".repeat(40), 422, "not_audio"),
        (wav(Wav { channels: 8, ..Wav::PCM16 }, 64), 422, "too_many_channels"),
        (wav(Wav { rate_hz: 0, ..Wav::PCM16 }, 64), 422, "sample_rate"),
        (wav(Wav { rate_hz: 4_000_000_000, ..Wav::PCM16 }, 64), 422, "sample_rate"),
        (wav(Wav { rate_hz: 8, ..Wav::PCM16 }, 64), 422, "sample_rate"),
        (wav(Wav { rate_hz: 100, bits: 8, ..Wav::PCM16 }, 4_000_000_000), 422, "too_long"),
    ];
    for (bytes, status, code) in cases {
        let problem = server.upload("x.wav", bytes).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (status, code), "{problem:?}");
    }
    assert!(server.files().is_empty(), "{:?}", server.files());
    let page: RecordingPage = server.get("/api/das").await.json();
    assert_eq!(page.total, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_behind_the_header_fails_the_task_and_drops_the_bytes() {
    let (_folder, server) = server().await;
    let mut samples = vec![0u8; 64_000];
    samples[32_000..32_004].copy_from_slice(&f32::NAN.to_le_bytes());
    let cases =
        [(Wav::FLOAT.file(&samples, 64_000), "not_finite"), (Wav::PCM16.file(&[1; 20_000], 64_000), "truncated")];
    for (bytes, code) in cases {
        let reply = server.upload("x.wav", bytes).await;
        if reply.status != StatusCode::CREATED {
            assert_eq!(reply.problem().code, code);
            continue;
        }
        let id = reply.json::<RecordingDetails>().recording.id;
        let details = server.ended(&id).await;
        assert_eq!((details.task.state, details.task.attempt), (TaskState::Failed, 1));
        assert_eq!(details.task.problem.unwrap().code, code);
        assert_eq!(server.get(&format!("/api/das/{id}/original")).await.problem().code, "not_found");
        assert_eq!(server.get(&format!("/api/das/{id}/analysis.json")).await.problem().code, "not_ready");
    }
    // The bytes go right after the end of the task.
    for _ in 0..500 {
        if server.files().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.files().is_empty(), "{:?}", server.files());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_is_refused_while_it_streams() {
    let limits = Limits { max_bytes: 100_000, ..Limits::default() };
    let (_folder, server) = limited(limits).await;
    // This sender would never stop by itself.
    let endless = stream::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[0; 4_096])));
    let problem = server.upload("x.wav", Body::from_stream(endless)).await.problem();
    assert_eq!((problem.status, problem.code.as_str(), problem.limit), (413, "too_large", Some(100_000.0)));
    // Announced: refused before the first byte.
    let request = Request::post("/api/das/upload?name=x.wav").header("content-length", "100001");
    let problem = server.send(request.body(Body::empty()).unwrap()).await.problem();
    assert_eq!((problem.code.as_str(), problem.actual), ("too_large", Some(100_001.0)));
    let problem = post_form(&server, "/api/das/upload", &[("file", "x.wav", &[0; 200_000])]).await.problem();
    assert_eq!(problem.code, "too_large");
    assert!(server.files().is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_break_off_leave_nothing() {
    let (_folder, server) = server().await;
    let broken = stream::iter([Ok(Bytes::from_static(&[0; 4_096])), Err(std::io::Error::other("reset"))]);
    assert_eq!(server.upload("x.wav", Body::from_stream(broken)).await.problem().code, "bad_request");
    // A client that hangs up: the request is dropped in the middle.
    let hanging = Body::from_stream(stream::pending::<Result<Bytes, std::convert::Infallible>>());
    let dropped = tokio::time::timeout(Duration::from_millis(200), server.upload("x.wav", hanging)).await;
    assert!(dropped.is_err());
    assert!(server.files().is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(server::config::Config { min_free_disk_bytes: u64::MAX / 2, ..config(&folder) }).await;
    let problem = server.upload("x.wav", sine(0.1)).await.problem();
    assert_eq!((problem.status, problem.code.as_str()), (507, "disk_full"));
    assert!(server.files().is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_no_upload() {
    let (_folder, server) = server().await;
    for kind in ["text/plain", "application/json", "application/x-www-form-urlencoded", "", "é"] {
        let request = Request::post("/api/das/upload?name=x.wav").header("content-type", kind.as_bytes());
        let problem = server.send(request.body(sine(0.1).into()).unwrap()).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported_media_type"), "{kind}");
    }
    for name in ["", "..", "a/", "\u{0}"] {
        assert_eq!(server.upload(name, sine(0.1)).await.problem().code, "bad_name", "{name:?}");
    }
    assert_eq!(
        post_form(&server, "/api/das/upload", &[("other", "x.wav", &sine(0.1))]).await.problem().code,
        "bad_request"
    );
    assert_eq!(post_form(&server, "/api/das/upload", &[]).await.problem().code, "bad_request");
    let broken = Request::post("/api/das/upload").header("content-type", "multipart/form-data");
    assert_eq!(server.send(broken.body(Body::empty()).unwrap()).await.problem().code, "bad_request");
    // A part whose header never ends must not fill the memory.
    let endless = stream::iter([Ok(Bytes::from_static(b"--XX\r\n"))])
        .chain(stream::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'a'; 4_096]))));
    let request = Request::post("/api/das/upload").header("content-type", "multipart/form-data; boundary=XX");
    assert_eq!(server.send(request.body(Body::from_stream(endless)).unwrap()).await.problem().code, "bad_request");
    assert!(server.files().is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_with_paths_or_control_characters_are_refused() {
    let (_folder, server) = server().await;
    let sound = sine(0.1);
    for (name, why) in [
        ("../../etc/passwd.wav", "a slash or a backslash"),
        ("C:\\x\\a.wav", "a slash or a backslash"),
        ("..", "no usable name"),
        ("a\u{1b}[31m.wav", "a control character"),
        ("line\nbreak.wav", "a control character"),
        ("a\u{85}.wav", "a control character"),
    ] {
        let problem = server.upload(name, sound.clone()).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (400, "bad_name"), "{name:?}");
        assert!(problem.detail.contains(why), "{name:?}: {}", problem.detail);
        // As browsers write it into a form.
        let sent = name.replace('\n', "%0A");
        let problem = post_form(&server, "/api/das/upload", &[("file", &sent, &sound)]).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (400, "bad_name"), "{sent:?}");
        assert!(problem.detail.contains(why), "{sent:?}: {}", problem.detail);
        let page = post_form(&server, "/das/upload", &[("file", "a.wav", &sound), ("file", &sent, &sound)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{sent:?}");
        assert!(page.text().contains("bad_name") && page.text().contains(why), "{sent:?}: {}", page.text());
    }
    let page: RecordingPage = server.get("/api/das").await.json();
    assert_eq!((page.total, server.files()), (0, Vec::new()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_are_kept_without_what_cannot_be_seen() {
    let (_folder, server) = server().await;
    let id = server.accepted(" pass\u{202e}wd ♫.wav ", &sine(0.1)).await;
    assert_eq!(server.details(&id).await.recording.name, "passwd ♫.wav");
    let reply = post_form(&server, "/api/das/upload", &[("file", "say %22hi%22.wav", &sine(0.1))]).await;
    assert_eq!(reply.json::<RecordingDetails>().recording.name, "say \"hi\".wav", "{}", reply.text());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_bytes_share_their_blobs_until_the_last_is_deleted() {
    let (_folder, server) = server().await;
    let sound = sine(0.3);
    let (first, second) = (server.accepted("a.wav", &sound).await, server.accepted("b.wav", &sound).await);
    assert_ne!(first, second);
    server.finished(&first).await;
    server.finished(&second).await;
    assert_eq!(server.files().len(), 3);
    server.delete(&first).await;
    assert_eq!(server.files().len(), 3);
    assert_eq!(server.get(&format!("/api/das/{second}/original")).await.body, sound);
    server.delete(&second).await;
    assert!(server.files().is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_pages_of_the_index() {
    let (_folder, server) = server().await;
    let rules: UploadRules = server.get("/api/das/upload").await.json();
    assert_eq!(rules.max_bytes, Limits::default().max_bytes);
    assert!(rules.extensions.contains(&"flac".to_owned()) && rules.formats.contains(&"WAV".to_owned()));
    let mut ids = Vec::new();
    for index in 0..5 {
        ids.push(server.accepted(&format!("{index}.wav"), &sine(0.05)).await);
    }
    ids.reverse();
    let (mut seen, mut after) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page: RecordingPage = server.get(&format!("/api/das?limit=2{after}")).await.json();
        assert_eq!(page.total, 5);
        seen.extend(page.items.into_iter().map(|item| item.id));
        after = page.next.map(|next| format!("&after={next}")).unwrap_or_default();
    }
    assert_eq!((seen, after.as_str()), (ids, ""));
    assert_eq!(server.get("/api/das?limit=x").await.problem().code, "bad_request");
    server.stop().await;
}
