//! What engines write. Every statement names the number of the lease: under another one nothing changes.
//!
//! A task and its attempt change in one call of the database: each call is a round trip to the thread of its connection, and
//! those, not SQLite, are what a change costs.

use sqlx::SqliteExecutor;
use web::model::{PolicyName, Problem};

use super::{TaskRow, json};
use crate::db::{DbError, attempt::End, now_ms};

/// A lease by its task and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The task.
    pub id: String,
    /// Number of the lease.
    pub number: u32,
}

/// A lease that is being handed out.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The task.
    pub id: &'a str,
    /// This run of the program.
    pub epoch: &'a str,
    /// When it runs out unless it is renewed.
    pub expires_ms: i64,
    /// From now on in a process of its own.
    pub isolate: bool,
    /// Who gets it.
    pub engine: &'a str,
    /// Which policy decided.
    pub policy: PolicyName,
    /// Why.
    pub because: &'a str,
}

/// Leases a task and notes the attempt; `None` when it does not wait any more.
pub async fn claim(db: impl SqliteExecutor<'_>, claim: &Claim<'_>) -> Result<Option<TaskRow>, DbError> {
    // A lease that another has was noted under its number when it was handed out.
    let rows = sqlx::query_as(
        "UPDATE task SET state = 'running', attempt = attempt + 1, leases = leases + 1, lease_epoch = ?2,
             lease_expires_ms = ?3, progress_percent = NULL, started_at_ms = ?4, isolated = max(isolated, ?5)
         WHERE id = ?1 AND state = 'queued' RETURNING *;
         INSERT INTO attempt (task_id, number, engine, policy, because, started_at_ms)
         SELECT id, leases, ?6, ?7, ?8, ?4 FROM task WHERE id = ?1 AND state = 'running'
         ON CONFLICT (task_id, number) DO NOTHING",
    )
    .bind(claim.id)
    .bind(claim.epoch)
    .bind(claim.expires_ms)
    .bind(now_ms())
    .bind(claim.isolate)
    .bind(claim.engine)
    .bind(claim.policy.name())
    .bind(claim.because)
    .fetch_all(db)
    .await?;
    Ok(only(rows))
}

/// All rows have to be fetched, or the statements behind the first would not run; there is one at most.
fn only(mut rows: Vec<TaskRow>) -> Option<TaskRow> {
    rows.pop()
}

/// Renews a lease and notes progress; `false` when it is no longer held.
pub async fn renew(
    db: impl SqliteExecutor<'_>,
    fence: &Fence,
    expires_ms: i64,
    progress_percent: Option<f32>,
) -> Result<bool, DbError> {
    let changed = sqlx::query(
        "UPDATE task SET lease_expires_ms = ?, progress_percent = ? WHERE id = ? AND leases = ? AND state = 'running'",
    )
    .bind(expires_ms)
    .bind(progress_percent)
    .bind(&fence.id)
    .bind(fence.number)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Keeps what the next attempt may begin with; `false` when the lease is no longer held.
pub async fn checkpoint(db: impl SqliteExecutor<'_>, fence: &Fence, bytes: &[u8]) -> Result<bool, DbError> {
    let changed = sqlx::query("UPDATE task SET checkpoint = ? WHERE id = ? AND leases = ? AND state = 'running'")
        .bind(bytes)
        .bind(&fence.id)
        .bind(fence.number)
        .execute(db)
        .await?;
    Ok(changed.rows_affected() == 1)
}

/// How a lease ended, as its attempt has it.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    /// How.
    pub end: End,
    /// What went wrong.
    pub problem: Option<&'a Problem>,
}

/// What all ends of a lease have in common: `?1` is the time, `?2` and `?3` the lease, `?4` and `?5` the note. An attempt that
/// has an end was ended together with its lease; one without is the lease that is out.
macro_rules! ends_lease {
    ($change:literal $(, $then:literal)?) => {
        concat!(
            "UPDATE task SET lease_epoch = NULL, lease_expires_ms = NULL, ",
            $change,
            " WHERE id = ?2 AND leases = ?3 AND state = 'running' RETURNING *;
             UPDATE attempt SET ended_at_ms = ?1, outcome = ?4, problem = ?5
             WHERE task_id = ?2 AND number = ?3 AND outcome IS NULL",
            $("; ", $then)?
        )
    };
}

