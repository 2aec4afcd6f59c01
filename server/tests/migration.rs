//! A database of the first version goes on, with all it holds.
#![allow(missing_docs, clippy::unwrap_used)]

use server::{
    balancer::{Seat, Settings, SqliteBackend, TaskBackend},
    config,
    db::{Db, recording, result, task},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use web::model::{TaskClass, TaskState};

const FIRST: &str = include_str!("../migrations/sqlite/0001_foundation.sql");
const SECOND: &str = include_str!("../migrations/sqlite/0002_troubles.sql");

/// One recording for each state, as the first version has left them.
const CONTENT: &str = "
INSERT INTO recording (id, name, size_bytes, sha256, uploaded_at_ms, container, codec, sample_rate_hz, channels, duration_s)
VALUES ('r1', 'a', 1, 'aa', 1, 'wave', 'pcm', 8000, 1, 2.5), ('r2', 'b', 1, 'bb', 2, 'wave', 'pcm', 8000, 1, NULL),
       ('r3', 'c', 1, 'cc', 3, 'wave', 'pcm', 8000, 1, 1.0);
INSERT INTO task (id, recording_id, kind, state, attempt, troubles, lease_token, lease_epoch, lease_expires_ms, queued_at_ms,
    started_at_ms, finished_at_ms, progress_percent)
VALUES ('t3', 'r3', 'analysis', 'queued', 0, 0, NULL, NULL, NULL, 30, NULL, NULL, NULL),
       ('t1', 'r1', 'analysis', 'finished', 1, 2, NULL, NULL, NULL, 10, 11, 12, 100),
       ('t2', 'r2', 'analysis', 'running', 1, 0, 'token', 'epoch', 99, 20, 21, NULL, 50);
INSERT INTO result VALUES ('r1', 't1', '{}', 'dd', 'ee', 13);
";

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("das.sqlite");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true).foreign_keys(true);
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    std::fs::write(migrations.join("0001_foundation.sql"), FIRST).unwrap();
    std::fs::write(migrations.join("0002_troubles.sql"), SECOND).unwrap();
    let mut old = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::migrate::Migrator::new(migrations.as_path()).await.unwrap().run(&mut old).await.unwrap();
    sqlx::raw_sql(CONTENT).execute(&mut old).await.unwrap();
    old.close().await.unwrap();

    let db = Db::open(&path).await.unwrap();
    assert_eq!(recording::count(db.read()).await.unwrap(), 3);
    assert_eq!(result::find(db.read(), "r1").await.unwrap().unwrap().spectrogram_sha256, "dd");
    let damaged: Vec<String> = sqlx::query_scalar("PRAGMA foreign_key_check").fetch_all(db.read()).await.unwrap();
    assert!(damaged.is_empty(), "{damaged:?}");
    let finished = task::find_by_subject(db.read(), "r1", "analysis").await.unwrap().unwrap();
    assert_eq!((finished.state().unwrap(), finished.leases, finished.work), (TaskState::Finished, 3, 2.5));
    assert_eq!(recording::find(db.read(), "r3").await.unwrap().unwrap().summary().unwrap().state, TaskState::Queued);

    let settings = Settings::new(&config::Engine::default(), &config::Balancer::default());
    let backend = SqliteBackend::open(db.clone(), settings).await.unwrap();
    assert_eq!(backend.recover().await.unwrap(), 1);
    let seat = Seat::new("cpu-0", TaskClass::Cpu);
    let leased = [backend.lease(&seat).await.unwrap().unwrap(), backend.lease(&seat).await.unwrap().unwrap()];
    assert_eq!(leased.each_ref().map(|lease| (lease.task_id.as_str(), lease.number)), [("t2", 2), ("t3", 1)]);
    // The result still goes with its recording, and the task may go with it.
    let mut tx = db.write().await.unwrap();
    recording::delete(&mut *tx, "r1").await.unwrap();
    task::remove(&mut *tx, "r1").await.unwrap();
    tx.commit().await.unwrap();
    assert!(result::find(db.read(), "r1").await.unwrap().is_none());
}
