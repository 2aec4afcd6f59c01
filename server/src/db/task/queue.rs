//! What comes into the queue, and what is looked for there.

use sqlx::SqliteExecutor;
use web::model::{TaskClass, TaskCounts, TaskState};

use super::{TaskRow, parse_state, state_name};
use crate::db::{DbError, now_ms};

/// A task that is about to be stored.
#[derive(Debug, Clone)]
pub struct Insert<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// What is to be done.
    pub kind: &'a str,
    /// What it works on.
    pub subject: &'a str,
    /// The hardware it asks for.
    pub class: TaskClass,
    /// Who submitted it.
    pub user: &'a str,
    /// Higher is sooner.
    pub priority: i32,
    /// Amount of work in the unit of the kind.
    pub work: f64,
    /// Memory that it is expected to use.
    pub memory_bytes: u64,
    /// Where its data may lie already.
    pub place: Option<&'a str>,
    /// The same key is never stored twice.
    pub dedupe_key: Option<&'a str>,
    /// Longest time of an attempt.
    pub deadline_s: Option<f64>,
    /// Not to be leased before.
    pub not_before_ms: i64,
}

/// Adds a waiting task.
pub async fn insert(db: impl SqliteExecutor<'_>, new: &Insert<'_>) -> Result<TaskRow, DbError> {
    Ok(sqlx::query_as(
        "INSERT INTO task (id, kind, subject, class, user, priority, work, memory_bytes, place, dedupe_key, deadline_s,
             not_before_ms, state, queued_at_ms, ready_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'queued', ?13, ?13) RETURNING *",
    )
    .bind(new.id)
    .bind(new.kind)
    .bind(new.subject)
    .bind(new.class.name())
    .bind(new.user)
    .bind(new.priority)
    .bind(new.work)
    .bind(i64::try_from(new.memory_bytes).unwrap_or(i64::MAX))
    .bind(new.place)
    .bind(new.dedupe_key)
    .bind(new.deadline_s)
    .bind(new.not_before_ms)
    .bind(now_ms())
    .fetch_one(db)
    .await?)
}

/// Lets a task wait for another.
pub async fn depend(db: impl SqliteExecutor<'_>, id: &str, after: &str) -> Result<(), DbError> {
    sqlx::query("INSERT INTO task_dependency (task_id, after_id) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(after)
        .execute(db)
        .await?;
    Ok(())
}

/// The task with this id.
pub async fn find(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE id = ?").bind(id).fetch_optional(db).await?)
}

/// The task that was stored under this key.
pub async fn find_by_dedupe_key(db: impl SqliteExecutor<'_>, key: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE dedupe_key = ?").bind(key).fetch_optional(db).await?)
}

/// The tasks of a subject, oldest first.
pub async fn of_subject(db: impl SqliteExecutor<'_>, subject: &str) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE subject = ? ORDER BY ticket").bind(subject).fetch_all(db).await?)
}

/// The oldest task of a kind that works on a subject.
pub async fn find_by_subject(
    db: impl SqliteExecutor<'_>,
    subject: &str,
    kind: &str,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE subject = ? AND kind = ? ORDER BY ticket LIMIT 1")
        .bind(subject)
        .bind(kind)
        .fetch_optional(db)
        .await?)
}

/// Tasks that have not ended, oldest first.
pub async fn open(db: impl SqliteExecutor<'_>) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE state IN ('queued', 'running') ORDER BY ticket").fetch_all(db).await?)
}

/// Which waiting task waits for which other that has not finished.
pub async fn open_dependencies(db: impl SqliteExecutor<'_>) -> Result<Vec<(String, String)>, DbError> {
    Ok(sqlx::query_as(
        "SELECT d.task_id, d.after_id FROM task_dependency d
         JOIN task t ON t.id = d.task_id JOIN task a ON a.id = d.after_id
         WHERE t.state = 'queued' AND a.state <> 'finished'",
    )
    .fetch_all(db)
    .await?)
}

/// What one task waits for that has not finished.
pub async fn dependencies(db: impl SqliteExecutor<'_>, id: &str) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT d.after_id FROM task_dependency d JOIN task a ON a.id = d.after_id
         WHERE d.task_id = ? AND a.state <> 'finished'",
    )
    .bind(id)
    .fetch_all(db)
    .await?)
}

/// What is asked of [`list`].
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this state.
    pub state: Option<TaskState>,
    /// Only this class.
    pub class: Option<TaskClass>,
    /// Only this user.
    pub user: Option<String>,
    /// Only older ones than this id.
    pub after: Option<String>,
}

/// Tasks, newest first.
pub async fn list(db: impl SqliteExecutor<'_>, filter: &Filter, limit: u32) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "SELECT * FROM task WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR class = ?2) AND (?3 IS NULL OR user = ?3)
             AND (?4 IS NULL OR ticket < (SELECT ticket FROM task WHERE id = ?4))
         ORDER BY ticket DESC LIMIT ?5",
    )
    .bind(filter.state.map(state_name))
    .bind(filter.class.map(TaskClass::name))
    .bind(filter.user.as_deref())
    .bind(filter.after.as_deref())
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Number of tasks in each state.
pub async fn counts(db: impl SqliteExecutor<'_>) -> Result<TaskCounts, DbError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT state, count(*) FROM task GROUP BY state").fetch_all(db).await?;
    let mut counts = TaskCounts::default();
    for (state, count) in rows {
        let count = count.try_into().unwrap_or(0);
        match parse_state(&state, "?")? {
            TaskState::Queued => counts.queued = count,
            TaskState::Running => counts.running = count,
            TaskState::Finished => counts.finished = count,
            TaskState::Failed => counts.failed = count,
            TaskState::Cancelled => counts.cancelled = count,
        }
    }
    Ok(counts)
}
