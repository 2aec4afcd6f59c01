//! Leases, heartbeats, fences.

use std::{sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};
use web::model::{AttemptView, Decision, PolicyName, TaskClass, TaskState};

use super::*;
use crate::problem::Code;

pub(super) async fn each_task_is_leased_once_in_order<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let (first, second) = (enqueue(&backend, task("a")).await, enqueue(&backend, task("b")).await);
    let leases = [leased(&backend).await, leased(&backend).await];
    assert_eq!(leases.each_ref().map(|lease| lease.task_id.as_str()), [first.id.as_str(), second.id.as_str()]);
    assert_eq!(leases.each_ref().map(|lease| (lease.attempt, lease.number)), [(1, 1), (1, 1)]);
    assert!(lease(&backend).await.is_none());
    assert_eq!(state(&backend, &first.id).await, TaskState::Running);
}

pub(super) async fn engines_side_by_side_never_share_a_task<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    for number in 0..12 {
        enqueue(&backend, task(&number.to_string())).await;
    }
    let engines = (0..4).map(|number| {
        let backend = Arc::clone(&backend);
        tokio::spawn(async move {
            let seat = Seat::new(format!("cpu-{number}"), TaskClass::Cpu);
            let mut done = Vec::new();
            while let Some(lease) = backend.lease(&seat).await.unwrap() {
                finish(&backend, &lease).await;
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

pub(super) async fn heartbeats_keep_the_lease<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(400, 3)).await;
    let task = enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    for done in [10.0, 40.0, 80.0] {
        sleep(Duration::from_millis(200)).await;
        assert_eq!(backend.heartbeat(&held, percent(done)).await.unwrap(), Standing::Held);
        assert!(lease(&backend).await.is_none());
    }
    assert_eq!(now(&backend, &task.id).await.progress_percent, Some(80.0));
}

pub(super) async fn a_late_engine_is_fenced_off<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(50, 3)).await;
    let task = enqueue(&backend, task("a")).await;
    let late = leased(&backend).await;
    sleep(Duration::from_millis(80)).await;
    let current = leased(&backend).await;
    assert_eq!((current.task_id.as_str(), current.attempt, current.number), (task.id.as_str(), 2, 2));
    let problem = Code::Corrupt.problem("x");
    assert_eq!(late.standing(), Standing::Lost, "told at once");
    assert_eq!(backend.heartbeat(&late, Progress::default()).await.unwrap(), Standing::Lost);
    assert_eq!(backend.checkpoint(&late, vec![1]).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.complete(&late, None).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.fail(&late, &problem, None).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.retry(&late, &problem).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.crashed(&late, &problem).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.release(&late).await.unwrap(), Fenced::Refused);
    assert_eq!(backend.postpone(&late).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &task.id).await, TaskState::Running);
    finish(&backend, &current).await;
    assert_eq!(backend.complete(&current, None).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &task.id).await, TaskState::Finished);
    let known = |end: &str| Some(end.to_owned());
    assert_eq!(ends(&backend, &task.id).await, [known("lease_expired"), known("finished")]);
}

pub(super) async fn a_heartbeat_that_races_with_the_watch_loses_no_task<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(20, 1_000)).await;
    let task = enqueue(&backend, task("a")).await;
    for _ in 0..100 {
        let held = loop {
            if let Some(held) = lease(&backend).await {
                break held;
            }
            sleep(Duration::from_millis(1)).await;
        };
        sleep(Duration::from_millis(20)).await;
        let beats = (0..3).map(|_| backend.heartbeat(&held, Progress::default()));
        let (standings, watched) = tokio::join!(futures::future::join_all(beats), backend.tend());
        watched.unwrap();
        let is_held = standings.into_iter().any(|standing| standing.unwrap() == Standing::Held);
        if is_held && backend.release(&held).await.unwrap() == Fenced::Accepted {
            continue;
        }
        assert_eq!(state(&backend, &task.id).await, TaskState::Queued);
    }
    assert!(timeout(Duration::from_secs(5), async { while lease(&backend).await.is_none() {} }).await.is_ok());
}

pub(super) async fn an_order_in_between_does_not_lease_twice<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    for round in 0..50 {
        let task = enqueue(&backend, task("a")).await;
        let seat = seat();
        let (held, order) = tokio::join!(backend.lease(&seat), backend.set_priority(&task.id, round % 100));
        // Too late is fine.
        drop(order);
        let held = match held.unwrap() {
            Some(held) => held,
            None => leased(&backend).await,
        };
        assert!(lease(&backend).await.is_none());
        finish(&backend, &held).await;
    }
}

pub(super) async fn silent_engines_use_the_attempts_up<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(20, 2)).await;
    let task = enqueue(&backend, task("a")).await;
    for attempt in 1..=2 {
        assert_eq!(leased(&backend).await.attempt, attempt);
        sleep(Duration::from_millis(40)).await;
    }
    assert!(lease(&backend).await.is_none());
    let task = now(&backend, &task.id).await;
    assert_eq!((task.state, task.attempt), (TaskState::Failed, 2));
    assert_eq!(task.problem.unwrap().code, "attempts_exhausted");
    for attempt in backend.attempts(&task.id).await.unwrap() {
        let problem = attempt.problem.unwrap();
        assert_eq!((attempt.end.as_deref(), problem.code.as_str()), (Some("lease_expired"), "silent"));
        assert!(problem.detail.contains("silent for 0.02 s"), "{}", problem.detail);
    }
}

