//! What every backend must do, whatever it keeps its tasks in. A backend runs the suite by naming its factory.

#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::{sleep, timeout};
use uuid::Uuid;
use web::model::TaskState;

use super::*;
use crate::{config, problem::Code};

/// Opens backends on one and the same store; each is a run of the program of its own.
#[async_trait]
trait Factory: Send + Sync {
    async fn create() -> Self;
    async fn open(&self, settings: &config::Engine) -> Arc<dyn TaskBackend>;
}

fn settings(lease_s: f64, max_attempts: u32) -> config::Engine {
    config::Engine { lease_s, max_attempts, ..config::Engine::default() }
}

fn recording() -> NewRecording {
    NewRecording {
        id: Uuid::now_v7().to_string(),
        name: "a.wav".into(),
        size_bytes: 1,
        sha256: "a1".repeat(32),
        container: "wave".into(),
        codec: "pcm_s16le".into(),
        sample_rate_hz: 44_100,
        channels: 1,
        duration_s: None,
    }
}

fn outcome() -> Outcome {
    let result =
        StoredResult { analysis: "{}".into(), spectrogram_sha256: "b2".repeat(32), waveform_sha256: "c3".repeat(32) };
    Outcome { result, duration_s: 2.0 }
}

async fn enqueue(backend: &Arc<dyn TaskBackend>) -> TaskView {
    backend.enqueue(&[recording()], TaskKind::Analysis).await.unwrap().remove(0)
}

async fn state(backend: &Arc<dyn TaskBackend>, id: &str) -> TaskState {
    backend.get(id).await.unwrap().unwrap().state
}

async fn each_task_is_leased_once_in_order<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let (first, second) = (enqueue(&backend).await, enqueue(&backend).await);
    let leases = [backend.lease().await.unwrap().unwrap(), backend.lease().await.unwrap().unwrap()];
    assert_eq!(leases.each_ref().map(|lease| lease.task_id.as_str()), [first.id.as_str(), second.id.as_str()]);
    assert_ne!(leases[0].token, leases[1].token);
    assert_eq!(leases[0].attempt, 1);
    assert!(backend.lease().await.unwrap().is_none());
    assert_eq!(state(&backend, &first.id).await, TaskState::Running);
}

async fn engines_side_by_side_never_share_a_task<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    for _ in 0..12 {
        enqueue(&backend).await;
    }
    let engines = (0..4).map(|_| {
        let backend = Arc::clone(&backend);
        tokio::spawn(async move {
            let mut done = Vec::new();
            while let Some(lease) = backend.lease().await.unwrap() {
                assert_eq!(backend.complete(&lease, &outcome()).await.unwrap(), Fenced::Accepted);
                done.push(lease.task_id);
            }
            done
        })
    });
    let mut done: Vec<String> = futures::future::join_all(engines).await.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(done.len(), 12);
    done.sort();
    done.dedup();
    assert_eq!(done.len(), 12);
}

async fn recording_and_task_are_stored_together<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let new = recording();
    let mut changes = backend.subscribe();
    backend.enqueue(std::slice::from_ref(&new), TaskKind::Analysis).await.unwrap();
    changes.recv().await.unwrap();
    // The second of three is there already: none is stored, and nobody hears of any.
    assert!(backend.enqueue(&[recording(), new, recording()], TaskKind::Analysis).await.is_err());
    assert!(changes.try_recv().is_err());
    assert!(backend.lease().await.unwrap().is_some());
    assert!(backend.lease().await.unwrap().is_none());
    let several = backend.enqueue(&[recording(), recording()], TaskKind::Analysis).await.unwrap();
    for task in several {
        assert_eq!(backend.lease().await.unwrap().unwrap().task_id, task.id);
    }
}

