//! One-off calls of the engine: right answers, named refusals, nothing left behind.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod as_tasks;
mod at_once;
mod life;
mod parameters;
mod refused_tasks;

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use common::{Reply, Server, Wav, config, sine};
use server::config::{Balancer, Calls, Config, Engine, Limits};
use web::model::{CallView, RecordingPage, TaskPage, TaskState};

/// Every operation with an output of its own kind: path, media type, end of the name.
const OPERATIONS: [(&str, &str, &str); 5] = [
    ("fft?name=tone.wav", "application/json", "tone.wav.fft.json"),
    ("resample?rate_hz=8000&name=tone.wav", "audio/wav", "tone.wav.8000.wav"),
    ("mix?encoding=pcm16&name=tone.wav", "audio/wav", "tone.wav.mono.wav"),
    ("spectrogram?width=200&height=100&name=tone.wav", "image/png", "tone.wav.spectrogram.png"),
    ("analysis?name=tone.wav", "application/json", "tone.wav.analysis.json"),
];

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
