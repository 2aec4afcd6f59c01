//! Group commit: writes that arrive while the disk is busy share the next transaction.
//!
//! A commit waits for the disk. One writer that commits each change by itself makes as many changes a second as the disk has
//! syncs; here all that queued up meanwhile is committed at once. One that is refused takes no other along ([`Undo`]); where the
//! database itself fails halfway, the whole group is taken back and its callers may try again. Callers hear of their change
//! when it is durable, in the order of the commits.

use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use super::{Db, DbError};

/// Changes of one transaction.
const MOST_OF_A_GROUP: usize = 512;
/// Callers that may wait for a place in the queue.
const BACKLOG: usize = 4_096;

/// How what a change has written is taken back when it is refused. Every call of the database is a round trip to the thread of
/// its connection, which costs more than most statements: savepoints are for those that need them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// By a savepoint around it: it may be refused after it has written.
    Savepoint,
    /// By SQLite itself: it writes one statement, which has an effect or fails. Where disk or file fail, SQLite may take back the
    /// whole transaction, so the group goes then.
    Statement,
    /// With the whole group: only a fault of the database itself can stop it halfway.
    Group,
}

/// An error that may come from the database.
pub trait Failure: From<DbError> {
    /// The error of the database; `None` for what was refused by rule.
    fn fault(&self) -> Option<&DbError>;
}

impl Failure for DbError {
    fn fault(&self) -> Option<&DbError> {
        Some(self)
    }
}

/// What became of a change inside of its transaction.
enum Written {
    Good,
    /// Refused, with nothing wrong about the transaction.
    Refused,
    /// The database failed.
    Fault {
        disk_full: bool,
        passes: bool,
    },
}

/// A change that waits for its turn.
trait Change: Send {
    /// How it is taken back.
    fn undo(&self) -> Undo;
    /// Writes.
    fn write<'c>(&'c mut self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Written>;
    /// Tells the caller what became of it, once the group is committed or not.
    fn settle(self: Box<Self>, committed: Result<(), Arc<DbError>>);
}

struct Pending<T, E, F, A, R> {
    undo: Undo,
    write: Option<F>,
    written: Option<Result<T, E>>,
    applied: A,
    answer: oneshot::Sender<R>,
}

impl<T, E, F, A, R> Change for Pending<T, E, F, A, R>
where
    T: Send + 'static,
    E: Failure + Send + 'static,
    R: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
    A: FnOnce(Result<T, E>) -> R + Send + 'static,
{
    fn undo(&self) -> Undo {
        self.undo
    }

    fn write<'c>(&'c mut self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Written> {
        Box::pin(async move {
            let Some(write) = self.write.take() else { return Written::Refused };
            let written = write(db).await;
            let became = match &written {
                Ok(_) => Written::Good,
                Err(error) => error.fault().map_or(Written::Refused, |fault| Written::Fault {
                    disk_full: fault.is_disk_full(),
                    passes: fault.passes(),
                }),
            };
            self.written = Some(written);
            became
        })
    }

    fn settle(self: Box<Self>, committed: Result<(), Arc<DbError>>) {
        let outcome = match (self.written, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), Ok(())) => Err(error),
            // A refusal may rest on what was taken back; a fault is what it was.
            (Some(Err(error)), Err(_)) if error.fault().is_some() => Err(error),
            (_, Err(error)) => Err(DbError::Shared(error).into()),
            (None, Ok(())) => Err(DbError::Sqlx(sqlx::Error::WorkerCrashed).into()),
        };
        // Nobody may wait any more.
        let _ = self.answer.send((self.applied)(outcome));
    }
}

/// The only one who writes tasks.
#[derive(Clone)]
pub struct GroupWriter {
    changes: mpsc::Sender<Box<dyn Change>>,
}

impl std::fmt::Debug for GroupWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("GroupWriter")
    }
}

impl GroupWriter {
    /// Starts the writer. Must be called inside the async runtime; it ends with the last handle.
    pub fn start(db: Db) -> Self {
        let (changes, queue) = mpsc::channel(BACKLOG);
        tokio::spawn(write(db, queue));
        Self { changes }
    }

