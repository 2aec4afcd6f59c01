//! Group commit: writes that arrive while the disk is busy share the next transaction.
//!
//! A commit waits for the disk. One writer that commits each change by itself makes as many changes a second as the disk has
//! syncs; here all that queued up meanwhile is committed at once. One that is refused takes no other along ([`Undo`]); where the
//! database itself fails halfway, the whole group is taken back and its callers may try again. Callers hear of their change
//! when it is durable, in the order of the commits.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures::{FutureExt, future::BoxFuture};
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
        // A panic costs its group and not all writing that comes after.
        let committed = AssertUnwindSafe(commit(&db, &mut group)).catch_unwind().await;
        let committed = committed.unwrap_or_else(|_| Err(DbError::Panicked)).map_err(Arc::new);
        for change in group.drain(..) {
            let committed = committed.clone();
            if catch_unwind(AssertUnwindSafe(|| change.settle(committed))).is_err() {
                tracing::error!("what follows from a change could not be worked out");
            }
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
            (Undo::Savepoint, Written::Refused) => "ROLLBACK TO change; RELEASE change",
            (Undo::Savepoint, Written::Fault { disk_full, .. }) => {
                let back = sqlx::query("ROLLBACK TO change; RELEASE change").execute(&mut *tx).await;
                // The savepoint is gone where SQLite has taken back the transaction.
                back.map_err(|_| DbError::Neighbour { disk_full })?;
                continue;
            }
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
mod tests;
