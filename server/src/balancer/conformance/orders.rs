//! What people order: cancel, retry, priorities, pauses.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;
use web::model::{PolicyName, TaskClass, TaskState, WaitCause};

use super::*;
use crate::{db::task::Filter, problem::Code};

pub(super) async fn cancelled_tasks_stop<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let (running, waiting) = (enqueue(&backend, task("a")).await, enqueue(&backend, task("b")).await);
    let held = leased(&backend).await;
    for task in [&running, &waiting] {
        assert_eq!(backend.cancel(&task.id).await.unwrap().state, TaskState::Cancelled);
        let again = backend.cancel(&task.id).await.unwrap_err();
        assert!(matches!(again, BackendError::WrongState { state: TaskState::Cancelled }), "{again:?}");
    }
    assert_eq!(held.standing(), Standing::Cancelled, "the engine knows at once");
    assert_eq!(backend.heartbeat(&held, Progress::default()).await.unwrap(), Standing::Cancelled);
    assert_eq!(backend.complete(&held, None).await.unwrap(), Fenced::Refused);
    assert_eq!(state(&backend, &running.id).await, TaskState::Cancelled);
    assert!(lease(&backend).await.is_none());
    assert!(matches!(backend.cancel("nothing").await.unwrap_err(), BackendError::NotFound(_)));
    assert!(backend.get("nothing").await.unwrap().is_none());
    assert_eq!(ends(&backend, &running.id).await, [Some("cancelled".to_owned())]);
}

pub(super) async fn many_are_cancelled_at_once<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let ann = || Wish::new().user(User::parse("ann").unwrap());
    for number in 0..3 {
        enqueue(&backend, NewTask { wish: ann(), ..task(&number.to_string()) }).await;
    }
    let other = enqueue(&backend, task("other")).await;
    let held = leased(&backend).await;
    let of_ann = Filter { user: Some("ann".into()), ..Filter::default() };
    assert_eq!(backend.cancel_all(&of_ann).await.unwrap(), 3);
    assert_eq!(backend.cancel_all(&of_ann).await.unwrap(), 0);
    assert_eq!(held.standing(), Standing::Cancelled);
    assert_eq!(leased(&backend).await.task_id, other.id);
    assert_eq!(backend.counts().await.unwrap().cancelled, 3);
}

pub(super) async fn cancelling_many_takes_along_what_needs_them_and_says_why<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let of = |user: &str, subject: &str, after: &[&TaskView]| NewTask {
        wish: Wish::new().user(User::parse(user).unwrap()),
        after: after.iter().map(|task| task.id.clone()).collect(),
        ..task(subject)
    };
    let running = enqueue(&backend, of("ann", "running", &[])).await;
    let other = enqueue(&backend, of("ben", "other", &[])).await;
    let own = enqueue(&backend, of("ann", "own", &[&other])).await;
    let foreign = enqueue(&backend, of("ben", "foreign", &[&own])).await;
    let far = enqueue(&backend, of("cid", "far", &[&foreign, &other])).await;
    let held = leased(&backend).await;
    assert_eq!(held.task_id, running.id);
    let mut changes = backend.subscribe();
    let of_ann = Filter { user: Some("ann".into()), ..Filter::default() };
    assert_eq!(backend.cancel_all(&of_ann).await.unwrap(), 4);
    for (task, words) in [
        (&running, "while it was running"),
        (&own, "while it was waiting"),
        (&foreign, "whose result"),
        (&far, "whose result"),
    ] {
        let ended = now(&backend, &task.id).await;
        assert_eq!(ended.state, TaskState::Cancelled);
        assert!(ended.problem.as_ref().unwrap().detail.contains(words), "{ended:?}");
        assert!(ended.finished_at.is_some());
        assert_eq!(changes.recv().await.unwrap().task.state, TaskState::Cancelled);
    }
    assert_eq!(ends(&backend, &running.id).await, [Some("cancelled".to_owned())]);
    assert_eq!(leased(&backend).await.task_id, other.id, "what nobody cancelled");
    assert!(lease(&backend).await.is_none());
    // By state alone: what runs.
    let running = Filter { state: Some(TaskState::Running), ..Filter::default() };
    assert_eq!(backend.cancel_all(&running).await.unwrap(), 1);
    assert_eq!(ends(&backend, &other.id).await, [Some("cancelled".to_owned())]);
    assert_eq!(backend.outlook(&other.id), Default::default(), "the board has forgotten it");
}

pub(super) async fn nothing_is_tried_again_that_would_wait_for_ever<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let first = enqueue(&backend, task("a")).await;
    let second = enqueue(&backend, NewTask { after: vec![first.id.clone()], ..task("b") }).await;
    let held = leased(&backend).await;
    backend.fail(&held, &Code::Internal.problem("Broken."), None).await.unwrap();
    let refused = backend.again(&second.id).await.unwrap_err();
    assert!(matches!(&refused, BackendError::Task(TaskError::FailedDependency(id)) if *id == first.id), "{refused:?}");
    assert_eq!(state(&backend, &second.id).await, TaskState::Failed);
    // In their order both go.
    backend.again(&first.id).await.unwrap();
    assert_eq!(backend.again(&second.id).await.unwrap().state, TaskState::Queued);
    for id in [&first.id, &second.id] {
        let held = leased(&backend).await;
        assert_eq!(held.task_id, *id);
        finish(&backend, &held).await;
    }
}