async fn heartbeats_keep_the_lease<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(0.4, 3)).await;
    let task = enqueue(&backend).await;
    let lease = backend.lease().await.unwrap().unwrap();
    for percent in [10.0, 40.0, 80.0] {
        sleep(Duration::from_millis(200)).await;
        assert_eq!(backend.heartbeat(&lease, Some(percent)).await.unwrap(), Standing::Held);
        assert!(backend.lease().await.unwrap().is_none());
    }
    assert_eq!(backend.get(&task.id).await.unwrap().unwrap().progress_percent, Some(80.0));
}

async fn a_late_engine_is_fenced_off<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(0.05, 3)).await;
    let task = enqueue(&backend).await;
    let late = backend.lease().await.unwrap().unwrap();
    sleep(Duration::from_millis(80)).await;
    let current = backend.lease().await.unwrap().unwrap();
    assert_eq!((current.task_id.as_str(), current.attempt), (task.id.as_str(), 2));
    let problem = Code::Corrupt.problem("x");
    assert_eq!(backend.heartbeat(&late, None).await.unwrap(), Standing::Lost);
    assert_eq!(backend.complete(&late, &outcome()).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.fail(&late, &problem, true).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.retry(&late, &problem).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.release(&late).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.postpone(&late).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &task.id).await, TaskState::Running);
    assert_eq!(backend.complete(&current, &outcome()).await.unwrap(), Fenced::Accepted);
    assert_eq!(backend.complete(&current, &outcome()).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &task.id).await, TaskState::Finished);
}

async fn silent_engines_use_the_attempts_up<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(0.02, 2)).await;
    let task = enqueue(&backend).await;
    for attempt in 1..=2 {
        assert_eq!(backend.lease().await.unwrap().unwrap().attempt, attempt);
        sleep(Duration::from_millis(40)).await;
    }
    assert!(backend.lease().await.unwrap().is_none());
    let task = backend.get(&task.id).await.unwrap().unwrap();
    assert_eq!((task.state, task.attempt), (TaskState::Failed, 2));
    assert_eq!(task.problem.unwrap().code, "attempts_exhausted");
}

async fn broken_attempts_are_retried_after_a_pause<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 2)).await;
    let task = enqueue(&backend).await;
    let problem = Code::DiskFull.problem("No space.");
    let lease = backend.lease().await.unwrap().unwrap();
    assert_eq!(backend.retry(&lease, &problem).await.unwrap(), Fenced::Accepted);
    assert_eq!(state(&backend, &task.id).await, TaskState::Queued);
    assert!(backend.lease().await.unwrap().is_none(), "not before the pause is over");
    sleep(Duration::from_millis(1_100)).await;
    let lease = backend.lease().await.unwrap().unwrap();
    backend.retry(&lease, &problem).await.unwrap();
    let problem = backend.get(&task.id).await.unwrap().unwrap().problem.unwrap();
    assert_eq!(problem.code, "attempts_exhausted");
    assert!(problem.detail.contains("No space."), "{}", problem.detail);
}

async fn troubles_that_pass_never_use_the_attempts_up<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 1)).await;
    let task = enqueue(&backend).await;
    for pause_ms in [1_000, 2_000] {
        let lease = backend.lease().await.unwrap().unwrap();
        assert_eq!(lease.attempt, 1);
        assert_eq!(backend.postpone(&lease).await.unwrap(), Fenced::Accepted);
        assert_eq!(backend.postpone(&lease).await.unwrap(), Fenced::Refused);
        let waiting = backend.get(&task.id).await.unwrap().unwrap();
        assert_eq!((waiting.state, waiting.attempt), (TaskState::Queued, 0));
        sleep(Duration::from_millis(pause_ms - 300)).await;
        assert!(backend.lease().await.unwrap().is_none(), "not before the pause is over");
        sleep(Duration::from_millis(400)).await;
    }
    // A crash after all that is the first that counts.
    let lease = backend.lease().await.unwrap().unwrap();
    backend.retry(&lease, &Code::Internal.problem("Broken.")).await.unwrap();
    let problem = backend.get(&task.id).await.unwrap().unwrap().problem.unwrap();
    assert_eq!((problem.code.as_str(), problem.actual), ("attempts_exhausted", Some(1.0)));
}

