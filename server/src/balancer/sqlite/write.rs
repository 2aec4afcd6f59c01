//! What is written for each change, inside of the transaction of its group.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sqlx::SqliteConnection;
use uuid::Uuid;
use web::model::{Problem, TaskState};

use super::board::Picked;
use crate::{
    balancer::{BackendError, Companion, CompanionError, NewTask, TaskError},
    db::{
        DbError, attempt,
        group::Failure,
        now_ms,
        task::{self, Back, Claim, Fence, Filter, Insert, Note, Reasons, TaskRow},
    },
    problem::Code,
};

/// Why a change was not written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// What the task works on is gone.
    Gone,
    /// Anything else.
    Backend(BackendError),
}

impl WriteError {
    pub fn into_backend(self) -> BackendError {
        match self {
            Self::Gone => TaskError::NoSubject.into(),
            Self::Backend(error) => error,
        }
    }
}

impl Failure for WriteError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Backend(error) => error.fault(),
            Self::Gone => None,
        }
    }
}

impl Failure for BackendError {
    fn fault(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DbError> for WriteError {
    fn from(error: DbError) -> Self {
        Self::Backend(error.into())
    }
}

impl From<CompanionError> for WriteError {
    fn from(error: CompanionError) -> Self {
        match error {
            CompanionError::Db(error) => error.into(),
            CompanionError::Gone => Self::Gone,
        }
    }
}

/// A task in the queue.
pub(super) struct Stored {
    pub row: TaskRow,
    pub waits_for: Vec<String>,
    pub is_new: bool,
}

/// A task that has ended or went back, and what ended along with it.
pub(super) struct Ended {
    pub row: TaskRow,
    pub dependents: Vec<TaskRow>,
}

/// What becomes of a running task.
pub(super) enum Verdict {
    /// It ends well.
    Finish { with: Option<Arc<dyn Companion>> },
    /// It ends with a problem.
    Fail { problem: Problem, crashes: u32, with: Option<Arc<dyn Companion>> },
    /// It goes back into the queue.
    Back(Back),
}

impl Verdict {
    /// True when something is stored along with it.
    pub fn has_companion(&self) -> bool {
        matches!(self, Self::Finish { with: Some(_) } | Self::Fail { with: Some(_), .. })
    }
}

/// How many tasks of each user would be stored: those whose dedupe key is known need no place in the queue.
pub(super) async fn unknown(db: &mut SqliteConnection, tasks: &[NewTask]) -> Result<HashMap<String, u32>, DbError> {
    let (mut keys, mut of_user) = (HashSet::new(), HashMap::new());
    for task in tasks {
        if let Some(key) = task.dedupe_key()
            && (!keys.insert(key) || task::find_by_dedupe_key(&mut *db, key).await?.is_some())
        {
            continue;
        }
        *of_user.entry(task.user().as_str().to_owned()).or_default() += 1;
    }
    Ok(of_user)
}

pub(super) async fn enqueue(db: &mut SqliteConnection, tasks: &[NewTask]) -> Result<Vec<Stored>, WriteError> {
    let mut stored = Vec::with_capacity(tasks.len());
    for task in tasks {
        stored.push(enqueue_one(db, task).await?);
    }
    Ok(stored)
}

async fn enqueue_one(db: &mut SqliteConnection, task: &NewTask) -> Result<Stored, WriteError> {
    if let Some(key) = task.dedupe_key()
        && let Some(row) = task::find_by_dedupe_key(&mut *db, key).await?
    {
        return Ok(Stored { row, waits_for: Vec::new(), is_new: false });
    }
    if let Some(companion) = &task.companion {
        companion.write(&mut *db).await?;
    }
    let delay_ms = i64::try_from(task.delay().as_millis()).unwrap_or(i64::MAX);
    let id = Uuid::now_v7().to_string();
    let new = Insert {
        id: &id,
        kind: task.kind.name(),
        subject: &task.subject,
        class: task.class(),
        user: task.user().as_str(),
        priority: task.priority(),
        work: task.work,
        memory_bytes: task.memory_bytes,
        place: task.place.as_deref(),
        dedupe_key: task.dedupe_key(),
        deadline_s: task.deadline_s(),
        not_before_ms: if delay_ms > 0 { now_ms().saturating_add(delay_ms) } else { 0 },
    };
    let row = task::insert(&mut *db, &new).await?;
    let mut waits_for = Vec::new();
    for after in &task.after {
        let refuse = |error: TaskError| WriteError::Backend(error.into());
        let other = task::find(&mut *db, after).await?;
        match other.ok_or_else(|| refuse(TaskError::UnknownDependency(after.clone())))?.state()? {
            TaskState::Finished => {}
            TaskState::Queued | TaskState::Running => waits_for.push(after.clone()),
            TaskState::Failed | TaskState::Cancelled => {
                return Err(refuse(TaskError::FailedDependency(after.clone())));
            }
        }
        task::depend(&mut *db, &id, after).await?;
    }
    Ok(Stored { row, waits_for, is_new: true })
}

pub(super) async fn lease(
    db: &mut SqliteConnection,
    picked: &Picked,
    engine: &str,
    epoch: &str,
    expires_ms: i64,
    isolate: bool,
) -> Result<Option<TaskRow>, DbError> {
    let because = picked.because.to_string();
    let claim = Claim { id: &picked.id, epoch, expires_ms, isolate, engine, policy: picked.policy, because: &because };
    task::claim(db, &claim).await
}

/// What became of a renewal.
pub(super) enum Renewal {
    /// The lease goes on.
    Held,
    /// There is no such lease; the task if it waits.
    NotHeld(Option<Box<Stored>>),
}

pub(super) async fn renew(
    db: &mut SqliteConnection,
    fence: &Fence,
    expires_ms: i64,
    percent: Option<f32>,
) -> Result<Renewal, DbError> {
    if task::renew(&mut *db, fence, expires_ms, percent).await? {
        return Ok(Renewal::Held);
    }
    let Some(row) = task::find(&mut *db, &fence.id).await? else { return Ok(Renewal::NotHeld(None)) };
    if row.state()? != TaskState::Queued {
        return Ok(Renewal::NotHeld(None));
    }
    let waits_for = task::dependencies(&mut *db, &fence.id).await?;
    Ok(Renewal::NotHeld(Some(Box::new(Stored { row, waits_for, is_new: false }))))
}

/// `None` when the lease is no longer held: nothing has changed then.
pub(super) async fn settle(
    db: &mut SqliteConnection,
    fence: &Fence,
    verdict: &Verdict,
    note: Note<'_>,
) -> Result<Option<Ended>, WriteError> {
    let row = match verdict {
        Verdict::Finish { .. } => task::finish(&mut *db, fence, note).await?,
        Verdict::Fail { problem, crashes, .. } => task::fail(&mut *db, fence, note, problem, *crashes).await?,
        Verdict::Back(back) => task::requeue(&mut *db, fence, note, back).await?,
    };
    let Some(row) = row else { return Ok(None) };
    if let Verdict::Finish { with: Some(companion) } | Verdict::Fail { with: Some(companion), .. } = verdict {
        companion.write(&mut *db).await?;
    }
    let dependents = match verdict {
        Verdict::Fail { problem, .. } => {
            let problem =
                Code::DependencyFailed.problem(format!("A task whose result is needed has failed: {}", problem.detail));
            task::end_dependents(&mut *db, &row.id, TaskState::Failed, &problem).await?
        }
        Verdict::Finish { .. } | Verdict::Back(_) => Vec::new(),
    };
    Ok(Some(Ended { row, dependents }))
}

pub(super) async fn cancel(db: &mut SqliteConnection, id: &str) -> Result<Ended, BackendError> {
    match cancel_open(db, id).await? {
        Some(ended) => Ok(ended),
        None => Err(wrong_state(db, id).await?),
    }
}

async fn cancel_open(db: &mut SqliteConnection, id: &str) -> Result<Option<Ended>, DbError> {
    let Some(row) = task::cancel(&mut *db, id, &by_order()).await? else { return Ok(None) };
    attempt::cancel(&mut *db, id).await?;
    let dependents = task::end_dependents(&mut *db, id, TaskState::Cancelled, &along()).await?;
    Ok(Some(Ended { row, dependents }))
}

/// However many they are, a few statements: meanwhile nobody else can write.
pub(super) async fn cancel_all(db: &mut SqliteConnection, filter: &Filter) -> Result<Vec<TaskRow>, DbError> {
    attempt::cancel_all(&mut *db, filter).await?;
    let mut all = task::cancel_all(&mut *db, filter, &by_order()).await?;
    all.extend(task::cancel_what_needs_cancelled(&mut *db, &along()).await?);
    Ok(all)
}

/// Why somebody's order ended a task, in words.
fn by_order() -> Reasons {
    let somebody = |then| Code::Cancelled.problem(format!("Somebody cancelled the task {then}."));
    Reasons { running: somebody("while it was running"), queued: somebody("while it was waiting") }
}

/// Why one ends that needs the result of a cancelled one.
fn along() -> Problem {
    Code::Cancelled.problem("A task whose result is needed was cancelled.")
}

pub(super) async fn again(db: &mut SqliteConnection, id: &str) -> Result<Stored, BackendError> {
    // It would wait for ever.
    if let Some(failed) = task::failed_dependency(&mut *db, id).await? {
        return Err(TaskError::FailedDependency(failed).into());
    }
    let Some(row) = task::again(&mut *db, id).await? else { return Err(wrong_state(db, id).await?) };
    let waits_for = task::dependencies(&mut *db, id).await?;
    Ok(Stored { row, waits_for, is_new: true })
}

pub(super) async fn set_priority(db: &mut SqliteConnection, id: &str, priority: i32) -> Result<Stored, BackendError> {
    let Some(row) = task::set_priority(&mut *db, id, priority).await? else { return Err(wrong_state(db, id).await?) };
    let waits_for = task::dependencies(&mut *db, id).await?;
    Ok(Stored { row, waits_for, is_new: false })
}

pub(super) async fn remove(
    db: &mut SqliteConnection,
    subject: &str,
    with: &dyn Companion,
) -> Result<Vec<Ended>, WriteError> {
    let mut all = Vec::new();
    for row in task::of_subject(&mut *db, subject).await? {
        all.extend(cancel_open(db, &row.id).await?);
    }
    with.write(&mut *db).await?;
    task::remove(&mut *db, subject).await?;
    Ok(all)
}

/// Why a statement that expects a certain state has changed nothing.
async fn wrong_state(db: &mut SqliteConnection, id: &str) -> Result<BackendError, BackendError> {
    Ok(match task::find(&mut *db, id).await? {
        Some(row) => BackendError::WrongState { state: row.state()? },
        None => BackendError::NotFound(id.to_owned()),
    })
}
