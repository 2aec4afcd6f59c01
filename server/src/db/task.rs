//! Rows of `task`. Every write of an engine names its lease token: without it nothing changes.

use sqlx::{FromRow, SqliteExecutor};
use web::model::{Problem, TaskState, TaskView};

use super::{DbError, now_ms, rfc3339};

/// One task.
#[derive(Debug, Clone, FromRow)]
pub struct TaskRow {
    /// UUIDv7.
    pub id: String,
    /// The recording it works on.
    pub recording_id: String,
    /// What is to be done.
    pub kind: String,
    state: String,
    /// Number of leases handed out so far, without those that do not count as tried.
    pub attempt: u32,
    /// How often it was put back for a trouble that passes.
    pub troubles: u32,
    /// End of the lease, while there is one.
    pub lease_expires_ms: Option<i64>,
    progress_percent: Option<f64>,
    problem: Option<String>,
    queued_at_ms: i64,
    started_at_ms: Option<i64>,
    finished_at_ms: Option<i64>,
}

impl TaskRow {
    /// The same row further on.
    pub fn with_progress(self, progress_percent: Option<f32>) -> Self {
        Self { progress_percent: progress_percent.map(f64::from), ..self }
    }

    /// The row as it goes over the wire.
    pub fn view(&self) -> Result<TaskView, DbError> {
        let problem = self
            .problem
            .as_deref()
            .map(serde_json::from_str::<Problem>)
            .transpose()
            .map_err(|_| DbError::Unexpected { table: "task", column: "problem", id: self.id.clone() })?;
        Ok(TaskView {
            id: self.id.clone(),
            state: parse_state(&self.state, &self.id)?,
            attempt: self.attempt,
            progress_percent: self.progress_percent.map(|percent| percent as f32),
            problem,
            queued_at: rfc3339(self.queued_at_ms),
            started_at: self.started_at_ms.map(rfc3339),
            finished_at: self.finished_at_ms.map(rfc3339),
        })
    }
}

/// How the states are written down.
const STATES: [(&str, TaskState); 5] = [
    ("queued", TaskState::Queued),
    ("running", TaskState::Running),
    ("finished", TaskState::Finished),
    ("failed", TaskState::Failed),
    ("cancelled", TaskState::Cancelled),
];

/// Reads a state.
pub fn parse_state(text: &str, id: &str) -> Result<TaskState, DbError> {
    STATES.iter().find(|(name, _)| *name == text).map(|(_, state)| *state).ok_or_else(|| DbError::Unexpected {
        table: "task",
        column: "state",
        id: id.to_owned(),
    })
}

fn json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}

/// Adds a waiting task.
pub async fn insert(db: impl SqliteExecutor<'_>, id: &str, recording_id: &str, kind: &str) -> Result<TaskRow, DbError> {
    Ok(sqlx::query_as(
        "INSERT INTO task (id, recording_id, kind, state, queued_at_ms) VALUES (?, ?, ?, 'queued', ?) RETURNING *",
    )
    .bind(id)
    .bind(recording_id)
    .bind(kind)
    .bind(now_ms())
    .fetch_one(db)
    .await?)
}

/// The task with this id.
pub async fn find(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE id = ?").bind(id).fetch_optional(db).await?)
}

/// The task of a recording.
pub async fn find_by_recording(db: impl SqliteExecutor<'_>, recording_id: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE recording_id = ?").bind(recording_id).fetch_optional(db).await?)
}

/// True when [`claim`] or [`expired`] would find something.
pub async fn has_work(db: impl SqliteExecutor<'_>, now_ms: i64) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM task WHERE state = 'queued' AND not_before_ms <= ?1)
             OR EXISTS (SELECT 1 FROM task WHERE state = 'running' AND lease_expires_ms <= ?1)",
    )
    .bind(now_ms)
    .fetch_one(db)
    .await?)
}

/// Leases the task that waits longest.
pub async fn claim(
    db: impl SqliteExecutor<'_>,
    token: &str,
    epoch: &str,
    now_ms: i64,
    expires_ms: i64,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'running', attempt = attempt + 1, lease_token = ?1, lease_epoch = ?2, lease_expires_ms = ?4,
             progress_percent = NULL, started_at_ms = ?3
         WHERE id = (SELECT id FROM task WHERE state = 'queued' AND not_before_ms <= ?3 ORDER BY queued_at_ms, id LIMIT 1)
         RETURNING *",
    )
    .bind(token)
    .bind(epoch)
    .bind(now_ms)
    .bind(expires_ms)
    .fetch_optional(db)
    .await?)
}

