//! Rows of `task`. Every write of an engine names the number of its lease: under another one nothing changes.

use sqlx::{FromRow, SqliteExecutor};
use web::model::{Problem, TaskClass, TaskCounts, TaskState, TaskView};

use super::{DbError, now_ms, rfc3339};

/// One task.
#[derive(Debug, Clone, FromRow)]
pub struct TaskRow {
    /// Order of arrival.
    pub ticket: i64,
    /// UUIDv7.
    pub id: String,
    /// What is to be done.
    pub kind: String,
    /// What it works on; the Balancer does not look into it.
    pub subject: String,
    class: String,
    /// Who submitted it.
    pub user: String,
    /// Higher is sooner.
    pub priority: i32,
    /// Amount of work in the unit of the kind.
    pub work: f64,
    memory_bytes: i64,
    /// Where its data may lie already.
    pub place: Option<String>,
    /// Longest time of an attempt, if it was stated.
    pub deadline_s: Option<f64>,
    state: String,
    /// Leases that count as tried.
    pub attempt: u32,
    /// All leases handed out so far.
    pub leases: u32,
    /// How often it was put back for a trouble that passes.
    pub troubles: u32,
    /// Processes of its own that died under it.
    pub crashes: u32,
    /// True when it must run in a process of its own.
    pub isolated: bool,
    /// Not to be leased before.
    pub not_before_ms: i64,
    /// What an attempt has left for the next.
    pub checkpoint: Option<Vec<u8>>,
    progress_percent: Option<f64>,
    problem: Option<String>,
    /// When it was accepted.
    pub queued_at_ms: i64,
    /// Since when it waits for its turn, but for `not_before_ms`: each turn begins anew.
    pub ready_at_ms: i64,
    started_at_ms: Option<i64>,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
}

impl TaskRow {
    /// The hardware it asks for.
    pub fn class(&self) -> Result<TaskClass, DbError> {
        TaskClass::from_name(&self.class).ok_or_else(|| self.unexpected("class"))
    }

    /// Its state.
    pub fn state(&self) -> Result<TaskState, DbError> {
        parse_state(&self.state, &self.id)
    }

    /// Memory that it is expected to use.
    pub fn memory_bytes(&self) -> u64 {
        self.memory_bytes.try_into().unwrap_or(0)
    }

    /// The row as it goes over the wire.
    pub fn view(&self) -> Result<TaskView, DbError> {
        let problem = self.problem.as_deref().map(serde_json::from_str::<Problem>).transpose();
        Ok(TaskView {
            id: self.id.clone(),
            kind: self.kind.clone(),
            subject: self.subject.clone(),
            class: self.class()?,
            user: self.user.clone(),
            priority: self.priority,
            state: self.state()?,
            attempt: self.attempt,
            progress_percent: self.progress_percent.map(|percent| percent as f32),
            problem: problem.map_err(|_| self.unexpected("problem"))?,
            queued_at: rfc3339(self.queued_at_ms),
            started_at: self.started_at_ms.map(rfc3339),
            finished_at: self.finished_at_ms.map(rfc3339),
        })
    }

    fn unexpected(&self, column: &'static str) -> DbError {
        DbError::Unexpected { table: "task", column, id: self.id.clone() }
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

/// How a state is written down.
pub fn state_name(state: TaskState) -> &'static str {
    STATES.iter().find(|(_, known)| *known == state).map_or("", |(name, _)| name)
}

fn json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}

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

/// Leases a task, from now on in a process of its own where `isolate` says so; `None` when it does not wait any more.
pub async fn claim(
    db: impl SqliteExecutor<'_>,
    id: &str,
    epoch: &str,
    now_ms: i64,
    expires_ms: i64,
    isolate: bool,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'running', attempt = attempt + 1, leases = leases + 1, lease_epoch = ?, lease_expires_ms = ?,
             progress_percent = NULL, started_at_ms = ?, isolated = max(isolated, ?)
         WHERE id = ? AND state = 'queued' RETURNING *",
    )
    .bind(epoch)
    .bind(expires_ms)
    .bind(now_ms)
    .bind(isolate)
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// A lease by its task and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The task.
    pub id: String,
    /// Number of the lease.
    pub number: u32,
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

/// Ends a running task well; `None` when the lease is no longer held.
pub async fn finish(db: impl SqliteExecutor<'_>, fence: &Fence) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'finished', lease_epoch = NULL, lease_expires_ms = NULL, progress_percent = 100,
             problem = NULL, checkpoint = NULL, finished_at_ms = ?
         WHERE id = ? AND leases = ? AND state = 'running' RETURNING *",
    )
    .bind(now_ms())
    .bind(&fence.id)
    .bind(fence.number)
    .fetch_optional(db)
    .await?)
}

/// Ends a running task with a problem; `None` when the lease is no longer held.
pub async fn fail(
    db: impl SqliteExecutor<'_>,
    fence: &Fence,
    problem: &Problem,
    crashes: u32,
) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'failed', lease_epoch = NULL, lease_expires_ms = NULL, problem = ?, crashes = crashes + ?,
             checkpoint = NULL, finished_at_ms = ?
         WHERE id = ? AND leases = ? AND state = 'running' RETURNING *",
    )
    .bind(json(problem))
    .bind(crashes)
    .bind(now_ms())
    .bind(&fence.id)
    .bind(fence.number)
    .fetch_optional(db)
    .await?)
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
pub async fn requeue(db: impl SqliteExecutor<'_>, fence: &Fence, back: &Back) -> Result<Option<TaskRow>, DbError> {
    Ok(sqlx::query_as(
        "UPDATE task SET state = 'queued', lease_epoch = NULL, lease_expires_ms = NULL, progress_percent = NULL,
             started_at_ms = NULL, attempt = max(attempt - ?, 0), troubles = troubles + ?, crashes = crashes + ?,
             isolated = max(isolated, ?), not_before_ms = ?, ready_at_ms = ?
         WHERE id = ? AND leases = ? AND state = 'running' RETURNING *",
    )
    .bind(u32::from(back.uncounted))
    .bind(back.troubles)
    .bind(back.crashes)
    .bind(back.isolate)
    .bind(back.not_before_ms)
    .bind(now_ms())
    .bind(&fence.id)
    .bind(fence.number)
    .fetch_optional(db)
    .await?)
}

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

/// Those that waited for a task that has finished: if it was the last, they wait for their turn from now on.
///
/// The `+` keeps SQLite from going through everything that is queued: mostly nobody waits for the task.
pub async fn ready_dependents(db: impl SqliteExecutor<'_>, id: &str) -> Result<(), DbError> {
    sqlx::query(
        "UPDATE task SET ready_at_ms = ?
         WHERE +state = 'queued' AND id IN (SELECT task_id FROM task_dependency WHERE after_id = ?)",
    )
    .bind(now_ms())
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
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

/// Tasks that were leased by another run of the program than `epoch`.
pub async fn of_other_epochs(db: impl SqliteExecutor<'_>, epoch: &str) -> Result<Vec<TaskRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM task WHERE state = 'running' AND lease_epoch IS NOT ? ORDER BY ticket")
        .bind(epoch)
        .fetch_all(db)
        .await?)
}
