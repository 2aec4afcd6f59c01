//! Tasks in the table `task` of the SQLite database.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;
use web::model::{Problem, TaskState, TaskView};

use super::{BackendError, Change, Fenced, Lease, Outcome, Standing, TaskBackend, TaskKind};
use crate::{
    config,
    db::{
        Db, DbError, now_ms, recording,
        recording::NewRecording,
        result,
        task::{self, DeadLease, TaskRow},
    },
    problem::Code,
};

/// Changes that a slow subscriber may be behind before it has to look the task up again.
const BACKLOG: usize = 256;
/// Pause before the second attempt; doubles with each further one.
const RETRY_PAUSE_MS: i64 = 1_000;
/// Longest pause.
const MAX_PAUSE_MS: i64 = 5 * 60_000;
/// A lease that was renewed this short a time ago is not written again.
const RENEW_EVERY_MS: i64 = 1_000;
/// The same as a part of a short lease.
const RENEWALS_OF_A_LEASE: i64 = 4;

/// The backend of one machine.
#[derive(Debug)]
pub struct SqliteBackend {
    db: Db,
    /// Names this run of the program.
    epoch: String,
    lease_ms: i64,
    max_attempts: u32,
    changes: broadcast::Sender<Change>,
    added: Notify,
}

impl SqliteBackend {
    /// A backend on an open database.
    pub fn new(db: Db, settings: &config::Engine) -> Self {
        Self {
            db,
            epoch: Uuid::now_v7().to_string(),
            lease_ms: Duration::from_secs_f64(settings.lease_s).as_millis().try_into().unwrap_or(i64::MAX),
            max_attempts: settings.max_attempts,
            changes: broadcast::channel(BACKLOG).0,
            added: Notify::new(),
        }
    }

    /// Tells subscribers; nobody listening is fine.
    fn announce(&self, row: &TaskRow) -> Result<TaskView, DbError> {
        let task = row.view()?;
        if task.state == TaskState::Queued {
            self.added.notify_one();
        }
        let _ = self.changes.send(Change { recording_id: row.recording_id.clone(), task: task.clone() });
        Ok(task)
    }

    fn fenced(&self, row: Option<TaskRow>) -> Result<Fenced, BackendError> {
        match row {
            Some(row) => self.announce(&row).map(|_| Fenced::Accepted).map_err(BackendError::from),
            None => Ok(Fenced::Refused),
        }
    }

    fn exhausted(&self, attempts: u32, last: Option<&Problem>) -> Problem {
        let last = last.map_or_else(
            || "The engine stopped without a word each time.".to_owned(),
            |problem| format!("The last one said: {}", problem.detail),
        );
        Code::AttemptsExhausted.limit(
            format!("The analysis was given up after {attempts} attempts. {last}"),
            f64::from(self.max_attempts),
            Some(f64::from(attempts)),
        )
    }

    /// Puts dead leases back, or gives their tasks up.
    async fn revive(&self, tx: &mut sqlx::SqliteConnection, dead: Vec<DeadLease>) -> Result<Vec<TaskRow>, DbError> {
        let mut rows = Vec::with_capacity(dead.len());
        for lease in dead {
            let row = if lease.attempt >= self.max_attempts {
                task::fail(&mut *tx, &lease.id, &lease.lease_token, &self.exhausted(lease.attempt, None)).await?
            } else {
                task::requeue(&mut *tx, &lease.id, &lease.lease_token, lease.attempt, 0).await?
            };
            rows.extend(row);
        }
        Ok(rows)
    }
}

/// The pause after so many earlier ones.
fn pause_ms(earlier: u32) -> i64 {
    (RETRY_PAUSE_MS << earlier.min(20)).min(MAX_PAUSE_MS)
}

#[async_trait]
impl TaskBackend for SqliteBackend {
    async fn enqueue(&self, new: &[NewRecording], kind: TaskKind) -> Result<Vec<TaskView>, BackendError> {
        let mut tx = self.db.write().await?;
        let mut rows = Vec::with_capacity(new.len());
        for new in new {
            recording::insert(&mut *tx, new).await?;
            rows.push(task::insert(&mut *tx, &Uuid::now_v7().to_string(), &new.id, kind.name()).await?);
        }
        tx.commit().await.map_err(DbError::from)?;
        Ok(rows.iter().map(|row| self.announce(row)).collect::<Result<_, _>>()?)
    }

    async fn lease(&self) -> Result<Option<Lease>, BackendError> {
        let now = now_ms();
        // Idle engines ask often: do not take the write lock for nothing.
        if !task::has_work(self.db.read(), now).await? {
            return Ok(None);
        }
        let token = Uuid::now_v7().to_string();
        let mut tx = self.db.write().await?;
        let dead = task::expired(&mut *tx, now).await?;
        let revived = self.revive(&mut tx, dead).await?;
        let claimed = task::claim(&mut *tx, &token, &self.epoch, now, now.saturating_add(self.lease_ms)).await?;
        tx.commit().await.map_err(DbError::from)?;
        for row in revived.iter().chain(&claimed) {
            self.announce(row)?;
        }
        let Some(row) = claimed else { return Ok(None) };
        let Some(kind) = TaskKind::from_name(&row.kind) else {
            let problem = Code::Internal
                .problem(format!("This version of the program knows no task of the kind {:?}.", row.kind));
            let mut tx = self.db.write().await?;
            let failed = task::fail(&mut *tx, &row.id, &token, &problem).await?;
            tx.commit().await.map_err(DbError::from)?;
            self.fenced(failed)?;
            return Err(BackendError::UnknownKind { task_id: row.id, kind: row.kind });
        };
        Ok(Some(Lease { task_id: row.id, recording_id: row.recording_id, kind, attempt: row.attempt, token }))
    }

