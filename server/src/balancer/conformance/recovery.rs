//! What a dead run leaves to the next, and what disappears with a subject.

use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::SqliteConnection;
use web::model::TaskState;

use super::*;
use crate::problem::Code;

/// Writes nothing, and says whether that went well.
struct Nothing(bool);

impl Companion for Nothing {
    fn write<'c>(&'c self, _: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { if self.0 { Ok(()) } else { Err(CompanionError::Gone) } })
    }
}

pub(super) async fn a_new_run_takes_over<F: Factory>() {
    let store = F::create().await;
    let old = store.open(short_leases(60_000, 2)).await;
    let task = enqueue(&old, task("a")).await;
    let lost = leased(&old).await;
    let new = store.open(short_leases(60_000, 2)).await;
    assert!(lease(&new).await.is_none());
    assert_eq!(new.recover().await.unwrap(), 1);
    assert_eq!(new.recover().await.unwrap(), 0);
    let held = leased(&new).await;
    assert_eq!((held.task_id.as_str(), held.attempt, held.isolated), (task.id.as_str(), 2, true));
    assert_eq!(new.recover().await.unwrap(), 0, "its own leases are alive");
    assert_eq!(old.complete(&lost, None).await.unwrap(), Fenced::Refused);
    // The second run dies too, and not of a task in a process of its own: the attempt does not count.
    let third = store.open(short_leases(60_000, 2)).await;
    assert_eq!(third.recover().await.unwrap(), 1);
    let waiting = now(&third, &task.id).await;
    assert_eq!((waiting.state, waiting.attempt), (TaskState::Queued, 1));
    assert_eq!(ends(&third, &task.id).await, vec![Some("server_died".to_owned()); 2]);
}

pub(super) async fn deaths_of_the_server_fail_no_task_in_a_process_of_its_own<F: Factory>() {
    let store = F::create().await;
    let mut backend = store.open(short_leases(60_000, 3)).await;
    let task = enqueue(&backend, task("a")).await;
    for deaths in 0..6 {
        let held = leased(&backend).await;
        assert_eq!((held.attempt, held.isolated), if deaths == 0 { (1, false) } else { (2, true) }, "{deaths} deaths");
        backend = store.open(short_leases(60_000, 3)).await;
        assert_eq!(backend.recover().await.unwrap(), 1);
        assert_eq!(state(&backend, &task.id).await, TaskState::Queued, "{deaths} deaths before this one");
    }
    let held = leased(&backend).await;
    finish(&backend, &held).await;
}

pub(super) async fn a_task_under_which_the_server_and_then_its_own_process_died_is_quarantined<F: Factory>() {
    let store = F::create().await;
    let problem = Code::Internal.problem("Killed by signal 11.");
    let old = store.open(short_leases(60_000, 3)).await;
    let task = enqueue(&old, task("a")).await;
    leased(&old).await;
    // The server was the first process that died under it, and the last: from now on it has its own.
    let backend = store.open(short_leases(60_000, 3)).await;
    assert_eq!(backend.recover().await.unwrap(), 1);
    let held = leased(&backend).await;
    assert!(held.isolated);
    assert_eq!(backend.crashed(&held, &problem).await.unwrap(), Fenced::Accepted);
    let ended = now(&backend, &task.id).await;
    assert_eq!((ended.state, ended.problem.unwrap().code.as_str()), (TaskState::Failed, "quarantined"));
    // Somebody who knows better may try it anew, with all chances.
    backend.again(&task.id).await.unwrap();
    let held = leased(&backend).await;
    assert!(held.isolated);
    assert_eq!(backend.crashed(&held, &problem).await.unwrap(), Fenced::Accepted);
    assert_eq!(state(&backend, &task.id).await, TaskState::Queued);
}

pub(super) async fn where_every_task_has_a_process_of_its_own_no_death_of_the_server_counts<F: Factory>() {
    let store = F::create().await;
    let isolated = || Settings { isolate: true, ..short_leases(60_000, 1) };
    let mut backend = store.open(isolated()).await;
    let task = enqueue(&backend, task("a")).await;
    for _ in 0..3 {
        let held = leased(&backend).await;
        assert_eq!((held.attempt, held.isolated), (1, true));
        // Whatever the next run is told.
        backend = store.open(short_leases(60_000, 1)).await;
        assert_eq!(backend.recover().await.unwrap(), 1);
        let waiting = now(&backend, &task.id).await;
        assert_eq!((waiting.state, waiting.attempt), (TaskState::Queued, 0));
    }
}

