//! What came when, and what it took.

use sqlx::{FromRow, SqliteExecutor};

use super::DbError;

/// A task that has finished.
#[derive(Debug, Clone, FromRow)]
pub struct PastRow {
    /// When it came; later by its delay if it was to start later.
    pub arrived_ms: i64,
    /// Who submitted it.
    pub user: String,
    /// The hardware it asked for.
    pub class: String,
    /// Higher is sooner.
    pub priority: i32,
    /// What was to be done.
    pub kind: String,
    /// Amount of work in the unit of the kind.
    pub work: f64,
    /// Length of the lease under which it finished.
    pub took_ms: i64,
    /// Where its data lay.
    pub place: Option<String>,
}

/// The tasks that have finished and of which it is known what they took, in the order of arrival; of too many the latest.
pub async fn finished(db: impl SqliteExecutor<'_>, limit: u32) -> Result<Vec<PastRow>, DbError> {
    // Each lease after the first may have been put off: then the time of the first is no longer known.
    Ok(sqlx::query_as(
        "SELECT * FROM (
             SELECT t.ticket, CASE t.leases WHEN 1 THEN max(t.queued_at_ms, t.not_before_ms) ELSE t.queued_at_ms END AS arrived_ms,
                 t.user, t.class, t.priority, t.kind, t.work, a.ended_at_ms - a.started_at_ms AS took_ms, t.place
             FROM task t JOIN attempt a ON a.task_id = t.id AND a.outcome = 'finished'
             WHERE t.state = 'finished' ORDER BY t.ticket DESC LIMIT ?)
         ORDER BY arrived_ms, ticket",
    )
    .bind(limit)
    .fetch_all(db)
    .await?)
}