pub(super) async fn ended_tasks_can_be_tried_again<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(60_000, 1)).await;
    let task = enqueue(&backend, task("a")).await;
    let in_state = |error: BackendError| match error {
        BackendError::WrongState { state } => state,
        other => panic!("{other:?}"),
    };
    assert_eq!(in_state(backend.again(&task.id).await.unwrap_err()), TaskState::Queued);
    let held = leased(&backend).await;
    backend.retry(&held, &Code::Internal.problem("Broken.")).await.unwrap();
    assert_eq!(state(&backend, &task.id).await, TaskState::Failed);
    let again = backend.again(&task.id).await.unwrap();
    assert_eq!((again.state, again.attempt, again.problem), (TaskState::Queued, 0, None));
    let held = leased(&backend).await;
    assert_eq!((held.attempt, held.number), (1, 2));
    finish(&backend, &held).await;
    assert_eq!(in_state(backend.again(&task.id).await.unwrap_err()), TaskState::Finished);
    assert_eq!(in_state(backend.cancel(&task.id).await.unwrap_err()), TaskState::Finished);
}

pub(super) async fn waits_begin_anew_with_each_turn<F: Factory>() {
    const LONG: Duration = Duration::from_millis(1_500);
    let store = F::create().await;
    let backend = store.open(short_leases(60_000, 1)).await;
    let task = enqueue(&backend, task("a")).await;
    let wait_ms = |backend: &Arc<dyn TaskBackend>| backend.totals().wait_ms;
    sleep(LONG).await;
    let held = leased(&backend).await;
    let first_ms = wait_ms(&backend);
    assert!(first_ms >= 1_500, "{first_ms}");
    // Put back: what it waited before is told already.
    sleep(LONG).await;
    backend.release(&held).await.unwrap();
    let held = leased(&backend).await;
    assert!(wait_ms(&backend) - first_ms < 1_000, "{} ms", wait_ms(&backend) - first_ms);
    // Tried again after it has failed.
    backend.fail(&held, &Code::Corrupt.problem("Broken."), None).await.unwrap();
    sleep(LONG).await;
    backend.again(&task.id).await.unwrap();
    let oldest_s = backend.overview().await.unwrap().classes[0].oldest_wait_s.unwrap();
    assert!(oldest_s < 1.0, "{oldest_s} s");
    // The next run of the program measures alike, and so does a change of the priority.
    backend.set_priority(&task.id, 3).await.unwrap();
    let next = store.open(settings()).await;
    leased(&next).await;
    assert!(wait_ms(&next) < 1_000, "{} ms", wait_ms(&next));
    assert_eq!(now(&next, &task.id).await.queued_at, task.queued_at, "when it came is another question");
}

pub(super) async fn priorities_can_be_changed_while_waiting<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { policy: PolicyName::Priority, ..settings() }).await;
    let first = enqueue(&backend, task("a")).await;
    let second = enqueue(&backend, task("b")).await;
    assert_eq!(backend.set_priority(&second.id, 7).await.unwrap().priority, 7);
    assert_eq!(leased(&backend).await.task_id, second.id);
    assert!(matches!(backend.set_priority(&second.id, 1).await.unwrap_err(), BackendError::WrongState { .. }));
    assert_eq!(leased(&backend).await.task_id, first.id);
}

pub(super) async fn paused_classes_start_nothing_and_stay_so<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    backend.attend(&seat(), true);
    let task = enqueue(&backend, task("a")).await;
    backend.pause(TaskClass::Cpu, true).await.unwrap();
    assert!(lease(&backend).await.is_none());
    assert_eq!(backend.outlook(&task.id).wait.unwrap().cause, WaitCause::Paused);
    let next = store.open(settings()).await;
    assert!(lease(&next).await.is_none(), "a restart does not undo it");
    next.pause(TaskClass::Cpu, false).await.unwrap();
    assert!(lease(&next).await.is_some());
}

pub(super) async fn nothing_is_started_while_held_back<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let task = enqueue(&backend, task("a")).await;
    backend.hold(Some("The disk is full.".into()));
    assert!(lease(&backend).await.is_none());
    let wait = backend.outlook(&task.id).wait.unwrap();
    assert_eq!((wait.cause, wait.sentence.as_str()), (WaitCause::Disk, "The disk is full."));
    backend.hold(None);
    assert!(lease(&backend).await.is_some());
}

pub(super) async fn tasks_are_listed_and_counted<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let ann = Wish::new().user(User::parse("ann").unwrap());
    let first = enqueue(&backend, task("a")).await;
    let second = enqueue(&backend, NewTask { wish: ann, ..task("b") }).await;
    let held = leased(&backend).await;
    finish(&backend, &held).await;
    let ids = |tasks: Vec<TaskView>| tasks.into_iter().map(|task| task.id).collect::<Vec<_>>();
    let all = backend.list(&Filter::default(), 10).await.unwrap();
    assert_eq!(ids(all), [second.id.clone(), first.id.clone()]);
    let after = Filter { after: Some(second.id.clone()), ..Filter::default() };
    assert_eq!(ids(backend.list(&after, 10).await.unwrap()), [&*first.id]);
    for filter in [
        Filter { state: Some(TaskState::Queued), ..Filter::default() },
        Filter { user: Some("ann".into()), ..Filter::default() },
    ] {
        assert_eq!(ids(backend.list(&filter, 10).await.unwrap()), [&*second.id], "{filter:?}");
    }
    let none = Filter { class: Some(TaskClass::Accelerator), ..Filter::default() };
    assert!(backend.list(&none, 10).await.unwrap().is_empty());
    let counts = backend.counts().await.unwrap();
    assert_eq!((counts.queued, counts.finished, counts.running), (1, 1, 0));
}