async fn a_deleted_recording_takes_its_task_along<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let (running, finished) = (recording(), recording());
    let tasks = backend.enqueue(&[running.clone(), finished.clone()], TaskKind::Analysis).await.unwrap();
    let lease = backend.lease().await.unwrap().unwrap();
    let other = backend.lease().await.unwrap().unwrap();
    backend.complete(&other, &outcome()).await.unwrap();
    let mut changes = backend.subscribe();
    assert_eq!(backend.delete(&running.id).await.unwrap(), Some(vec![running.sha256.clone()]));
    let change = changes.recv().await.unwrap();
    assert_eq!((change.recording_id, change.task.state), (running.id.clone(), TaskState::Cancelled));
    assert!(backend.get(&tasks[0].id).await.unwrap().is_none());
    assert_eq!(backend.heartbeat(&lease, None).await.unwrap(), Standing::Cancelled);
    assert_eq!(backend.complete(&lease, &outcome()).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.delete(&running.id).await.unwrap(), None);
    assert_eq!(backend.delete(&finished.id).await.unwrap().unwrap().len(), 3);
    assert!(changes.try_recv().is_err(), "a task that has ended is not cancelled");
}

async fn every_heartbeat_is_announced<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    enqueue(&backend).await;
    let lease = backend.lease().await.unwrap().unwrap();
    let mut changes = backend.subscribe();
    for percent in 0..20 {
        assert_eq!(backend.heartbeat(&lease, Some(percent as f32)).await.unwrap(), Standing::Held);
        assert_eq!(changes.recv().await.unwrap().task.progress_percent, Some(percent as f32));
    }
}

async fn released_tasks_do_not_count_as_tried<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 1)).await;
    enqueue(&backend).await;
    for _ in 0..3 {
        let lease = backend.lease().await.unwrap().unwrap();
        assert_eq!(lease.attempt, 1);
        assert_eq!(backend.release(&lease).await.unwrap(), Fenced::Accepted);
    }
}

async fn bad_input_fails_at_once<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let task = enqueue(&backend).await;
    let lease = backend.lease().await.unwrap().unwrap();
    let problem = Code::Truncated.limit("Cut off.", 10.0, Some(5.0));
    assert_eq!(backend.fail(&lease, &problem, true).await.unwrap(), Fenced::Accepted);
    let task = backend.get(&task.id).await.unwrap().unwrap();
    assert_eq!((task.state, task.problem), (TaskState::Failed, Some(problem)));
    assert!(task.finished_at.is_some());
    assert!(backend.lease().await.unwrap().is_none());
}

async fn cancelled_tasks_stop<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let (running, waiting) = (enqueue(&backend).await, enqueue(&backend).await);
    let lease = backend.lease().await.unwrap().unwrap();
    for task in [&running, &waiting] {
        assert_eq!(backend.cancel(&task.id).await.unwrap().unwrap().state, TaskState::Cancelled);
        assert!(backend.cancel(&task.id).await.unwrap().is_none());
    }
    assert_eq!(backend.heartbeat(&lease, None).await.unwrap(), Standing::Cancelled);
    assert_eq!(backend.complete(&lease, &outcome()).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &running.id).await, TaskState::Cancelled);
    assert!(backend.lease().await.unwrap().is_none());
    assert!(backend.cancel("nothing").await.unwrap().is_none());
    assert!(backend.get("nothing").await.unwrap().is_none());
}