pub(super) async fn a_task_that_may_be_tried_once_is_given_up_with_the_server<F: Factory>() {
    let store = F::create().await;
    let old = store.open(short_leases(60_000, 1)).await;
    let task = enqueue(&old, task("a")).await;
    leased(&old).await;
    let new = store.open(short_leases(60_000, 1)).await;
    assert_eq!(new.recover().await.unwrap(), 1);
    let task = now(&new, &task.id).await;
    assert_eq!((task.state, task.problem.unwrap().code.as_str()), (TaskState::Failed, "attempts_exhausted"));
}

pub(super) async fn an_old_run_cannot_lease_what_the_new_one_has<F: Factory>() {
    let store = F::create().await;
    let old = store.open(settings()).await;
    let task = enqueue(&old, task("a")).await;
    let new = store.open(settings()).await;
    assert_eq!(leased(&new).await.task_id, task.id);
    assert!(lease(&old).await.is_none(), "the database decides, not what the old one remembers");
    let attempts = new.attempts(&task.id).await.unwrap();
    let said: Vec<_> = attempts.iter().map(|attempt| (attempt.number, attempt.end.as_deref())).collect();
    assert_eq!(said, [(1, None)], "the lease that is out, and no other");
    // Nor is there one of a task that never had any.
    let cancelled = enqueue(&old, super::task("b")).await;
    let new = store.open(settings()).await;
    new.cancel(&cancelled.id).await.unwrap();
    assert!(lease(&old).await.is_none() && new.attempts(&cancelled.id).await.unwrap().is_empty());
}

pub(super) async fn companions_are_all_or_nothing<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let mut changes = backend.subscribe();
    let with = |good| NewTask { companion: Some(Arc::new(Nothing(good))), ..task("a") };
    let refused = backend.enqueue(vec![with(true), with(false), with(true)]).await.unwrap_err();
    assert!(matches!(refused, BackendError::Task(TaskError::NoSubject)), "{refused:?}");
    assert!(lease(&backend).await.is_none());
    assert!(changes.try_recv().is_err(), "nobody hears of any");
    let several = backend.enqueue(vec![with(true), with(true)]).await.unwrap();
    let held = leased(&backend).await;
    assert_eq!(held.task_id, several[0].id);
    // What the result belongs to is gone: so is the lease, for all the engine can tell.
    assert_eq!(backend.complete(&held, Some(Arc::new(Nothing(false)))).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &held.task_id).await, TaskState::Running);
    assert_eq!(backend.complete(&held, Some(Arc::new(Nothing(true)))).await.unwrap(), Fenced::Accepted);
}

pub(super) async fn a_removed_subject_takes_its_tasks_along<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let running = enqueue(&backend, task("a")).await;
    let finished = enqueue(&backend, task("b")).await;
    let held = leased(&backend).await;
    let other = leased(&backend).await;
    finish(&backend, &other).await;
    let mut changes = backend.subscribe();
    assert!(backend.remove("a", Arc::new(Nothing(false))).await.is_err());
    assert_eq!(state(&backend, &running.id).await, TaskState::Running, "nothing has changed");
    backend.remove("a", Arc::new(Nothing(true))).await.unwrap();
    let change = changes.recv().await.unwrap();
    assert_eq!((change.subject.as_str(), change.task.state), ("a", TaskState::Cancelled));
    assert!(backend.get(&running.id).await.unwrap().is_none());
    assert_eq!(held.standing(), Standing::Cancelled);
    assert_eq!(backend.heartbeat(&held, Progress::default()).await.unwrap(), Standing::Cancelled);
    assert_eq!(backend.complete(&held, None).await.unwrap(), Fenced::Refused);
    backend.remove("b", Arc::new(Nothing(true))).await.unwrap();
    assert!(backend.get(&finished.id).await.unwrap().is_none());
    assert!(changes.try_recv().is_err(), "a task that has ended is not cancelled");
}
