//! What people order, and what follows from it for tasks that wait for others.

use sqlx::SqliteExecutor;
use web::model::{Problem, TaskState};

use super::{TaskRow, json, state_name};
use crate::db::{DbError, now_ms};

/// Ends the task because somebody asks for it; `None` when it has ended already or does not exist.
pub async fn cancel(db: impl SqliteExecutor<'_>, id: &str, reason: &Problem) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'cancelled', lease_epoch = NULL, lease_expires_ms = NULL, checkpoint = NULL, problem = ?,
             finished_at_ms = ?
         WHERE id = ? AND state IN ('queued', 'running') RETURNING *",
    )
    .bind(json(reason))
    .bind(now_ms())
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