async fn a_new_run_takes_over<F: Factory>() {
    let store = F::create().await;
    let old = store.open(&settings(60.0, 2)).await;
    let task = enqueue(&old).await;
    let lost = old.lease().await.unwrap().unwrap();
    let new = store.open(&settings(60.0, 2)).await;
    assert!(new.lease().await.unwrap().is_none());
    assert_eq!(new.recover().await.unwrap(), 1);
    assert_eq!(new.recover().await.unwrap(), 0);
    let lease = new.lease().await.unwrap().unwrap();
    assert_eq!((lease.task_id.as_str(), lease.attempt), (task.id.as_str(), 2));
    assert_eq!(new.recover().await.unwrap(), 0, "its own leases are alive");
    assert_eq!(old.complete(&lost, &outcome()).await.unwrap(), Fenced::Refused);
    // The second run dies too: the attempts are used up.
    let third = store.open(&settings(60.0, 2)).await;
    assert_eq!(third.recover().await.unwrap(), 1);
    assert_eq!(state(&third, &task.id).await, TaskState::Failed);
}

async fn subscribers_see_the_changes<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let mut changes = backend.subscribe();
    let new = recording();
    backend.enqueue(std::slice::from_ref(&new), TaskKind::Analysis).await.unwrap();
    let lease = backend.lease().await.unwrap().unwrap();
    backend.heartbeat(&lease, Some(50.0)).await.unwrap();
    backend.complete(&lease, &outcome()).await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        let change = changes.recv().await.unwrap();
        assert_eq!(change.recording_id, new.id);
        seen.push((change.task.state, change.task.progress_percent));
    }
    let expected = [
        (TaskState::Queued, None),
        (TaskState::Running, None),
        (TaskState::Running, Some(50.0)),
        (TaskState::Finished, Some(100.0)),
    ];
    assert_eq!(seen, expected);
}

async fn idle_engines_are_woken<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(&settings(60.0, 3)).await;
    let waiting = {
        let backend = Arc::clone(&backend);
        tokio::spawn(async move { backend.work_added().await })
    };
    enqueue(&backend).await;
    timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
}

macro_rules! suite {
    ($factory:ty: $($case:ident)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            super::$case::<$factory>().await;
        })*
    };
}

mod sqlite {
    use super::*;
    use crate::{balancer::SqliteBackend, db::Db};

    struct Folder(tempfile::TempDir);

    #[async_trait]
    impl Factory for Folder {
        async fn create() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        async fn open(&self, settings: &config::Engine) -> Arc<dyn TaskBackend> {
            let db = Db::open(&self.0.path().join("das.sqlite")).await.unwrap();
            Arc::new(SqliteBackend::new(db, settings))
        }
    }

    #[tokio::test]
    async fn heartbeats_in_quick_succession_are_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
        let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::new(db.clone(), &settings(60.0, 3)));
        enqueue(&backend).await;
        let lease = backend.lease().await.unwrap().unwrap();
        // Changes with every commit of another connection.
        let mut observer = db.read().acquire().await.unwrap();
        let mut commits = Vec::new();
        for pause_ms in [0, 0, 0, 0, 1_100, 0] {
            sleep(Duration::from_millis(pause_ms)).await;
            backend.heartbeat(&lease, Some(1.0)).await.unwrap();
            let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *observer).await.unwrap();
            commits.push(version);
        }
        commits.dedup();
        assert_eq!(commits.len(), 2, "one write a second: {commits:?}");
    }

    suite! { Folder:
        each_task_is_leased_once_in_order
        engines_side_by_side_never_share_a_task
        recording_and_task_are_stored_together
        heartbeats_keep_the_lease
        a_late_engine_is_fenced_off
        silent_engines_use_the_attempts_up
        broken_attempts_are_retried_after_a_pause
        troubles_that_pass_never_use_the_attempts_up
        a_deleted_recording_takes_its_task_along
        every_heartbeat_is_announced
        released_tasks_do_not_count_as_tried
        bad_input_fails_at_once
        cancelled_tasks_stop
        a_new_run_takes_over
        subscribers_see_the_changes
        idle_engines_are_woken
    }
}
