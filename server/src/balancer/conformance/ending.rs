//! Ends of attempts: well, badly, and for another time.

use std::time::Duration;

use tokio::time::sleep;
use web::model::TaskState;

use super::*;
use crate::problem::Code;

pub(super) async fn broken_attempts_are_retried_after_a_pause<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(60_000, 2)).await;
    let task = enqueue(&backend, task("a")).await;
    let problem = Code::DiskFull.problem("No space.");
    let held = leased(&backend).await;
    assert_eq!(backend.retry(&held, &problem).await.unwrap(), Fenced::Accepted);
    assert_eq!(state(&backend, &task.id).await, TaskState::Queued);
    assert!(lease(&backend).await.is_none(), "not before the pause is over");
    sleep(Duration::from_millis(1_100)).await;
    let held = leased(&backend).await;
    backend.retry(&held, &problem).await.unwrap();
    let problem = now(&backend, &task.id).await.problem.unwrap();
    assert_eq!(problem.code, "attempts_exhausted");
    assert!(problem.detail.contains("No space."), "{}", problem.detail);
    assert_eq!(ends(&backend, &task.id).await, vec![Some("broke_down".to_owned()); 2]);
}

pub(super) async fn troubles_that_pass_never_use_the_attempts_up<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(60_000, 1)).await;
    let task = enqueue(&backend, task("a")).await;
    for pause_ms in [1_000, 2_000] {
        let held = leased(&backend).await;
        assert_eq!(held.attempt, 1);
        assert_eq!(backend.postpone(&held).await.unwrap(), Fenced::Accepted);
        assert_eq!(backend.postpone(&held).await.unwrap(), Fenced::Refused);
        let waiting = now(&backend, &task.id).await;
        assert_eq!((waiting.state, waiting.attempt), (TaskState::Queued, 0));
        sleep(Duration::from_millis(pause_ms - 400)).await;
        assert!(lease(&backend).await.is_none(), "not before the pause is over");
        sleep(Duration::from_millis(500)).await;
    }
    // A crash after all that is the first that counts.
    let held = leased(&backend).await;
    backend.retry(&held, &Code::Internal.problem("Broken.")).await.unwrap();
    let problem = now(&backend, &task.id).await.problem.unwrap();
    assert_eq!((problem.code.as_str(), problem.actual), ("attempts_exhausted", Some(1.0)));
}

pub(super) async fn released_tasks_do_not_count_as_tried<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(60_000, 1)).await;
    enqueue(&backend, task("a")).await;
    for number in 1..=3 {
        let held = leased(&backend).await;
        assert_eq!((held.attempt, held.number), (1, number), "the number grows all the same");
        assert_eq!(backend.release(&held).await.unwrap(), Fenced::Accepted);
    }
}

pub(super) async fn bad_input_fails_at_once<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let task = enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    let problem = Code::Truncated.limit("Cut off.", 10.0, Some(5.0));
    assert_eq!(backend.fail(&held, &problem, None).await.unwrap(), Fenced::Accepted);
    let task = now(&backend, &task.id).await;
    assert_eq!((task.state, task.problem), (TaskState::Failed, Some(problem)));
    assert!(task.finished_at.is_some());
    assert!(lease(&backend).await.is_none());
}

pub(super) async fn a_task_that_kills_its_process_twice_is_quarantined<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(short_leases(60_000, 100)).await;
    let task = enqueue(&backend, task("a")).await;
    let problem = Code::Internal.problem("Killed by signal 11.");
    let held = leased(&backend).await;
    assert!(!held.isolated);
    assert_eq!(backend.crashed(&held, &problem).await.unwrap(), Fenced::Accepted);
    sleep(Duration::from_millis(1_050)).await;
    let held = leased(&backend).await;
    assert!(held.isolated, "from now on it only takes its own process along");
    assert_eq!(backend.crashed(&held, &problem).await.unwrap(), Fenced::Accepted);
    let ended = now(&backend, &task.id).await;
    let problem = ended.problem.unwrap();
    assert_eq!((ended.state, problem.code.as_str()), (TaskState::Failed, "quarantined"));
    assert!(problem.detail.contains("signal 11"), "{}", problem.detail);
    // Somebody who has mended the engine may let it out again.
    assert_eq!(backend.again(&task.id).await.unwrap().state, TaskState::Queued);
    assert!(leased(&backend).await.isolated);
}

pub(super) async fn attempts_and_their_lengths_stay_readable<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(settings()).await;
    let task = enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    sleep(Duration::from_millis(30)).await;
    backend.release(&held).await.unwrap();
    let held = leased(&backend).await;
    finish(&backend, &held).await;
    let attempts = backend.attempts(&task.id).await.unwrap();
    let told: Vec<_> = attempts.iter().map(|attempt| (attempt.number, attempt.end.as_deref())).collect();
    assert_eq!(told, [(1, Some("released")), (2, Some("finished"))]);
    assert!(attempts[0].duration_s >= 0.03 && attempts[0].ended_at.is_some(), "{attempts:?}");
}
