//! What all parts of the backend share: the board, and who hears of its changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast};
use web::model::{TaskClass, TaskView};

use super::{board::Board, explain, write::Ended};
use crate::{
    balancer::Change,
    db::{DbError, now_ms, task::TaskRow},
};

/// Changes that a slow subscriber may be behind before it has to look the task up again.
const BACKLOG: usize = 4_096;

pub(super) struct Shared {
    pub board: Mutex<Board>,
    pub forecasts: Mutex<explain::Forecasts>,
    pub changes: broadcast::Sender<Change>,
    pub added: [Notify; TaskClass::ALL.len()],
}

/// Nothing that can panic is done under a lock.
pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new(board: Board) -> Self {
        Self {
            board: Mutex::new(board),
            forecasts: Mutex::default(),
            changes: broadcast::channel(BACKLOG).0,
            added: Default::default(),
        }
    }

    pub fn board(&self) -> MutexGuard<'_, Board> {
        held(&self.board)
    }

    /// Tells subscribers; nobody listening is fine.
    pub fn announce(&self, task: TaskView) {
        if self.changes.receiver_count() > 0 {
            let _ = self.changes.send(Change { subject: task.subject.clone(), task });
        }
    }

    pub fn wake(&self, classes: impl IntoIterator<Item = TaskClass>) {
        for class in classes {
            self.added[class as usize].notify_one();
        }
    }

    /// A task is back in the queue, or new there.
    pub fn queued(&self, board: &mut Board, row: &TaskRow, waits_for: Vec<String>) -> Result<TaskView, DbError> {
        board.put(row, waits_for, now_ms())?;
        self.wake([row.class()?]);
        let task = row.view()?;
        self.announce(task.clone());
        Ok(task)
    }

    /// A task has ended, and those that it took along.
    pub fn ended(&self, board: &mut Board, ended: &Ended) -> Result<TaskView, DbError> {
        for row in &ended.dependents {
            self.wake(board.ended(row, now_ms())?);
            self.announce(row.view()?);
        }
        self.wake(board.ended(&ended.row, now_ms())?);
        let task = ended.row.view()?;
        self.announce(task.clone());
        Ok(task)
    }
}