/// Renews a lease and notes progress; `None` when the token no longer holds it.
pub async fn heartbeat(
    db: impl SqliteExecutor<'_>,
    id: &str,
    token: &str,
    expires_ms: i64,
    progress_percent: Option<f32>,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET lease_expires_ms = ?, progress_percent = ? WHERE id = ? AND lease_token = ? RETURNING *",
    )
    .bind(expires_ms)
    .bind(progress_percent)
    .bind(id)
    .bind(token)
    .fetch_optional(db)
    .await?)
}

/// The task while the token holds it.
pub async fn held(db: impl SqliteExecutor<'_>, id: &str, token: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE id = ? AND lease_token = ?")
        .bind(id)
        .bind(token)
        .fetch_optional(db)
        .await?)
}

/// Ends the task well; `None` when the token no longer holds it.
pub async fn finish(db: impl SqliteExecutor<'_>, id: &str, token: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'finished', lease_token = NULL, lease_epoch = NULL, lease_expires_ms = NULL,
             progress_percent = 100, problem = NULL, finished_at_ms = ?
         WHERE id = ? AND lease_token = ? RETURNING *",
    )
    .bind(now_ms())
    .bind(id)
    .bind(token)
    .fetch_optional(db)
    .await?)
}

/// Ends the task with a problem; `None` when the token no longer holds it.
pub async fn fail(
    db: impl SqliteExecutor<'_>,
    id: &str,
    token: &str,
    problem: &Problem,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'failed', lease_token = NULL, lease_epoch = NULL, lease_expires_ms = NULL,
             problem = ?, finished_at_ms = ?
         WHERE id = ? AND lease_token = ? RETURNING *",
    )
    .bind(json(problem))
    .bind(now_ms())
    .bind(id)
    .bind(token)
    .fetch_optional(db)
    .await?)
}

/// Puts the task back. `attempt` is the count it shall have; `not_before_ms` delays the next try.
pub async fn requeue(
    db: impl SqliteExecutor<'_>,
    id: &str,
    token: &str,
    attempt: u32,
    not_before_ms: i64,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'queued', lease_token = NULL, lease_epoch = NULL, lease_expires_ms = NULL,
             progress_percent = NULL, started_at_ms = NULL, attempt = ?, not_before_ms = ?
         WHERE id = ? AND lease_token = ? RETURNING *",
    )
    .bind(attempt)
    .bind(not_before_ms)
    .bind(id)
    .bind(token)
    .fetch_optional(db)
    .await?)
}

/// Puts the task back for a trouble that passes: the lease does not count, the trouble does.
pub async fn postpone(
    db: impl SqliteExecutor<'_>,
    id: &str,
    token: &str,
    not_before_ms: i64,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'queued', lease_token = NULL, lease_epoch = NULL, lease_expires_ms = NULL,
             progress_percent = NULL, started_at_ms = NULL, attempt = max(attempt - 1, 0), troubles = troubles + 1,
             not_before_ms = ?
         WHERE id = ? AND lease_token = ? RETURNING *",
    )
    .bind(not_before_ms)
    .bind(id)
    .bind(token)
    .fetch_optional(db)
    .await?)
}

/// Ends the task because somebody asks for it; `None` when it has ended already or does not exist.
pub async fn cancel(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'cancelled', lease_token = NULL, lease_epoch = NULL, lease_expires_ms = NULL, finished_at_ms = ?
         WHERE id = ? AND state IN ('queued', 'running') RETURNING *",
    )
    .bind(now_ms())
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// A lease whose engine is gone.
#[derive(Debug, Clone, FromRow)]
pub struct DeadLease {
    /// The task.
    pub id: String,
    /// The token it was leased under.
    pub lease_token: String,
    /// Leases handed out so far.
    pub attempt: u32,
}

/// Leases that ran out.
pub async fn expired(db: impl SqliteExecutor<'_>, now_ms: i64) -> Result<Vec<DeadLease>, DbError> {
    Ok(sqlx::query_as("SELECT id, lease_token, attempt FROM task WHERE state = 'running' AND lease_expires_ms <= ?")
        .bind(now_ms)
        .fetch_all(db)
        .await?)
}

/// Leases handed out by another run of the program than `epoch`.
pub async fn of_other_epochs(db: impl SqliteExecutor<'_>, epoch: &str) -> Result<Vec<DeadLease>, DbError> {
    Ok(sqlx::query_as("SELECT id, lease_token, attempt FROM task WHERE state = 'running' AND lease_epoch IS NOT ?")
        .bind(epoch)
        .fetch_all(db)
        .await?)
}