    async fn heartbeat(&self, lease: &Lease, progress_percent: Option<f32>) -> Result<Standing, BackendError> {
        let expires = now_ms().saturating_add(self.lease_ms);
        let fresh_for = RENEW_EVERY_MS.min(self.lease_ms / RENEWALS_OF_A_LEASE);
        if let Some(row) = task::held(self.db.read(), &lease.task_id, &lease.token).await?
            && row.lease_expires_ms.is_some_and(|renewed| expires.saturating_sub(renewed) < fresh_for)
        {
            self.announce(&row.with_progress(progress_percent))?;
            return Ok(Standing::Held);
        }
        let mut tx = self.db.write().await?;
        let row = task::heartbeat(&mut *tx, &lease.task_id, &lease.token, expires, progress_percent).await?;
        tx.commit().await.map_err(DbError::from)?;
        if let Some(row) = row {
            self.announce(&row)?;
            return Ok(Standing::Held);
        }
        let state = self.get(&lease.task_id).await?.map(|task| task.state);
        Ok(if matches!(state, None | Some(TaskState::Cancelled)) { Standing::Cancelled } else { Standing::Lost })
    }

    async fn complete(&self, lease: &Lease, outcome: &Outcome) -> Result<Fenced, BackendError> {
        let mut tx = self.db.write().await?;
        let row = task::finish(&mut *tx, &lease.task_id, &lease.token).await?;
        if row.is_some() {
            result::insert(&mut *tx, &lease.recording_id, &lease.task_id, &outcome.result).await?;
            recording::set_duration(&mut *tx, &lease.recording_id, outcome.duration_s).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        self.fenced(row)
    }

    async fn fail(&self, lease: &Lease, problem: &Problem, drop_source: bool) -> Result<Fenced, BackendError> {
        let mut tx = self.db.write().await?;
        let row = task::fail(&mut *tx, &lease.task_id, &lease.token, problem).await?;
        if drop_source && row.is_some() {
            recording::drop_source(&mut *tx, &lease.recording_id).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        self.fenced(row)
    }

    async fn retry(&self, lease: &Lease, problem: &Problem) -> Result<Fenced, BackendError> {
        if lease.attempt >= self.max_attempts {
            return self.fail(lease, &self.exhausted(lease.attempt, Some(problem)), false).await;
        }
        let not_before_ms = now_ms().saturating_add(pause_ms(lease.attempt.saturating_sub(1)));
        let mut tx = self.db.write().await?;
        let row = task::requeue(&mut *tx, &lease.task_id, &lease.token, lease.attempt, not_before_ms).await?;
        tx.commit().await.map_err(DbError::from)?;
        self.fenced(row)
    }

    async fn postpone(&self, lease: &Lease) -> Result<Fenced, BackendError> {
        let mut tx = self.db.write().await?;
        let Some(held) = task::held(&mut *tx, &lease.task_id, &lease.token).await? else { return Ok(Fenced::Refused) };
        let not_before_ms = now_ms().saturating_add(pause_ms(held.troubles));
        let row = task::postpone(&mut *tx, &lease.task_id, &lease.token, not_before_ms).await?;
        tx.commit().await.map_err(DbError::from)?;
        self.fenced(row)
    }

    async fn release(&self, lease: &Lease) -> Result<Fenced, BackendError> {
        let mut tx = self.db.write().await?;
        let row = task::requeue(&mut *tx, &lease.task_id, &lease.token, lease.attempt.saturating_sub(1), 0).await?;
        tx.commit().await.map_err(DbError::from)?;
        self.fenced(row)
    }

    async fn cancel(&self, task_id: &str) -> Result<Option<TaskView>, BackendError> {
        let mut tx = self.db.write().await?;
        let row = task::cancel(&mut *tx, task_id).await?;
        tx.commit().await.map_err(DbError::from)?;
        Ok(row.map(|row| self.announce(&row)).transpose()?)
    }

    async fn delete(&self, recording_id: &str) -> Result<Option<Vec<String>>, BackendError> {
        let mut tx = self.db.write().await?;
        let Some(task) = task::find_by_recording(&mut *tx, recording_id).await? else { return Ok(None) };
        let cancelled = task::cancel(&mut *tx, &task.id).await?;
        let blobs = recording::delete(&mut tx, recording_id).await?;
        tx.commit().await.map_err(DbError::from)?;
        if let Some(row) = cancelled {
            self.announce(&row)?;
        }
        Ok(blobs)
    }

    async fn get(&self, task_id: &str) -> Result<Option<TaskView>, BackendError> {
        let row = task::find(self.db.read(), task_id).await?;
        Ok(row.map(|row| row.view()).transpose()?)
    }

    async fn recover(&self) -> Result<u64, BackendError> {
        let mut tx = self.db.write().await?;
        let dead = task::of_other_epochs(&mut *tx, &self.epoch).await?;
        let rows = self.revive(&mut tx, dead).await?;
        tx.commit().await.map_err(DbError::from)?;
        for row in &rows {
            self.announce(row)?;
        }
        Ok(rows.len() as u64)
    }

    fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    async fn work_added(&self) {
        self.added.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_minutes() {
        assert_eq!([0, 1, 2, 3].map(pause_ms), [1_000, 2_000, 4_000, 8_000]);
        assert_eq!([9, 20, u32::MAX].map(pause_ms), [MAX_PAUSE_MS; 3]);
    }
}
