//! One-off calls of the engine: right answers, named refusals, nothing left behind.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use common::{Reply, Server, Wav, config, sine};
use server::config::{Balancer, Calls, Config, Engine, Limits};
use web::model::{CallView, RecordingPage, TaskPage, TaskState};

async fn server() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(config(&folder)).await;
    (folder, server)
}

async fn call(server: &Server, path: &str, sound: Vec<u8>) -> Reply {
    let request = Request::post(format!("/api/engine/{path}")).header("content-type", "audio/wav");
    server.send(request.body(Body::from(sound)).unwrap()).await
}

fn code(reply: &Reply) -> String {
    reply.json::<web::model::Problem>().code
}

/// Rate, channels and samples of a WAV file, as the decoder reads it.
fn decoded(wav: &[u8]) -> (u32, u32, Vec<f32>) {
    let source = Box::new(std::io::Cursor::new(wav.to_vec()));
    let mut decoder = dsp::decode::Decoder::open(source, Some("a.wav"), &dsp::decode::Limits::default()).unwrap();
    let (rate_hz, channels) = (decoder.info().sample_rate_hz, decoder.info().channels);
    let mut first = Vec::new();
    while let Some(block) = decoder.next_block().unwrap() {
        first.extend_from_slice(&block[0]);
    }
    (rate_hz, channels, first)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sine_through_every_operation() {
    let (_folder, server) = server().await;
    // 1 kHz at 16 kHz, amplitude 16000 / 32768.
    let level_db = 20.0 * (16_000.0f64 / 32_768.0).log10();

    let reply = call(&server, "fft?window_length_frames=1024&hop_frames=256", sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let document: serde_json::Value = reply.json();
    assert_eq!(document["bin_width_hz"], 15.625);
    assert!((document["max_dbfs"][64].as_f64().unwrap() - level_db).abs() < 0.01, "{document}");

    let reply = call(&server, "resample?rate_hz=48000&encoding=pcm24&name=tone.wav", sine(1.0)).await;
    assert_eq!(reply.header("content-type"), "audio/wav");
    assert!(reply.header("content-disposition").contains("tone.wav.48000.wav"));
    let (rate_hz, channels, samples) = decoded(&reply.body);
    assert_eq!((rate_hz, channels, samples.len()), (48_000, 1, 48_000));
    let largest = samples[10_000..30_000].iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    assert!((f64::from(largest) - 16_000.0 / 32_768.0).abs() < 1e-3, "{largest}");

    let stereo = Wav { channels: 2, ..Wav::PCM16 };
    let opposite: Vec<u8> = (0..4000i16).flat_map(|x| [x, -x]).flat_map(i16::to_le_bytes).collect();
    let reply = call(&server, "mix", stereo.file(&opposite, opposite.len() as u32)).await;
    let (_, channels, samples) = decoded(&reply.body);
    assert_eq!((channels, samples.len()), (1, 4000));
    assert!(samples.iter().all(|&x| x == 0.0));

    let reply = call(&server, "spectrogram?width=300&height=200&palette=viridis", sine(1.0)).await;
    assert_eq!(reply.header("content-type"), "image/png");
    assert_eq!(reply.body[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(reply.body[16..24], [0, 0, 1, 44, 0, 0, 0, 200]);

    let reply = call(&server, "analysis", sine(1.0)).await;
    let analysis: dsp::analysis::Analysis = reply.json();
    assert_eq!(analysis.source.frames, 16_000);
    assert!((analysis.spectral.peak_frequency_hz.unwrap() - 1000.0).abs() < 1.0);
    assert!(analysis.loudness.is_some());
    let reply = call(&server, "analysis?measures=overview", sine(1.0)).await;
    assert!(reply.json::<dsp::analysis::Analysis>().loudness.is_none());

    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "a call leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_names() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { max_bytes: 100_000, max_duration_s: 2.0, ..Limits::default() };
    let server = Server::start(Config { limits, ..config(&folder) }).await;
    for (path, sound, status, name) in [
        ("fft?window_length_frames=1000", sine(0.1), 400, "bad_request"),
        ("fft?hop_frames=0", sine(0.1), 400, "bad_request"),
        ("fft?window=gauss", sine(0.1), 400, "bad_request"),
        ("fft?windo=hann_periodic", sine(0.1), 400, "bad_request"),
        ("resample?rate_hz=7", sine(0.1), 400, "bad_request"),
        ("resample?rate_hz=many", sine(0.1), 400, "bad_request"),
        ("mix?encoding=mp3", sine(0.1), 400, "bad_request"),
        ("spectrogram?width=0", sine(0.1), 400, "bad_request"),
        ("spectrogram?width=16384&height=16384", sine(0.1), 400, "bad_request"),
        ("spectrogram?low_dbfs=nan", sine(0.1), 400, "bad_request"),
        ("spectrogram?low_dbfs=0&high_dbfs=-10", sine(0.1), 400, "bad_request"),
        ("analysis?measures=all", sine(0.1), 400, "bad_request"),
        ("analysis", Vec::new(), 422, "empty"),
        ("analysis", b"no sound, just words ".repeat(50), 422, "not_audio"),
        ("analysis", Wav::PCM16.file(&[0; 1000], 40_000), 422, "truncated"),
        ("analysis", Wav::FLOAT.file(&f32::NAN.to_le_bytes().repeat(500), 2000), 422, "not_finite"),
        ("analysis", sine(2.5), 422, "too_long"),
        ("analysis?task=maybe", sine(0.1), 400, "bad_request"),
        ("analysis?task=true&measures=all", sine(0.1), 400, "bad_request"),
        ("analysis?task=true&priority=1000", sine(0.1), 400, "bad_priority"),
        ("analysis?task=true&class=accelerator", sine(0.1), 422, "no_engine"),
        ("analysis?task=true", b"no sound, just words ".repeat(50), 422, "not_audio"),
        ("analysis", vec![0; 100_001], 413, "too_large"),
    ] {
        let reply = call(&server, path, sound).await;
        assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (status, name), "{path}: {}", reply.text());
    }
    let request = Request::post("/api/engine/mix").header("content-type", "text/plain");
    let reply = server.send(request.body(Body::from(sine(0.1))).unwrap()).await;
    assert_eq!(code(&reply), "unsupported_media_type");
    // A sound that is too large is refused while it comes, also when its length is not announced.
    let chunks = futures::stream::iter((0..200).map(|_| Ok::<_, std::io::Error>(bytes::Bytes::from(vec![0u8; 1000]))));
    let request = Request::post("/api/engine/mix").body(Body::from_stream(chunks)).unwrap();
    let reply = server.send(request).await;
    assert_eq!(code(&reply), "too_large");
    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "a refused call leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_their_turn_and_more_of_them_become_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Calls { slots: 1, ..Calls::default() };
    let server = std::sync::Arc::new(Server::start(Config { calls, ..config(&folder) }).await);
    let seats = server.services().call_seats.available_permits();
    assert!(seats > 1, "some may wait");
    let waiting: Vec<_> = (0..seats)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move { call(&server, "analysis", sine(3.0)).await.status })
        })
        .collect();
    for reply in waiting {
        assert_eq!(reply.await.unwrap(), StatusCode::OK);
    }

    let all = server.services().call_seats.clone().try_acquire_many_owned(seats as u32).unwrap();
    let reply = call(&server, "analysis", sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    drop(all);
    assert_eq!(call(&server, "analysis", sine(1.0)).await.status, StatusCode::OK);
    // A picture that takes much memory is counted among the tasks.
    let reply = call(&server, "spectrogram?width=8192&height=8192", sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
}

/// Every operation with an output of its own kind: path, media type, end of the name.
const OPERATIONS: [(&str, &str, &str); 5] = [
    ("fft?name=tone.wav", "application/json", "tone.wav.fft.json"),
    ("resample?rate_hz=8000&name=tone.wav", "audio/wav", "tone.wav.8000.wav"),
    ("mix?encoding=pcm16&name=tone.wav", "audio/wav", "tone.wav.mono.wav"),
    ("spectrogram?width=200&height=100&name=tone.wav", "image/png", "tone.wav.spectrogram.png"),
    ("analysis?name=tone.wav", "application/json", "tone.wav.analysis.json"),
];

/// Everything over half a megabyte or 30 s is a task.
fn small_calls(folder: &tempfile::TempDir) -> Config {
    let calls = Calls { max_bytes: 500_000, max_duration_s: 30.0, ..Calls::default() };
    Config { calls, ..config(folder) }
}

/// Sends what must become a task.
async fn queued(server: &Server, path: &str, sound: Vec<u8>) -> CallView {
    let reply = call(server, path, sound).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{path}: {}", reply.text());
    let call: CallView = reply.json();
    assert_eq!(reply.header("location"), format!("/api/engine/calls/{}", call.id));
    assert_eq!((call.links.call.as_str(), call.task.kind.as_str()), (reply.header("location"), "call"));
    call
}

async fn view(server: &Server, id: &str) -> CallView {
    server.get(&format!("/api/engine/calls/{id}")).await.json()
}

async fn ended(server: &Server, id: &str) -> CallView {
    for _ in 0..3_000 {
        let call = view(server, id).await;
        if call.task.state.is_final() {
            return call;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{id} does not end");
}

async fn finished(server: &Server, id: &str) -> CallView {
    let call = ended(server, id).await;
    assert_eq!(call.task.state, TaskState::Finished, "{:?}", call.task.problem);
    call
}

async fn result(server: &Server, id: &str) -> Reply {
    server.get(&format!("/api/engine/calls/{id}/result")).await
}

async fn cancel(server: &Server, id: &str) -> Reply {
    server.send(Request::post(format!("/api/engine/calls/{id}/cancel")).body(Body::empty()).unwrap()).await
}

async fn delete(server: &Server, id: &str) -> Reply {
    server.send(Request::delete(format!("/api/engine/calls/{id}")).body(Body::empty()).unwrap()).await
}

/// Waits until an engine works on it.
async fn running(server: &Server, id: &str) {
    while view(server, id).await.task.state == TaskState::Queued {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Engines need a moment to notice that they are to stop, and to clear up behind a task that has ended.
async fn has_files(server: &Server, count: usize) {
    for _ in 0..1_000 {
        if server.files().len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} files expected: {:?}", server.files());
}

async fn without_files(server: &Server) {
    has_files(server, 0).await;
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_call_says_so_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(small_calls(&folder)).await;
    let call = queued(&server, "analysis", sine(20.0)).await;
    assert_eq!(call.task.state, TaskState::Queued);
    assert!(call.outlook.wait.is_some() && call.result.is_none() && call.links.result.is_none());
    assert_eq!(call.operation["operation"], "analysis");
    let early = result(&server, &call.id).await.problem();
    assert_eq!((early.status, early.code.as_str()), (409, "not_ready"));

    let reply = cancel(&server, &call.id).await;
    assert_eq!(reply.json::<CallView>().task.state, TaskState::Cancelled);
    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "its sound is given up");
    assert_eq!(cancel(&server, &call.id).await.problem().code, "wrong_state");
    let late = result(&server, &call.id).await.problem();
    assert!(late.code == "not_ready" && late.detail.contains("cancelled"), "{late:?}");
    let again = Request::post(format!("/api/balancer/tasks/{}/retry", call.task.id)).body(Body::empty()).unwrap();
    assert_eq!(server.send(again).await.problem().code, "source_gone");
    assert_eq!(delete(&server, &call.id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete(&server, &call.id).await.problem().code, "not_found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_call_stops_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(small_calls(&folder)).await;
    let sound = sine(600.0);
    // At several moments, by each of the ways.
    for (pause_ms, path) in [(0, "analysis"), (30, "resample"), (150, "analysis"), (0, "mix")] {
        let call = queued(&server, path, sound.clone()).await;
        running(&server, &call.id).await;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        let reply = cancel(&server, &call.id).await;
        // A fast machine may be through already.
        if reply.status == StatusCode::OK {
            without_files(&server).await;
            assert_eq!(view(&server, &call.id).await.task.state, TaskState::Cancelled);
        }
        assert_eq!(delete(&server, &call.id).await.status, StatusCode::NO_CONTENT);
        without_files(&server).await;

        let call = queued(&server, path, sound.clone()).await;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        assert_eq!(delete(&server, &call.id).await.status, StatusCode::NO_CONTENT);
        without_files(&server).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_expire_and_take_nothing_of_others_along() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Calls { keep_s: 1.0, ..Calls::default() };
    let server = Server::start_without_engines(Config { calls, ..config(&folder) }).await;
    let sound = sine(1.0);
    let recording = server.accepted("a.wav", &sound).await;
    let first = queued(&server, "mix?task=true", sound.clone()).await;
    let second = queued(&server, "mix?task=true", sound.clone()).await;
    assert_eq!(server.files().len(), 1, "the sound is stored once");
    let engines = server.engines(2);
    server.finished(&recording).await;
    finished(&server, &first.id).await;
    finished(&server, &second.id).await;
    // Sound, grid and waveform of the recording; the result of both calls is one file too.
    has_files(&server, 4).await;
    assert_eq!(delete(&server, &first.id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(result(&server, &second.id).await.status, StatusCode::OK);
    let waiting = server.services.tidy_calls().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(waiting + server.services.tidy_calls().await.unwrap(), 1);
    assert_eq!(result(&server, &second.id).await.problem().code, "not_found");
    assert_eq!(server.get(&second.links.task).await.problem().code, "not_found");
    assert_eq!(server.files().len(), 3);
    assert!(server.get(&format!("/api/das/{recording}/original")).await.body == sound);
    assert!(engines.stop(Duration::from_secs(20)).await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_no_call_and_leaves_no_orphan() {
    let folder = tempfile::tempdir().unwrap();
    let dead = Server::start_without_engines(small_calls(&folder)).await;
    let under_way = queued(&dead, "resample", sine(20.0)).await;
    // An engine takes it, writes half of its result, and is never heard of again.
    dead.lease().await;
    let scratch = dead.services.storage.scratch().await.unwrap();
    std::fs::write(scratch.path().join("half.wav"), b"half").unwrap();
    std::mem::forget(scratch);
    let result_blob = folder.path().join("data/blobs/ab").join("c".repeat(62));
    std::fs::create_dir_all(result_blob.parent().unwrap()).unwrap();
    std::fs::write(&result_blob, b"a result whose row was not written").unwrap();
    // The Balancer cancels another, and nobody is left to give its sound up.
    let cancelled = queued(&dead, "mix", sine(25.0)).await;
    dead.backend().cancel(&cancelled.task.id).await.unwrap();
    assert_eq!(dead.files().len(), 4);
    drop(dead);

    let next = Server::start_without_engines(small_calls(&folder)).await;
    assert_eq!(next.files().len(), 1, "the sound that is still needed: {:?}", next.files());
    let call = view(&next, &under_way.id).await;
    assert_eq!((call.task.state, call.task.attempt), (TaskState::Queued, 1));
    let engines = next.engines(1);
    assert_eq!(finished(&next, &under_way.id).await.task.attempt, 2);
    has_files(&next, 1).await;
    assert_eq!(view(&next, &cancelled.id).await.task.state, TaskState::Cancelled);
    assert!(engines.stop(Duration::from_secs(20)).await);
    next.stop().await;

    // What has ended stays, and what has expired goes, over a restart.
    let third = Server::start_without_engines(small_calls(&folder)).await;
    assert_eq!(result(&third, &under_way.id).await.status, StatusCode::OK);
    third.stop().await;
    let calls = Calls { keep_s: 0.0, ..Calls::default() };
    let fourth = Server::start_without_engines(Config { calls, ..config(&folder) }).await;
    assert_eq!(result(&fourth, &under_way.id).await.problem().code, "not_found");
    assert_eq!(fourth.files(), Vec::<std::path::PathBuf>::new());
    fourth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_sounds_fail_by_name_and_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(small_calls(&folder)).await;
    let not_a_number = Wav::FLOAT.file(&f32::NAN.to_le_bytes().repeat(200_000), 800_000);
    let mut cut = sine(25.0);
    cut.truncate(700_000);
    for (path, sound, name) in
        [("analysis", cut.clone(), "truncated"), ("mix", cut, "truncated"), ("spectrogram", not_a_number, "not_finite")]
    {
        let reply = call(&server, path, sound).await;
        // What the header shows is refused at once.
        if reply.status != StatusCode::ACCEPTED {
            assert_eq!(code(&reply), name, "{path}: {}", reply.text());
            continue;
        }
        let call = ended(&server, &reply.json::<CallView>().id).await;
        let problem = call.task.problem.unwrap_or_else(|| panic!("{path} has {:?}", call.result));
        assert_eq!((call.task.state, problem.code.as_str()), (TaskState::Failed, name), "{path}: {}", problem.detail);
        assert!(result(&server, &call.id).await.problem().detail.contains(&problem.detail));
        assert_eq!(call.attempts.len(), 1, "it is not tried again");
    }
    without_files(&server).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_have_limits_too() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { max_bytes: 1_000_000, max_duration_s: 40.0, ..Limits::default() };
    let balancer = Balancer { max_queued: 2, ..Balancer::default() };
    let settings = Config { limits, balancer, ..small_calls(&folder) };
    let server = Server::start_without_engines(settings).await;
    let reply = call(&server, "mix", sine(35.0)).await;
    assert_eq!((reply.status, code(&reply)), (StatusCode::PAYLOAD_TOO_LARGE, "too_large".to_owned()));
    let slow = Wav { rate_hz: 8_000, bits: 8, ..Wav::PCM16 };
    let reply = call(&server, "mix", slow.file(&[128; 400_000], 400_000)).await;
    assert_eq!(code(&reply), "too_long");
    // The same key is the same call.
    let keyed = async || {
        let request = Request::post("/api/engine/mix?task=true").header("idempotency-key", "k");
        server.send(request.body(Body::from(sine(0.1))).unwrap()).await.json::<CallView>().id
    };
    let first = keyed().await;
    assert_eq!(keyed().await, first);
    queued(&server, "mix", sine(20.0)).await;
    assert_eq!(server.files().len(), 2);
    let reply = call(&server, "fft", sine(21.0)).await;
    assert_eq!((reply.status, code(&reply)), (StatusCode::TOO_MANY_REQUESTS, "queue_full".to_owned()));
    assert!(!reply.header("retry-after").is_empty());
    assert_eq!(call(&server, "mix", sine(0.1)).await.status, StatusCode::OK, "small ones do not wait in that queue");
    assert_eq!(keyed().await, first, "however full the queue is");
    assert_eq!(server.files().len(), 2, "what was refused is not kept");
    server.stop().await;
}
