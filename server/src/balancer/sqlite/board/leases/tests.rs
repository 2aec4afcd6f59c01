#![allow(clippy::unwrap_used)]

use web::model::TaskClass;

use crate::{
    balancer::{Lease, NewTask, Progress, Seat, Settings, SqliteBackend, Standing, TaskBackend, TaskKind, Wish},
    config::{self, Engine},
    db::{Db, attempt::End, now_ms},
};

/// A running task with a lease of a minute and a deadline of two, and the time.
async fn running(folder: &tempfile::TempDir) -> (SqliteBackend, Lease, i64) {
    let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
    let engine = Engine { lease_s: 60.0, stall_s: 90.0, ..Engine::default() };
    let settings = Settings::new(&engine, &config::Balancer::default());
    let backend = SqliteBackend::open(db, settings).await.unwrap();
    let wish = Wish::new().deadline_s(120.0).unwrap();
    backend.enqueue(vec![NewTask { wish, ..NewTask::new(TaskKind::Noop, "a") }]).await.unwrap();
    let lease = backend.lease(&Seat::new("cpu-0", TaskClass::Cpu)).await.unwrap().unwrap();
    (backend, lease, now_ms())
}

/// Looks twice a second for so long, and says who was found dead.
fn watch(backend: &SqliteBackend, from_ms: i64, for_ms: i64) -> Option<End> {
    let mut board = backend.shared.board();
    (0..=for_ms / 500).find_map(|look| board.dead(from_ms + look * 500).pop()).map(|dead| dead.end)
}

#[tokio::test]
async fn a_night_in_which_nobody_looked_ends_no_lease() {
    let folder = tempfile::tempdir().unwrap();
    let (backend, lease, start) = running(&folder).await;
    assert_eq!(watch(&backend, start, 10_000), None);
    let night = 8 * 3_600_000;
    assert_eq!(watch(&backend, start + night, 10_000), None, "the machine slept");
    assert_eq!(watch(&backend, start + night, 30_000), None, "the clock was set back by a little");
    assert_eq!(watch(&backend, start - night, 1_000), None, "or by much");
    // Awake, a silent engine is as dead as ever.
    assert_eq!(watch(&backend, start - night, 60_000), Some(End::LeaseExpired));
    let known = backend.shared.board();
    let known = known.known.get(lease.task_id.as_str()).unwrap();
    let super::Spot::Running(running) = &known.spot else { panic!("{known:?}") };
    assert!(running.worked_s(start - night + 60_000) < 120.0, "the night was no work: {running:?}");
}

#[tokio::test]
async fn time_counts_as_long_as_somebody_looks() {
    let folder = tempfile::tempdir().unwrap();
    let (backend, lease, start) = running(&folder).await;
    let beat = |at_ms: i64, done| backend.shared.board().beat(&lease.fence(), Progress { percent: None, done }, at_ms);
    assert_eq!(watch(&backend, start, 50_000), None);
    beat(start + 50_000, 1);
    assert_eq!(watch(&backend, start + 50_500, 50_000), None);
    beat(start + 100_500, 2);
    assert_eq!(watch(&backend, start + 101_000, 60_000), Some(End::Overdue));
    assert_eq!(lease.standing(), Standing::Held, "judged, not yet taken");
}