pub(super) async fn a_task_without_progress_goes_to_another_engine<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { stall_ms: 150, ..settings() }).await;
    let task = enqueue(&backend, task("a")).await;
    let stuck = leased(&backend).await;
    // It beats, and moves at first.
    for done in [1, 2, 2, 2, 2, 2] {
        backend.heartbeat(&stuck, Progress { percent: None, done }).await.unwrap();
        sleep(Duration::from_millis(50)).await;
    }
    let next = leased(&backend).await;
    assert_eq!(next.attempt, 2);
    assert_eq!(backend.heartbeat(&stuck, Progress::default()).await.unwrap(), Standing::Lost);
    let stalled = backend.attempts(&task.id).await.unwrap().remove(0);
    assert_eq!(stalled.end.as_deref(), Some("stalled"));
    assert!(stalled.problem.unwrap().detail.contains("no progress"));
}

pub(super) async fn a_stated_deadline_ends_the_attempt<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { max_attempts: 1, ..settings() }).await;
    let late = NewTask { wish: Wish::new().deadline_s(1.0).unwrap(), ..task("a") };
    let task = enqueue(&backend, late).await;
    let held = leased(&backend).await;
    sleep(Duration::from_millis(1_050)).await;
    backend.tend().await.unwrap();
    assert_eq!(backend.heartbeat(&held, percent(99.0)).await.unwrap(), Standing::Lost);
    let problem = now(&backend, &task.id).await.problem.unwrap();
    assert_eq!(problem.code, "attempts_exhausted");
    assert!(problem.detail.contains("far longer"), "{}", problem.detail);
    assert_eq!(ends(&backend, &task.id).await, [Some("overdue".to_owned())]);
}

pub(super) async fn every_heartbeat_is_announced<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    let mut changes = backend.subscribe();
    for done in 0..20 {
        assert_eq!(backend.heartbeat(&held, percent(done as f32)).await.unwrap(), Standing::Held);
        assert_eq!(changes.recv().await.unwrap().task.progress_percent, Some(done as f32));
    }
}

pub(super) async fn subscribers_see_the_changes<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let mut changes = backend.subscribe();
    enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    backend.heartbeat(&held, percent(50.0)).await.unwrap();
    finish(&backend, &held).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let change = changes.recv().await.unwrap();
        assert_eq!(change.subject, "a");
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

pub(super) async fn idle_engines_are_woken<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let waiting = {
        let backend = Arc::clone(&backend);
        tokio::spawn(async move { backend.work_added(TaskClass::Cpu).await })
    };
    enqueue(&backend, task("a")).await;
    timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
}

pub(super) async fn engines_only_get_their_class<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let special = NewTask { wish: Wish::new().class(TaskClass::Accelerator), ..task("a") };
    let special = enqueue(&backend, special).await;
    assert!(lease(&backend).await.is_none());
    let held = backend.lease(&Seat::new("accelerator-0", TaskClass::Accelerator)).await.unwrap().unwrap();
    assert_eq!(held.task_id, special.id);
}

pub(super) async fn a_checkpoint_reaches_the_next_attempt<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    enqueue(&backend, task("a")).await;
    let first = leased(&backend).await;
    assert_eq!(first.checkpoint, None);
    assert_eq!(backend.checkpoint(&first, b"half".to_vec()).await.unwrap(), Fenced::Accepted);
    let too_long = backend.checkpoint(&first, vec![0; MAX_CHECKPOINT_BYTES + 1]).await.unwrap_err();
    assert!(matches!(too_long, BackendError::Task(TaskError::Checkpoint(_))));
    backend.release(&first).await.unwrap();
    assert_eq!(leased(&backend).await.checkpoint.as_deref(), Some(b"half".as_slice()));
}

pub(super) async fn the_log_says_which_policy_chose_whom_and_why<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let (first, second) = (enqueue(&backend, task("a")).await, enqueue(&backend, task("b")).await);
    leased(&backend).await;
    backend.set_policy(PolicyName::FairShare);
    backend.lease(&Seat::new("cpu-7", TaskClass::Cpu)).await.unwrap().unwrap();
    let log = backend.decisions(10).await.unwrap();
    let [late, early] = log.as_slice() else { panic!("{log:?}") };
    let said = |decision: &Decision| {
        let AttemptView { task_id, policy, engine, .. } = decision.attempt.clone();
        (task_id, policy, engine, decision.subject.clone())
    };
    assert_eq!(said(early), (first.id, PolicyName::Fifo, "cpu-0".to_owned(), first.subject));
    assert_eq!(said(late), (second.id, PolicyName::FairShare, "cpu-7".to_owned(), second.subject));
    assert_eq!((early.kind.as_str(), early.user.as_str()), (first.kind.as_str(), first.user.as_str()));
    assert_eq!(early.attempt.because, "waited longest of 2");
    assert!(late.attempt.because.starts_with("local had"), "{}", late.attempt.because);
}
