//! Rows of `attempt`: every lease, which policy gave it to which engine, and how it ended.

use sqlx::{FromRow, SqliteExecutor};
use web::model::{AttemptView, Decision, PolicyName, Problem, TaskClass};

use super::{
    DbError, now_ms, rfc3339,
    task::{Filter, state_name},
};

/// How a lease ended. The names are written into the database and go over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The result is stored.
    Finished,
    /// Another try would not mend it.
    Failed,
    /// By somebody's order.
    Cancelled,
    /// The engine reported a fault of its own.
    BrokeDown,
    /// The engine's process died.
    Crashed,
    /// No progress for too long.
    Stalled,
    /// The deadline of an attempt was over.
    Overdue,
    /// The engine was not heard of.
    LeaseExpired,
    /// The whole server died.
    ServerDied,
    /// Put back for a trouble that passes.
    Postponed,
    /// Put back unharmed.
    Released,
}

impl End {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Finished,
        Self::Failed,
        Self::Cancelled,
        Self::BrokeDown,
        Self::Crashed,
        Self::Stalled,
        Self::Overdue,
        Self::LeaseExpired,
        Self::ServerDied,
        Self::Postponed,
        Self::Released,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::BrokeDown => "broke_down",
            Self::Crashed => "crashed",
            Self::Stalled => "stalled",
            Self::Overdue => "overdue",
            Self::LeaseExpired => "lease_expired",
            Self::ServerDied => "server_died",
            Self::Postponed => "postponed",
            Self::Released => "released",
        }
    }
}

/// One lease.
#[derive(Debug, Clone, FromRow)]
pub struct AttemptRow {
    task_id: String,
    number: u32,
    engine: String,
    policy: String,
    because: String,
    started_at_ms: i64,
    ended_at_ms: Option<i64>,
    outcome: Option<String>,
    problem: Option<String>,
}

/// A lease with what is known of its task.
#[derive(Debug, Clone, FromRow)]
struct DecisionRow {
    kind: String,
    subject: String,
    user: String,
    #[sqlx(flatten)]
    attempt: AttemptRow,
}

impl AttemptRow {
    /// The row as it goes over the wire.
    pub fn view(self, now_ms: i64) -> Result<AttemptView, DbError> {
        let unexpected = |column| DbError::Unexpected { table: "attempt", column, id: self.task_id.clone() };
        let problem = self.problem.as_deref().map(serde_json::from_str::<Problem>).transpose();
        Ok(AttemptView {
            number: self.number,
            policy: PolicyName::from_name(&self.policy).ok_or_else(|| unexpected("policy"))?,
            started_at: rfc3339(self.started_at_ms),
            ended_at: self.ended_at_ms.map(rfc3339),
            duration_s: (self.ended_at_ms.unwrap_or(now_ms) - self.started_at_ms).max(0) as f64 / 1000.0,
            problem: problem.map_err(|_| unexpected("problem"))?,
            task_id: self.task_id,
            engine: self.engine,
            because: self.because,
            end: self.outcome,
        })
    }
}

/// Notes that whatever lease of the task is out was cancelled.
pub async fn cancel(db: impl SqliteExecutor<'_>, task_id: &str) -> Result<(), DbError> {
    sqlx::query("UPDATE attempt SET ended_at_ms = ?, outcome = ? WHERE task_id = ? AND outcome IS NULL")
        .bind(now_ms())
        .bind(End::Cancelled.name())
        .bind(task_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that the leases of all these tasks were cancelled.
pub async fn cancel_all(db: impl SqliteExecutor<'_>, filter: &Filter) -> Result<(), DbError> {
    sqlx::query(
        "UPDATE attempt SET ended_at_ms = ?1, outcome = ?2
         WHERE outcome IS NULL AND task_id IN (
             SELECT id FROM task WHERE state = 'running' AND (?3 IS NULL OR state = ?3)
                 AND (?4 IS NULL OR class = ?4) AND (?5 IS NULL OR user = ?5))",
    )
    .bind(now_ms())
    .bind(End::Cancelled.name())
    .bind(filter.state.map(state_name))
    .bind(filter.class.map(TaskClass::name))
    .bind(filter.user.as_deref())
    .execute(db)
    .await?;
    Ok(())
}

/// The leases of a task, oldest first.
pub async fn of_task(db: impl SqliteExecutor<'_>, task_id: &str) -> Result<Vec<AttemptView>, DbError> {
    let rows: Vec<AttemptRow> =
        sqlx::query_as("SELECT * FROM attempt WHERE task_id = ? ORDER BY number").bind(task_id).fetch_all(db).await?;
    let now = now_ms();
    rows.into_iter().map(|row| row.view(now)).collect()
}

/// The latest leases of all tasks, newest first.
pub async fn latest(db: impl SqliteExecutor<'_>, limit: u32) -> Result<Vec<Decision>, DbError> {
    let rows: Vec<DecisionRow> = sqlx::query_as(
        "SELECT t.kind, t.subject, t.user, a.* FROM attempt a JOIN task t ON t.id = a.task_id ORDER BY a.serial DESC LIMIT ?",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    let now = now_ms();
    rows.into_iter()
        .map(|DecisionRow { kind, subject, user, attempt }| {
            Ok(Decision { kind, subject, user, attempt: attempt.view(now)? })
        })
        .collect()
}

/// What a finished lease teaches: kind and amount of work, what it took, who used it and when.
#[derive(Debug, Clone, FromRow)]
pub struct Lesson {
    /// Kind of the task.
    pub kind: String,
    /// Who submitted it.
    pub user: String,
    /// Amount of work.
    pub work: f64,
    /// How it ended.
    pub outcome: String,
    /// When.
    pub ended_at_ms: i64,
    /// How long it took.
    pub took_ms: i64,
}

/// The latest leases that have ended, oldest first.
pub async fn lessons(db: impl SqliteExecutor<'_>, limit: u32) -> Result<Vec<Lesson>, DbError> {
    let mut lessons: Vec<Lesson> = sqlx::query_as(
        "SELECT t.kind, t.user, t.work, a.outcome, a.ended_at_ms, a.ended_at_ms - a.started_at_ms AS took_ms
         FROM attempt a JOIN task t ON t.id = a.task_id WHERE a.outcome IS NOT NULL ORDER BY a.serial DESC LIMIT ?",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    lessons.reverse();
    Ok(lessons)
}
