//! Into the queue, as far as it has room.

use std::sync::{Arc, Mutex};

use web::model::TaskView;

use super::{
    SqliteBackend,
    board::Admission,
    shared::held,
    write::{self, WriteError},
};
use crate::{
    balancer::{BackendError, NewTask, Wish},
    db::{group::Undo, now_ms, task},
};

#[cfg(doc)]
use crate::balancer::TaskBackend;

impl SqliteBackend {
    /// See [`TaskBackend::enqueue`].
    pub(super) async fn admit(&self, tasks: Vec<NewTask>) -> Result<Vec<TaskView>, BackendError> {
        self.shared.board().check(&tasks)?;
        let undo = match tasks.as_slice() {
            [task] if task.companion.is_none() && task.after.is_empty() => Undo::Statement,
            _ => Undo::Savepoint,
        };
        let admission = Arc::new(Mutex::new(Admission::default()));
        let (shared, admitted) = (Arc::clone(&self.shared), Arc::clone(&admission));
        let applied = Arc::clone(&self.shared);
        self.group
            .run(
                undo,
                move |db| {
                    Box::pin(async move {
                        // One after the other: of several with one key the first is stored when the next is looked at.
                        let unknown = write::unknown(&mut *db, &tasks).await?;
                        *held(&admitted) = shared.board().admit(unknown).map_err(WriteError::Backend)?;
                        write::enqueue(db, &tasks).await
                    })
                },
                move |written: Result<Vec<write::Stored>, WriteError>| {
                    let mut board = applied.board();
                    board.settle_admission(std::mem::take(&mut *held(&admission)));
                    let mut views = Vec::new();
                    for stored in written.map_err(WriteError::into_backend)? {
                        if stored.is_new {
                            board.minutes.enqueued(now_ms());
                            views.push(applied.queued(&mut board, &stored.row, stored.waits_for)?);
                        } else {
                            views.push(stored.row.view()?);
                        }
                    }
                    Ok(views)
                },
            )
            .await?
    }

    /// See [`TaskBackend::check_room`].
    pub(super) async fn has_room(&self, wish: &Wish) -> Result<(), BackendError> {
        let room = {
            let board = self.shared.board();
            board.check_class(wish.of_class())?;
            board.check_room(wish.of_user().as_str(), 1)
        };
        if room.is_err()
            && let Some(key) = wish.of_key()
            && task::find_by_dedupe_key(self.db.read(), key).await?.is_some()
        {
            return Ok(());
        }
        room
    }

    /// See [`TaskBackend::again`].
    pub(super) async fn readmit(&self, task_id: &str) -> Result<TaskView, BackendError> {
        let (shared, id) = (Arc::clone(&self.shared), task_id.to_owned());
        let admission = Arc::new(Mutex::new(Admission::default()));
        let (admitting, admitted) = (Arc::clone(&self.shared), Arc::clone(&admission));
        self.group
            .run(
                Undo::Savepoint,
                move |db| {
                    Box::pin(async move {
                        let stored = write::again(db, &id).await?;
                        // Full: what was written is taken back.
                        let wanted = [(stored.row.user.clone(), 1)].into();
                        *held(&admitted) = admitting.board().admit(wanted)?;
                        Ok(stored)
                    })
                },
                move |written: Result<write::Stored, BackendError>| {
                    let mut board = shared.board();
                    board.settle_admission(std::mem::take(&mut *held(&admission)));
                    let stored = written?;
                    Ok(shared.queued(&mut board, &stored.row, stored.waits_for)?)
                },
            )
            .await?
    }
}
