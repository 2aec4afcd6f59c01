//! Group commit: writes that arrive while the disk is busy share the next transaction.
//!
//! A commit waits for the disk. One writer that commits each change by itself makes as many changes a second as the disk has
//! syncs; here all that queued up meanwhile is committed at once, each in a savepoint, so that one that fails takes no other
//! along. Callers hear of their change when it is durable, in the order of the commits.

use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{Db, DbError};

/// Changes of one transaction.
const MOST_OF_A_GROUP: usize = 512;
/// Callers that may wait for a place in the queue.
const BACKLOG: usize = 4_096;

/// A change that waits for its turn.
trait Change: Send {
    /// Writes; `false` takes back what was written.
    fn write<'c>(&'c mut self, db: &'c mut SqliteConnection) -> BoxFuture<'c, bool>;
    /// Tells the caller what became of it, once the group is committed or not.
    fn settle(self: Box<Self>, committed: Result<(), Arc<DbError>>);
}

struct Pending<T, E, F, A, R> {
    write: Option<F>,
    written: Option<Result<T, E>>,
    applied: A,
    answer: oneshot::Sender<R>,
}

impl<T, E, F, A, R> Change for Pending<T, E, F, A, R>
where
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
    R: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
    A: FnOnce(Result<T, E>) -> R + Send + 'static,
{
    fn write<'c>(&'c mut self, db: &'c mut SqliteConnection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let Some(write) = self.write.take() else { return false };
            let written = write(db).await;
            let is_good = written.is_ok();
            self.written = Some(written);
            is_good
        })
    }

    fn settle(self: Box<Self>, committed: Result<(), Arc<DbError>>) {
        let outcome = match (self.written, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) => Err(error),
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
    pub async fn run<T, E, F, A, R>(&self, write: F, applied: A) -> Result<R, DbError>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
        A: FnOnce(Result<T, E>) -> R + Send + 'static,
    {
        let closed = || DbError::Sqlx(sqlx::Error::PoolClosed);
        let (answer, answered) = oneshot::channel();
        let pending = Pending { write: Some(write), written: None, applied, answer };
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
        let mut savepoint = tx.begin().await?;
        if change.write(&mut savepoint).await {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
    }
    Ok(tx.commit().await?)
}