    /// Writes, and returns when it is durable. `applied` runs before that, in the order of the commits, whatever became of the
    /// change. Dropping the future does not take the change back.
    pub async fn run<T, E, F, A, R>(&self, undo: Undo, write: F, applied: A) -> Result<R, DbError>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
        A: FnOnce(Result<T, E>) -> R + Send + 'static,
    {
        let closed = || DbError::Sqlx(sqlx::Error::PoolClosed);
        let (answer, answered) = oneshot::channel();
        let pending = Pending { undo, write: Some(write), written: None, applied, answer };
        self.changes.send(Box::new(pending)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())
    }
}

async fn write(db: Db, mut queue: mpsc::Receiver<Box<dyn Change>>) {
    let mut group = Vec::with_capacity(MOST_OF_A_GROUP);
    while queue.recv_many(&mut group, MOST_OF_A_GROUP).await > 0 {
        let committed = commit(&db, &mut group).await.map_err(Arc::new);
        for change in group.drain(..) {
            change.settle(committed.clone());
        }
    }
}

async fn commit(db: &Db, group: &mut [Box<dyn Change>]) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    for change in group {
        let undo = change.undo();
        if undo == Undo::Savepoint {
            sqlx::query("SAVEPOINT change").execute(&mut *tx).await?;
        }
        let after = match (undo, change.write(&mut tx).await) {
            (Undo::Savepoint, Written::Good) => "RELEASE change",
            (Undo::Savepoint, _) => "ROLLBACK TO change; RELEASE change",
            // Dropped, the transaction is rolled back.
            (Undo::Group, Written::Fault { disk_full, .. })
            | (Undo::Statement, Written::Fault { disk_full, passes: true }) => {
                return Err(DbError::Neighbour { disk_full });
            }
            // A broken rule of the tables takes back its statement alone.
            (Undo::Statement, Written::Fault { passes: false, .. }) => continue,
            (Undo::Statement | Undo::Group, Written::Good | Written::Refused) => continue,
        };
        sqlx::query(after).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::db::setting;
    use web::model::TaskClass;

    /// Writes two rows, of which the second is refused by the table where so asked.
    async fn two_rows(db: &mut SqliteConnection, class: TaskClass, fails: bool) -> Result<(), DbError> {
        setting::set_paused(&mut *db, class, true).await?;
        if fails {
            sqlx::query("INSERT INTO paused_class (class) VALUES (NULL)").execute(db).await?;
        }
        Ok(())
    }

    async fn run(db: &mut SqliteConnection, statement: &'static str) -> Result<(), DbError> {
        Ok(sqlx::query(statement).execute(db).await.map(drop)?)
    }

    async fn paused_after(undo: Undo) -> (Vec<Result<(), DbError>>, Vec<TaskClass>) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
        let group = GroupWriter::start(db.clone());
        // While the connection is taken, all that comes is one group.
        let taken = db.write().await.unwrap();
        let change = |class, fails| {
            let group = group.clone();
            async move { group.run(undo, move |db| Box::pin(two_rows(db, class, fails)), |written| written).await.unwrap() }
        };
        let changes = futures::future::join_all([
            change(TaskClass::Cpu, false),
            change(TaskClass::Accelerator, true),
            change(TaskClass::Browser, false),
        ]);
        let release = async {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            drop(taken);
        };
        let (outcomes, ()) = tokio::join!(changes, release);
        // A writer that has seen a failure goes on.
        change(TaskClass::Browser, false).await.unwrap();
        (outcomes, setting::paused(db.read()).await.unwrap())
    }

    #[tokio::test]
    async fn a_savepoint_takes_back_one_change_alone() {
        let (outcomes, paused) = paused_after(Undo::Savepoint).await;
        assert!(matches!(outcomes.as_slice(), [Ok(()), Err(DbError::Sqlx(_)), Ok(())]), "{outcomes:?}");
        assert_eq!(paused, [TaskClass::Browser, TaskClass::Cpu]);
    }

    #[tokio::test]
    async fn a_change_stopped_halfway_takes_its_group_along() {
        let (outcomes, paused) = paused_after(Undo::Group).await;
        let [Err(DbError::Shared(before)), Err(DbError::Sqlx(_)), Err(DbError::Shared(after))] = outcomes.as_slice()
        else {
            panic!("{outcomes:?}")
        };
        assert!(before.passes() && after.passes(), "neighbours may try again");
        assert!(!before.is_disk_full());
        assert_eq!(paused, [TaskClass::Browser], "of the group nothing is left");
    }

    #[tokio::test]
    async fn a_statement_that_breaks_a_rule_is_alone_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
        let group = GroupWriter::start(db.clone());
        let change = |statement: &'static str| {
            let group = group.clone();
            async move {
                group.run(Undo::Statement, move |db| Box::pin(run(db, statement)), |written| written).await.unwrap()
            }
        };
        let [before, wrong, after] = futures::future::join_all([
            change("INSERT INTO paused_class (class) VALUES ('cpu')"),
            change("INSERT INTO paused_class (class) VALUES (NULL)"),
            change("INSERT INTO paused_class (class) VALUES ('browser')"),
        ])
        .await
        .try_into()
        .unwrap();
        assert!(before.is_ok() && after.is_ok() && matches!(wrong, Err(DbError::Sqlx(_))), "{wrong:?}");
        assert_eq!(setting::paused(db.read()).await.unwrap(), [TaskClass::Browser, TaskClass::Cpu]);
    }

    #[tokio::test]
    async fn a_full_disk_is_said_to_all_and_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
        let group = GroupWriter::start(db.clone());
        let pages = |sql: &'static str| {
            let db = db.clone();
            async move {
                let mut tx = db.write().await.unwrap();
                sqlx::query(sql).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        let change = |undo, statement: &'static str| {
            let group = group.clone();
            async move { group.run(undo, move |db| Box::pin(run(db, statement)), |written| written).await.unwrap() }
        };
        let note = "INSERT INTO task (id, kind, subject, state, queued_at_ms) VALUES ('t', 'noop', 's', 'queued', 1)";
        change(Undo::Statement, note).await.unwrap();
        // Each more than the ones before have left free.
        for (undo, grow) in [
            (Undo::Statement, "UPDATE task SET checkpoint = zeroblob(1000000) WHERE id = 't'"),
            (Undo::Group, "UPDATE task SET checkpoint = zeroblob(4000000) WHERE id = 't'"),
            (Undo::Savepoint, "UPDATE task SET checkpoint = zeroblob(16000000) WHERE id = 't'"),
        ] {
            // Fewer pages than there are: not one more.
            pages("PRAGMA max_page_count = 1").await;
            let [small, large, behind] = futures::future::join_all([
                change(undo, "INSERT OR IGNORE INTO paused_class (class) VALUES ('cpu')"),
                change(undo, grow),
                change(undo, "INSERT OR IGNORE INTO paused_class (class) VALUES ('browser')"),
            ])
            .await
            .try_into()
            .unwrap();
            assert!(large.as_ref().is_err_and(DbError::is_disk_full), "{undo:?}: {large:?}");
            let all_or_none = (small.is_ok(), behind.is_ok());
            assert!(matches!(all_or_none, (true, true) | (false, false)), "{undo:?}: {small:?} {behind:?}");
            if let Err(error) = &small {
                assert!(error.passes() && (undo == Undo::Savepoint || error.is_disk_full()), "{undo:?}: {error:?}");
            }
            let stored = setting::paused(db.read()).await.unwrap();
            assert_eq!(stored.len(), if small.is_ok() { 2 } else { 0 }, "{undo:?}: what was said is what is stored");
            // Room again: the same connection or a new one writes on.
            pages("PRAGMA max_page_count = 1000000").await;
            change(undo, grow).await.unwrap();
            change(undo, "UPDATE task SET checkpoint = NULL").await.unwrap();
            change(undo, "DELETE FROM paused_class").await.unwrap();
        }
    }
}
