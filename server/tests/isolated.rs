//! Analyses in processes of their own: the same results, and what happens to the process happens to one task alone.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{Server, config, sine};
use rustix::process::{Pid, Signal, kill_process};
use server::config::{Config, Engine};
use tokio::{sync::Mutex, time::sleep};
use web::model::TaskState;

/// The processes of a test are found among the children of this one: one test at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// The engine processes of this one.
fn children() -> Vec<Pid> {
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // Behind the name in brackets: state, then the parent.
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let (state, parent) = (fields.next(), fields.next());
        let line = std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        if parent == Some(&own) && state != Some("Z") && line.contains("--one-shot") {
            found.extend(Pid::from_raw(id));
        }
    }
    found
}

async fn child() -> Pid {
    for _ in 0..2_000 {
        if let Some(child) = children().first() {
            return *child;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("no engine process");
}

fn isolated(folder: &tempfile::TempDir, stall_s: f64) -> Config {
    Config { engine: Engine { isolate: true, stall_s, ..Engine::default() }, ..config(folder) }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_is_the_same() {
    let _alone = ALONE.lock().await;
    let mut results = Vec::new();
    for isolate in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let settings = Config { engine: Engine { isolate, ..Engine::default() }, ..config(&folder) };
        let server = Server::start(settings).await;
        let id = server.accepted("a.wav", &sine(3.0)).await;
        let mut analysis = server.finished(&id).await.analysis.unwrap();
        analysis.timing.elapsed_ms = 0.0;
        analysis.timing.realtime_factor = 0.0;
        let spectrogram = server.get(&format!("/api/das/{id}/spectrogram.bin")).await.body;
        let waveform = server.get(&format!("/api/das/{id}/waveform.json")).await.body;
        results.push((analysis, spectrogram, waveform));
        // What is no sound is told alike.
        let mut cut = sine(5.0);
        cut.truncate(100_000);
        let id = server.accepted("cut.wav", &cut).await;
        assert_eq!(server.ended(&id).await.task.problem.unwrap().code, "truncated");
        server.stop().await;
    }
    assert!(results[0] == results[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_kills_its_process_twice_is_quarantined_and_no_other() {
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(isolated(&folder, 60.0)).await;
    let id = server.accepted("long.wav", &sine(6_000.0)).await;
    for _ in 0..2 {
        kill_process(child().await, Signal::KILL).unwrap();
        while !children().is_empty() {
            sleep(Duration::from_millis(2)).await;
        }
    }
    let details = server.ended(&id).await;
    let problem = details.task.problem.unwrap();
    assert_eq!((details.task.state, problem.code.as_str()), (TaskState::Failed, "quarantined"));
    assert!(problem.detail.contains("signal 9"), "{}", problem.detail);
    assert_eq!(server.files().len(), 1, "the source alone");
    let other = server.accepted("short.wav", &sine(0.3)).await;
    server.finished(&other).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stands_still_is_replaced_and_cannot_come_back() {
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(isolated(&folder, 1.0)).await;
    let id = server.accepted("long.wav", &sine(1_500.0)).await;
    let zombie = child().await;
    kill_process(zombie, Signal::STOP).unwrap();
    loop {
        let attempts = server.details(&id).await.attempts;
        if attempts.first().is_some_and(|attempt| attempt.end.is_some()) {
            assert_eq!(attempts[0].end.as_deref(), Some("stalled"));
            assert!(attempts[0].problem.as_ref().unwrap().detail.contains("no progress"), "{attempts:?}");
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    // It may be gone already; if not, it wakes up to find that nobody listens.
    let _ = kill_process(zombie, Signal::CONT);
    let details = server.finished(&id).await;
    assert_eq!(details.attempts.len(), 2, "{:?}", details.attempts);
    assert_eq!(server.files().len(), 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_process() {
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(isolated(&folder, 60.0)).await;
    let id = server.accepted("long.wav", &sine(6_000.0)).await;
    child().await;
    server.services.cancel(&id).await.unwrap();
    while !children().is_empty() {
        sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(server.details(&id).await.task.state, TaskState::Cancelled);
    server.stop().await;
}
