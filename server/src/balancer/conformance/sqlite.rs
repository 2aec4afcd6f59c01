//! The suite on SQLite, and what is promised of it alone.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::sleep;

use super::*;
use crate::db::Db;

struct Folder(tempfile::TempDir);

#[async_trait]
impl Factory for Folder {
    async fn create() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn open(&self, settings: Settings) -> Arc<dyn TaskBackend> {
        let db = Db::open(&self.0.path().join("das.sqlite")).await.unwrap();
        Arc::new(SqliteBackend::open(db, settings).await.unwrap())
    }
}

#[tokio::test]
async fn heartbeats_in_quick_succession_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
    let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db.clone(), settings()).await.unwrap());
    enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    // Changes with every commit of another connection.
    let mut observer = db.read().acquire().await.unwrap();
    let mut commits = Vec::new();
    for pause_ms in [0, 0, 0, 0, 1_100, 0] {
        sleep(Duration::from_millis(pause_ms)).await;
        backend.heartbeat(&held, percent(1.0)).await.unwrap();
        let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *observer).await.unwrap();
        commits.push(version);
    }
    commits.dedup();
    assert_eq!(commits.len(), 2, "one write a second: {commits:?}");
}

/// Changes the tables behind the backend's back.
async fn order(db: &Db, sql: &'static str) {
    let mut tx = db.write().await.unwrap();
    sqlx::query(sql).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_taken_back_with_its_group_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
    let limited = Settings { max_queued_per_user: 3, ..settings() };
    let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db.clone(), limited).await.unwrap());
    let running = enqueue(&backend, task("running")).await;
    let held = leased(&backend).await;
    let waiting = enqueue(&backend, task("waiting")).await;
    // A lease is stopped halfway: the task is claimed, its attempt cannot be noted.
    order(&db, "CREATE TRIGGER broken BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    let taken = db.write().await.unwrap();
    let other = Seat::new("cpu-1", TaskClass::Cpu);
    let (enqueued, ended, refused, ()) =
        tokio::join!(backend.enqueue(vec![task("new")]), backend.complete(&held, None), backend.lease(&other), async {
            sleep(Duration::from_millis(200)).await;
            drop(taken);
        });
    assert!(enqueued.is_err() && ended.is_err() && refused.is_err(), "{enqueued:?} {ended:?} {refused:?}");
    let counts = backend.counts().await.unwrap();
    assert_eq!((counts.running, counts.queued, counts.finished), (1, 1, 0));
    // The board agrees: the lease is held, the places are free, and the task can be had.
    order(&db, "DROP TRIGGER broken").await;
    assert_eq!(backend.heartbeat(&held, Progress::default()).await.unwrap(), Standing::Held);
    // It had failed at this one, which waits a little for it.
    sleep(Duration::from_millis(600)).await;
    assert_eq!(backend.lease(&other).await.unwrap().unwrap().task_id, waiting.id);
    backend.enqueue((0..3).map(|_| task("new")).collect()).await.unwrap();
    assert_eq!(backend.complete(&held, None).await.unwrap(), Fenced::Accepted);
    assert_eq!(ends(&backend, &running.id).await, [Some("finished".to_owned())]);
    assert_eq!(ends(&backend, &waiting.id).await, [None]);
}

#[tokio::test]
async fn an_end_that_the_database_did_not_take_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
    let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db.clone(), settings()).await.unwrap());
    let task = enqueue(&backend, task("a")).await;
    let held = leased(&backend).await;
    order(&db, "CREATE TRIGGER broken BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    let context = TaskContext::new(
        Arc::clone(&backend),
        tokio::runtime::Handle::current(),
        tokio_util::sync::CancellationToken::new(),
        held.clone(),
        Duration::from_secs(1),
    );
    assert_eq!(context.class(), TaskClass::Cpu);
    // A rule of the tables that is broken stays broken.
    assert!(context.complete(None).await.is_err());
    assert_eq!(state(&backend, &task.id).await, TaskState::Running);
    // Another change takes the group along, once.
    order(&db, "DROP TRIGGER broken").await;
    order(&db, "CREATE TRIGGER broken BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    enqueue(&backend, super::task("b")).await;
    let taken = db.write().await.unwrap();
    let other = Seat::new("cpu-1", TaskClass::Cpu);
    let (refused, ended, ()) = tokio::join!(backend.lease(&other), context.complete(None), async {
        sleep(Duration::from_millis(200)).await;
        drop(taken);
    });
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(ended.unwrap(), Fenced::Accepted);
    assert_eq!(ends(&backend, &task.id).await, [Some("finished".to_owned())]);
}

