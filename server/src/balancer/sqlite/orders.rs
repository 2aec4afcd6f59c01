//! What people order.

use std::sync::Arc;

use web::model::{TaskClass, TaskView};

use super::{
    SqliteBackend,
    write::{self, Ended, WriteError},
};
use crate::{
    balancer::{BackendError, Companion},
    db::{
        DbError,
        group::Undo,
        setting,
        task::{Filter, TaskRow},
    },
};

#[cfg(doc)]
use crate::balancer::TaskBackend;

impl SqliteBackend {
    /// See [`TaskBackend::cancel`].
    pub(super) async fn end_one(&self, task_id: &str) -> Result<TaskView, BackendError> {
        let (shared, id) = (Arc::clone(&self.shared), task_id.to_owned());
        self.group
            .run(
                Undo::Savepoint,
                move |db| Box::pin(async move { write::cancel(db, &id).await }),
                move |written: Result<Ended, BackendError>| {
                    let ended = written?;
                    Ok(shared.ended(&mut shared.board(), &ended)?)
                },
            )
            .await?
    }

    /// See [`TaskBackend::cancel_all`].
    pub(super) async fn end_all(&self, filter: &Filter) -> Result<u32, BackendError> {
        let (shared, filter) = (Arc::clone(&self.shared), filter.clone());
        self.group
            .run(
                Undo::Savepoint,
                move |db| Box::pin(async move { write::cancel_all(db, &filter).await }),
                move |written: Result<Vec<TaskRow>, DbError>| {
                    let (rows, mut board) = (written?, shared.board());
                    let count = rows.len() as u32;
                    for row in rows {
                        shared.ended(&mut board, &Ended { row, dependents: Vec::new() })?;
                    }
                    Ok(count)
                },
            )
            .await?
    }

    /// See [`TaskBackend::set_priority`].
    pub(super) async fn reorder(&self, task_id: &str, priority: i32) -> Result<TaskView, BackendError> {
        let (shared, id) = (Arc::clone(&self.shared), task_id.to_owned());
        self.group
            .run(
                Undo::Savepoint,
                move |db| Box::pin(async move { write::set_priority(db, &id, priority).await }),
                move |written: Result<write::Stored, BackendError>| {
                    let stored = written?;
                    Ok(shared.queued(&mut shared.board(), &stored.row, stored.waits_for)?)
                },
            )
            .await?
    }

    /// See [`TaskBackend::remove`].
    pub(super) async fn end_and_remove(&self, subject: &str, with: Arc<dyn Companion>) -> Result<(), BackendError> {
        let (shared, subject) = (Arc::clone(&self.shared), subject.to_owned());
        self.group
            .run(
                Undo::Savepoint,
                move |db| Box::pin(async move { write::remove(db, &subject, with.as_ref()).await }),
                move |written: Result<Vec<Ended>, WriteError>| {
                    let mut board = shared.board();
                    for ended in written.map_err(WriteError::into_backend)? {
                        shared.ended(&mut board, &ended)?;
                    }
                    Ok(())
                },
            )
            .await?
    }

    /// See [`TaskBackend::pause`].
    pub(super) async fn set_paused(&self, class: TaskClass, paused: bool) -> Result<(), BackendError> {
        let shared = Arc::clone(&self.shared);
        self.group
            .run(
                Undo::Statement,
                move |db| Box::pin(async move { setting::set_paused(db, class, paused).await }),
                move |written: Result<(), DbError>| {
                    written?;
                    let mut board = shared.board();
                    board.version += 1;
                    if paused {
                        board.paused.insert(class);
                    } else {
                        board.paused.remove(&class);
                        // Each that is woken asks for a task; those that find none sleep again.
                        for _ in 0..board.slots.len() {
                            shared.wake([class]);
                        }
                    }
                    Ok(())
                },
            )
            .await?
    }
}