type Ending<'q> = sqlx::query::QueryAs<'q, sqlx::Sqlite, TaskRow, sqlx::sqlite::SqliteArguments>;

fn ending<'q>(sql: &'static str, fence: &Fence, note: Note<'_>) -> Ending<'q> {
    sqlx::query_as(sql)
        .bind(now_ms())
        .bind(fence.id.clone())
        .bind(fence.number)
        .bind(note.end.name())
        .bind(note.problem.map(json))
}

/// Ends a running task well; `None` when the lease is no longer held. Those that waited for it wait for
/// their turn from now on; of several such ends the last one counts.
pub async fn finish(db: impl SqliteExecutor<'_>, fence: &Fence, note: Note<'_>) -> Result<Option<TaskRow>, DbError> {
    // The `+` keeps SQLite from going through everything that is queued: mostly nobody waits for the task.
    let sql = ends_lease!(
        "state = 'finished', progress_percent = 100, problem = NULL, checkpoint = NULL, finished_at_ms = ?1",
        "UPDATE task SET ready_at_ms = ?1
         WHERE +state = 'queued' AND id IN (SELECT task_id FROM task_dependency WHERE after_id = ?2)
             AND EXISTS (SELECT 1 FROM task WHERE id = ?2 AND leases = ?3 AND state = 'finished' AND finished_at_ms = ?1)"
    );
    Ok(only(ending(sql, fence, note).fetch_all(db).await?))
}

/// Ends a running task with a problem; `None` when the lease is no longer held.
pub async fn fail(
    db: impl SqliteExecutor<'_>,
    fence: &Fence,
    note: Note<'_>,
    problem: &Problem,
    crashes: u32,
) -> Result<Option<TaskRow>, DbError> {
    let sql =
        ends_lease!("state = 'failed', problem = ?6, crashes = crashes + ?7, checkpoint = NULL, finished_at_ms = ?1");
    Ok(only(ending(sql, fence, note).bind(json(problem)).bind(crashes).fetch_all(db).await?))
}

/// How a task goes back into the queue.
#[derive(Debug, Clone, Copy, Default)]
pub struct Back {
    /// The lease does not count as tried.
    pub uncounted: bool,
    /// Troubles that pass, to be added.
    pub troubles: u32,
    /// Processes of its own that died, to be added.
    pub crashes: u32,
    /// From now on in a process of its own.
    pub isolate: bool,
    /// Not to be leased before.
    pub not_before_ms: i64,
}

/// Puts a running task back; `None` when the lease is no longer held.
pub async fn requeue(
    db: impl SqliteExecutor<'_>,
    fence: &Fence,
    note: Note<'_>,
    back: &Back,
) -> Result<Option<TaskRow>, DbError> {
    let sql = ends_lease!(
        "state = 'queued', progress_percent = NULL, started_at_ms = NULL, attempt = max(attempt - ?6, 0),
         troubles = troubles + ?7, crashes = crashes + ?8, isolated = max(isolated, ?9), not_before_ms = ?10,
         ready_at_ms = ?1"
    );
    let rows = ending(sql, fence, note)
        .bind(u32::from(back.uncounted))
        .bind(back.troubles)
        .bind(back.crashes)
        .bind(back.isolate)
        .bind(back.not_before_ms)
        .fetch_all(db)
        .await?;
    Ok(only(rows))
}

/// Tasks that were leased by another run of the program than `epoch`.
pub async fn of_other_epochs(db: impl SqliteExecutor<'_>, epoch: &str) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE state = 'running' AND lease_epoch IS NOT ? ORDER BY ticket")
        .bind(epoch)
        .fetch_all(db)
        .await?)
}
