#![allow(clippy::unwrap_used)]

use std::time::Duration;

use web::model::TaskClass;

use super::*;
use crate::db::setting;

const CPU: &str = "INSERT INTO paused_class (class) VALUES ('cpu')";
const BROWSER: &str = "INSERT INTO paused_class (class) VALUES ('browser')";
/// Refused by a rule of the table.
const NOTHING: &str = "INSERT INTO paused_class (class) VALUES (NULL)";
/// Writes a row before it is refused.
const HALF: &str =
    "INSERT INTO paused_class (class) VALUES ('accelerator'); INSERT INTO paused_class (class) VALUES (NULL)";

struct Store {
    db: Db,
    group: GroupWriter,
    _folder: tempfile::TempDir,
}

impl Store {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
        Self { group: GroupWriter::start(db.clone()), db, _folder: folder }
    }

    async fn change(&self, undo: Undo, statement: &'static str) -> Result<(), DbError> {
        self.group.run(undo, move |db| Box::pin(run(db, statement)), |written| written).await.unwrap()
    }

    /// Changes of one group: while the connection is taken, all that comes waits.
    async fn changes<const N: usize>(&self, undo: Undo, statements: [&'static str; N]) -> [Result<(), DbError>; N] {
        let taken = self.db.write().await.unwrap();
        let changes = futures::future::join_all(statements.map(|statement| self.change(undo, statement)));
        let release = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            drop(taken);
        };
        tokio::join!(changes, release).0.try_into().unwrap()
    }

    /// Sets on the writing connection how many pages the file may have; never fewer than it has.
    async fn limit_pages(&self, sql: &'static str) {
        let mut tx = self.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn stored(&self) -> Vec<TaskClass> {
        setting::paused(self.db.read()).await.unwrap()
    }
}

async fn run(db: &mut SqliteConnection, statement: &'static str) -> Result<(), DbError> {
    Ok(sqlx::query(statement).execute(db).await.map(drop)?)
}

#[tokio::test]
async fn a_savepoint_takes_back_one_change_alone() {
    let store = Store::new().await;
    let outcomes = store.changes(Undo::Savepoint, [CPU, HALF, BROWSER]).await;
    assert!(matches!(outcomes, [Ok(()), Err(DbError::Sqlx(_)), Ok(())]), "{outcomes:?}");
    assert_eq!(store.stored().await, [TaskClass::Browser, TaskClass::Cpu]);
}

#[tokio::test]
async fn a_statement_that_breaks_a_rule_is_alone_in_it() {
    let store = Store::new().await;
    let outcomes = store.changes(Undo::Statement, [CPU, NOTHING, BROWSER]).await;
    assert!(matches!(outcomes, [Ok(()), Err(DbError::Sqlx(_)), Ok(())]), "{outcomes:?}");
    assert_eq!(store.stored().await, [TaskClass::Browser, TaskClass::Cpu]);
}

#[tokio::test]
async fn a_change_stopped_halfway_takes_its_group_along() {
    let store = Store::new().await;
    let outcomes = store.changes(Undo::Group, [CPU, HALF, BROWSER]).await;
    let [Err(DbError::Shared(before)), Err(DbError::Sqlx(_)), Err(DbError::Shared(after))] = &outcomes else {
        panic!("{outcomes:?}")
    };
    assert!(before.passes() && after.passes() && !before.is_disk_full(), "neighbours may try again");
    assert_eq!(store.stored().await, [], "of the group nothing is left");
    store.change(Undo::Group, BROWSER).await.unwrap();
    assert_eq!(store.stored().await, [TaskClass::Browser], "the writer goes on");
}

#[tokio::test]
async fn a_full_disk_is_said_to_all_and_the_writer_goes_on() {
    let store = Store::new().await;
    let task = "INSERT INTO task (id, kind, subject, state, queued_at_ms) VALUES ('t', 'noop', 's', 'queued', 1)";
    store.change(Undo::Statement, task).await.unwrap();
    // Each more than the ones before have left free. A single row: SQLite keeps no journal of such a statement, and takes back
    // the transaction.
    for (undo, grow) in [
        (Undo::Statement, "UPDATE task SET checkpoint = zeroblob(1000000) WHERE id = 't'"),
        (Undo::Group, "UPDATE task SET checkpoint = zeroblob(4000000) WHERE id = 't'"),
        (Undo::Savepoint, "UPDATE task SET checkpoint = zeroblob(16000000) WHERE id = 't'"),
    ] {
        store.limit_pages("PRAGMA max_page_count = 1").await;
        let outcomes = store.changes(undo, [CPU, grow, BROWSER]).await;
        let are_told = match &outcomes {
            [Ok(()), Err(large), Ok(())] => large.is_disk_full().then_some(2),
            [Err(before), Err(large), Err(after)] => {
                [before, large, after].iter().all(|error| error.is_disk_full() && error.passes()).then_some(0)
            }
            _ => None,
        };
        assert_eq!(
            are_told,
            Some(store.stored().await.len()),
            "{undo:?}: what was said is what is stored: {outcomes:?}"
        );
        // Room again: the same connection or a new one writes on.
        store.limit_pages("PRAGMA max_page_count = 1000000").await;
        for statement in [grow, "UPDATE task SET checkpoint = NULL", "DELETE FROM paused_class"] {
            store.change(undo, statement).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_panic_costs_its_group_alone() {
    let store = Store::new().await;
    let panics = |at_write: bool| {
        store.group.run(
            Undo::Group,
            move |db| {
                Box::pin(async move {
                    assert!(!at_write, "while it is written");
                    run(db, CPU).await
                })
            },
            move |written: Result<(), DbError>| {
                assert!(at_write, "when it is durable");
                written
            },
        )
    };
    let failed = panics(true).await.unwrap().unwrap_err();
    assert!(matches!(&failed, DbError::Shared(error) if matches!(**error, DbError::Panicked)), "{failed:?}");
    assert_eq!(store.stored().await, []);
    assert!(panics(false).await.is_err(), "nobody can say what became of it");
    store.change(Undo::Group, BROWSER).await.unwrap();
    assert_eq!(store.stored().await, [TaskClass::Browser, TaskClass::Cpu], "what was durable stays");
}
