//! What a crash leaves behind, and what happens at the next start.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{sync::Arc, time::Duration};

use common::{Server, config, sine};
use server::{
    balancer::{Engine as _, Fenced, Progress, Standing, Stop, settle},
    config::{Config, Engine},
};
use web::model::TaskState;

#[tokio::test(flavor = "multi_thread")]
async fn leftovers_are_removed_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(config(&folder)).await;
    let id = first.accepted("a.wav", &sine(0.3)).await;
    first.finished(&id).await;
    let kept = first.files();
    first.stop().await;

    let data = folder.path().join("data");
    let orphan = data.join("blobs/ab").join("c".repeat(62));
    std::fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    std::fs::write(&orphan, b"orphan").unwrap();
    std::fs::write(data.join("blobs/ab/no-key"), b"stranger").unwrap();
    std::fs::write(data.join("incoming/0123"), b"half an upload").unwrap();

    let second = Server::start(config(&folder)).await;
    let mut found = second.files();
    found.sort();
    let mut kept = kept;
    kept.sort();
    assert_eq!(found, kept);
    assert_eq!(second.details(&id).await.task.state, TaskState::Finished);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_of_a_dead_run_is_done_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let dead = Server::start_without_engines(config(&folder)).await;
    let id = dead.accepted("a.wav", &sine(0.3)).await;
    // The engine takes the task and is never heard of again; its lease would run for half a minute.
    dead.lease().await;
    drop(dead);
    let next = Server::start(config(&folder)).await;
    assert_eq!(next.finished(&id).await.task.attempt, 2);
    assert_eq!(next.files().len(), 3);
    next.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_kills_every_run_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    // The one attempt that it may have is not in a process of its own.
    let settings = Config { engine: Engine { max_attempts: 1, ..Engine::default() }, ..config(&folder) };
    let dead = Server::start_without_engines(settings.clone()).await;
    let id = dead.accepted("a.wav", &sine(0.3)).await;
    dead.lease().await;
    drop(dead);
    let next = Server::start(settings).await;
    let details = next.ended(&id).await;
    assert_eq!(details.task.problem.unwrap().code, "attempts_exhausted");
    next.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deaths_of_the_server_fail_no_innocent_recording() {
    let folder = tempfile::tempdir().unwrap();
    let mut id = String::new();
    for run in 0..4 {
        let dead = Server::start_without_engines(config(&folder)).await;
        if run == 0 {
            id = dead.accepted("a.wav", &sine(0.3)).await;
        }
        // From the second on in a process of its own, which cannot have been what killed the server.
        assert_eq!(dead.lease().await.isolated, run > 0);
    }
    let next = Server::start(config(&folder)).await;
    let details = next.finished(&id).await;
    assert_eq!((details.task.attempt, details.attempts.len()), (2, 5));
    next.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_is_held_by_one_program() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start_without_engines(config(&folder)).await;
    let error = server::serve::open(&config(&folder)).await.err().unwrap().to_string();
    assert!(error.contains("another running das"), "{error}");
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_puts_a_running_task_back_uncounted() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(config(&folder)).await;
    let id = first.accepted("a.wav", &sine(900.0)).await;
    while first.details(&id).await.task.state == TaskState::Queued {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    first.stop().await;
    let second = Server::start_without_engines(config(&folder)).await;
    let details = second.details(&id).await;
    // A fast machine may be through already; then there is nothing to put back.
    if details.task.state != TaskState::Finished {
        assert_eq!((details.task.state, details.task.attempt), (TaskState::Queued, 0));
    }
    let runner = second.engines(1);
    second.finished(&id).await;
    assert_eq!(second.files().len(), 3);
    assert!(runner.stop(Duration::from_secs(10)).await);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_deleted_under_its_engine_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(config(&folder)).await;
    // At several moments of the analysis, the last ones around its end.
    for pause_ms in [0, 5, 20, 60, 120, 240] {
        let id = server.accepted("a.wav", &sine(120.0)).await;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        assert_eq!(server.delete(&id).await.status.as_u16(), 204);
        assert_eq!(server.get(&format!("/api/das/{id}")).await.problem().code, "not_found");
    }
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
async fn an_engine_that_lost_its_lease_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Config { engine: Engine { lease_s: 0.05, ..Engine::default() }, ..config(&folder) };
    let server = Server::start_without_engines(settings).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    let late = server.lease().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let current = server.lease().await;
    assert_eq!(current.attempt, 2);
    assert_eq!(server.backend().complete(&late, None).await.unwrap(), Fenced::Refused);
    assert_eq!(server.backend().heartbeat(&late, Progress::default()).await.unwrap(), Standing::Lost);
    // The engine's own code, under the dead lease: it stops and leaves no blob.
    let (engine, task) = (Arc::clone(&server.engine), server.context(late));
    let ended = tokio::task::spawn_blocking(move || engine.run(&task)).await.unwrap();
    assert_eq!(ended.unwrap_err().name(), "lease lost");
    assert_eq!(server.files().len(), 1, "the source alone");
    assert_eq!(server.details(&id).await.analysis, None);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_whose_engine_panics_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Config { engine: Engine { max_attempts: 2, ..Engine::default() }, ..config(&folder) };
    let server = Server::start_without_engines(settings).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    let lease = server.lease().await;
    settle(server.backend().as_ref(), &lease, Stop::Panicked).await.unwrap();
    assert_eq!(server.details(&id).await.task.state, TaskState::Queued);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let lease = server.lease().await;
    settle(server.backend().as_ref(), &lease, Stop::Panicked).await.unwrap();
    let problem = server.details(&id).await.task.problem.unwrap();
    assert_eq!(problem.code, "attempts_exhausted");
    assert!(problem.detail.contains("broke down"), "{}", problem.detail);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_missing_is_tried_again_and_then_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Config { engine: Engine { max_attempts: 2, ..Engine::default() }, ..config(&folder) };
    let server = Server::start_without_engines(settings).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    for file in server.files() {
        std::fs::remove_file(file).unwrap();
    }
    let runner = server.engines(1);
    let task = server.ended(&id).await.task;
    assert_eq!((task.attempt, task.problem.unwrap().code.as_str()), (2, "attempts_exhausted"));
    assert!(runner.stop(Duration::from_secs(10)).await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_for_a_while_costs_no_attempt() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Config { engine: Engine { max_attempts: 1, ..Engine::default() }, ..config(&folder) };
    let accepting = Server::start_without_engines(settings.clone()).await;
    let id = accepting.accepted("a.wav", &sine(0.3)).await;
    accepting.stop().await;
    // No room even for results.
    let full = Server::start(Config { min_free_disk_bytes: u64::MAX, ..settings.clone() }).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let task = full.details(&id).await.task;
    assert!(!task.state.is_final(), "{task:?}");
    full.stop().await;
    let roomy = Server::start(settings).await;
    assert_eq!(roomy.finished(&id).await.task.attempt, 1);
    roomy.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_finds_room_for_its_result() {
    let folder = tempfile::tempdir().unwrap();
    let accepting = Server::start_without_engines(config(&folder)).await;
    let id = accepting.accepted("a.wav", &sine(0.3)).await;
    accepting.stop().await;
    // As if this upload had been the last that fitted: less than the reserve is free now.
    let disk = rustix::fs::statvfs(folder.path()).unwrap();
    let reserve = disk.f_bavail * disk.f_frsize * 2;
    let tight = Server::start(Config { min_free_disk_bytes: reserve, ..config(&folder) }).await;
    assert_eq!(tight.upload("b.wav", sine(0.3)).await.problem().code, "disk_full");
    tight.finished(&id).await;
    tight.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    let mut changes = server.backend().subscribe();
    let mut tx = server.services.db.write().await.unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE DELETE ON recording BEGIN SELECT raise(ABORT, 'refused'); END";
    sqlx::query(refuse).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(server.delete(&id).await.problem().code, "internal");
    assert_eq!(server.details(&id).await.task.state, TaskState::Queued);
    assert!(changes.try_recv().is_err(), "nobody was told");
    assert_eq!(server.files().len(), 1);
    server.stop().await;
}
