//! What people order, and what follows from it for tasks that wait for others.

use sqlx::SqliteExecutor;
use web::model::{Problem, TaskClass, TaskState};

use super::{Filter, TaskRow, json, state_name};
use crate::db::{DbError, now_ms};

/// Why a task is ended from outside, by what it was doing.
#[derive(Debug, Clone)]
pub struct Reasons {
    /// It was running.
    pub running: Problem,
    /// It was waiting.
    pub queued: Problem,
}

/// Ends an open task: `?1` and `?2` are the reasons, `?3` is the time.
macro_rules! cancels {
    ($which:literal) => {
        concat!(
            "UPDATE task SET state = 'cancelled', lease_epoch = NULL, lease_expires_ms = NULL, checkpoint = NULL,
                 problem = CASE state WHEN 'running' THEN ?1 ELSE ?2 END, finished_at_ms = ?3
             WHERE state IN ('queued', 'running') AND ",
            $which,
            " RETURNING *"
        )
    };
}

/// Ends the task because somebody asks for it; `None` when it has ended already or does not exist.
pub async fn cancel(db: impl SqliteExecutor<'_>, id: &str, reasons: &Reasons) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(cancels!("id = ?4"))
        .bind(json(&reasons.running))
        .bind(json(&reasons.queued))
        .bind(now_ms())
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Ends all open tasks of a kind because somebody asks for it, oldest first.
pub async fn cancel_all(
    db: impl SqliteExecutor<'_>,
    filter: &Filter,
    reasons: &Reasons,
) -> Result<Vec<TaskRow>, DbError> {
    let sql = cancels!("(?4 IS NULL OR state = ?4) AND (?5 IS NULL OR class = ?5) AND (?6 IS NULL OR user = ?6)");
    let mut rows: Vec<TaskRow> = sqlx::query_as(sql)
        .bind(json(&reasons.running))
        .bind(json(&reasons.queued))
        .bind(now_ms())
        .bind(filter.state.map(state_name))
        .bind(filter.class.map(TaskClass::name))
        .bind(filter.user.as_deref())
        .fetch_all(db)
        .await?;
    rows.sort_by_key(|row| row.ticket);
    Ok(rows)
}

/// Ends every waiting task that needs, however indirectly, the result of one that was cancelled.
pub async fn cancel_what_needs_cancelled(
    db: impl SqliteExecutor<'_>,
    reason: &Problem,
) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "WITH RECURSIVE below (id) AS (
             SELECT d.task_id FROM task_dependency d JOIN task t ON t.id = d.after_id WHERE t.state = 'cancelled'
             UNION SELECT d.task_id FROM task_dependency d JOIN below b ON d.after_id = b.id)
         UPDATE task SET state = 'cancelled', problem = ?1, finished_at_ms = ?2
         WHERE state = 'queued' AND id IN (SELECT id FROM below) RETURNING *",
    )
    .bind(json(reason))
    .bind(now_ms())
    .fetch_all(db)
    .await?)
}

/// A task whose result this one needs and that has ended without one.
pub async fn failed_dependency(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT a.id FROM task_dependency d JOIN task a ON a.id = d.after_id
         WHERE d.task_id = ? AND a.state IN ('failed', 'cancelled') LIMIT 1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// Ends everything that waits for a task, however indirectly.
pub async fn end_dependents(
    db: impl SqliteExecutor<'_>,
    id: &str,
    state: TaskState,
    problem: &Problem,
) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "WITH RECURSIVE below (id) AS (
             SELECT task_id FROM task_dependency WHERE after_id = ?1
             UNION SELECT d.task_id FROM task_dependency d JOIN below b ON d.after_id = b.id)
         UPDATE task SET state = ?2, problem = ?3, finished_at_ms = ?4
         WHERE state = 'queued' AND id IN (SELECT id FROM below) RETURNING *",
    )
    .bind(id)
    .bind(state_name(state))
    .bind(json(problem))
    .bind(now_ms())
    .fetch_all(db)
    .await?)
}

/// Puts a task back that has failed or was cancelled, with all its attempts before it; `None` when it is in another state.
pub async fn again(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'queued', attempt = 0, troubles = 0, crashes = 0, not_before_ms = 0, problem = NULL,
             progress_percent = NULL, started_at_ms = NULL, finished_at_ms = NULL, ready_at_ms = ?
         WHERE id = ? AND state IN ('failed', 'cancelled') RETURNING *",
    )
    .bind(now_ms())
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// Changes the priority of a waiting task; `None` when it does not wait.
pub async fn set_priority(db: impl SqliteExecutor<'_>, id: &str, priority: i32) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as("UPDATE task SET priority = ? WHERE id = ? AND state = 'queued' RETURNING *")
        .bind(priority)
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Removes the tasks of a subject.
pub async fn remove(db: impl SqliteExecutor<'_>, subject: &str) -> Result<(), DbError> {
    sqlx::query("DELETE FROM task WHERE subject = ?").bind(subject).execute(db).await?;
    Ok(())
}