#[tokio::test]
async fn a_task_at_which_the_database_fails_keeps_no_other_from_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
    let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db.clone(), settings()).await.unwrap());
    let broken = enqueue(&backend, task("broken")).await;
    let good = enqueue(&backend, task("good")).await;
    order(
        &db,
        "CREATE TRIGGER broken BEFORE UPDATE ON task WHEN old.subject = 'broken' AND new.state = 'running'
         BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    .await;
    assert!(backend.lease(&seat()).await.is_err());
    let held = leased(&backend).await;
    assert_eq!(held.task_id, good.id, "the oldest waits a little");
    order(&db, "DROP TRIGGER broken").await;
    sleep(Duration::from_millis(600)).await;
    assert_eq!(leased(&backend).await.task_id, broken.id);
}

suite! { Folder:
    leasing::each_task_is_leased_once_in_order
    leasing::engines_side_by_side_never_share_a_task
    leasing::heartbeats_keep_the_lease
    leasing::a_late_engine_is_fenced_off
    leasing::a_heartbeat_that_races_with_the_watch_loses_no_task
    leasing::an_order_in_between_does_not_lease_twice
    leasing::silent_engines_use_the_attempts_up
    leasing::a_task_without_progress_goes_to_another_engine
    leasing::a_stated_deadline_ends_the_attempt
    leasing::every_heartbeat_is_announced
    leasing::subscribers_see_the_changes
    leasing::idle_engines_are_woken
    leasing::engines_only_get_their_class
    leasing::a_checkpoint_reaches_the_next_attempt
    leasing::the_log_says_which_policy_chose_whom_and_why
    ending::broken_attempts_are_retried_after_a_pause
    ending::troubles_that_pass_never_use_the_attempts_up
    ending::released_tasks_do_not_count_as_tried
    ending::bad_input_fails_at_once
    ending::a_task_that_kills_its_process_twice_is_quarantined
    ending::attempts_and_their_lengths_stay_readable
    orders::cancelled_tasks_stop
    orders::many_are_cancelled_at_once
    orders::cancelling_many_takes_along_what_needs_them_and_says_why
    orders::nothing_is_tried_again_that_would_wait_for_ever
    orders::ended_tasks_can_be_tried_again
    orders::waits_begin_anew_with_each_turn
    orders::priorities_can_be_changed_while_waiting
    orders::paused_classes_start_nothing_and_stay_so
    orders::nothing_is_started_while_held_back
    orders::tasks_are_listed_and_counted
    scheduling::delayed_tasks_start_later
    scheduling::the_same_key_is_stored_once
    scheduling::dependents_wait_for_the_result
    scheduling::dependents_end_with_what_they_wait_for
    scheduling::full_queues_refuse_with_a_time
    scheduling::another_try_needs_a_place_as_well
    scheduling::known_keys_are_answered_however_full_the_queue_is
    scheduling::tasks_that_cannot_run_are_refused
    memory::memory_is_never_promised_twice
    memory::memory_is_free_once_the_engine_has_put_its_task_down
    memory::work_that_is_no_task_shares_the_memory
    memory::what_waits_for_memory_says_so_and_is_promised_nothing
    memory::memory_that_nobody_knows_when_it_will_be_free_is_not_promised
    scheduling::estimates_come_nearer
    scheduling::the_delay_of_a_dependent_is_no_wait
    scheduling::dependents_wait_for_their_turn_from_the_result_on
    scheduling::a_thousand_tasks_of_one_user_do_not_delay_another
    scheduling::waiting_tasks_know_why_and_how_long
    recovery::a_new_run_takes_over
    recovery::deaths_of_the_server_fail_no_task_in_a_process_of_its_own
    recovery::a_task_under_which_the_server_and_then_its_own_process_died_is_quarantined
    recovery::where_every_task_has_a_process_of_its_own_no_death_of_the_server_counts
    recovery::a_task_that_may_be_tried_once_is_given_up_with_the_server
    recovery::an_old_run_cannot_lease_what_the_new_one_has
    recovery::companions_are_all_or_nothing
    recovery::a_removed_subject_takes_its_tasks_along
}
