//! The Balancer: durable tasks in front of the engines.
//!
//! A task is leased to one engine at a time. The lease carries a token; every write of the engine names it, so that an engine
//! that was taken for dead cannot write over its successor.

#[cfg(test)]
mod conformance;
mod runner;
mod sqlite;

use async_trait::async_trait;
use tokio::sync::broadcast;
use web::model::{Problem, TaskView};

use crate::db::{DbError, recording::NewRecording, result::StoredResult};

pub use runner::Runner;
pub use sqlite::SqliteBackend;

/// What is to be done. The names are written into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// Spectrogram, waveform and statistics of a recording.
    Analysis,
}

impl TaskKind {
    const ALL: [(Self, &'static str); 1] = [(Self::Analysis, "analysis")];

    /// Name in the database.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// The right to work on a task until it expires.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The task.
    pub task_id: String,
    /// The recording it works on.
    pub recording_id: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// This lease is the so-manieth of its task that counts as tried, from 1.
    pub attempt: u32,
    /// Fences the writes.
    pub token: String,
}

/// What an engine hands in.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The documents; their blobs are stored already.
    pub result: StoredResult,
    /// Length that was counted.
    pub duration_s: f64,
}

/// What a heartbeat is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Go on.
    Held,
    /// The task was cancelled or deleted: stop, store nothing.
    Cancelled,
    /// The lease went to somebody else: stop, store nothing.
    Lost,
}

/// What became of a write under a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fenced {
    /// It is durable.
    Accepted,
    /// The lease was no longer held; nothing changed.
    Refused,
}

/// Something happened to a task.
#[derive(Debug, Clone)]
pub struct Change {
    /// The recording it works on.
    pub recording_id: String,
    /// The task after the change.
    pub task: TaskView,
}

/// Why a backend could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A task of a kind that this program does not know.
    #[error("task {task_id} is of the unknown kind {kind:?}")]
    UnknownKind {
        /// The task.
        task_id: String,
        /// Its kind.
        kind: String,
    },
}

/// Keeps tasks and hands them to engines. Everything that returns `Ok` is durable, but for progress.
#[async_trait]
pub trait TaskBackend: Send + Sync + 'static {
    /// Stores recordings, and for each of them the task that works on it: all or none.
    async fn enqueue(&self, recordings: &[NewRecording], kind: TaskKind) -> Result<Vec<TaskView>, BackendError>;
    /// Leases the task that waits longest. Leases that ran out are put back first, or given up after the last attempt.
    async fn lease(&self) -> Result<Option<Lease>, BackendError>;
    /// Renews a lease and tells subscribers the progress in percent. May come often: what is renewed already, and progress,
    /// need not be written each time.
    async fn heartbeat(&self, lease: &Lease, progress_percent: Option<f32>) -> Result<Standing, BackendError>;
    /// Stores the result and ends the task, both or none.
    async fn complete(&self, lease: &Lease, outcome: &Outcome) -> Result<Fenced, BackendError>;
    /// Ends the task with a problem that another try would not mend. With `drop_source` the recording's bytes are given up.
    async fn fail(&self, lease: &Lease, problem: &Problem, drop_source: bool) -> Result<Fenced, BackendError>;
    /// Puts the task back after an attempt that broke down, or gives it up after the last one.
    async fn retry(&self, lease: &Lease, problem: &Problem) -> Result<Fenced, BackendError>;
    /// Puts the task back for a trouble outside of it that passes (disk, database). Does not count as an attempt, however
    /// often it happens; the pause grows from a second to minutes.
    async fn postpone(&self, lease: &Lease) -> Result<Fenced, BackendError>;
    /// Puts the task back as if it had not been leased.
    async fn release(&self, lease: &Lease) -> Result<Fenced, BackendError>;
    /// Ends a task that waits or runs. `None` when it has ended already or does not exist.
    async fn cancel(&self, task_id: &str) -> Result<Option<TaskView>, BackendError>;
    /// Ends a recording's task and deletes the recording with everything that belongs to it, all or nothing. Answers the blobs
    /// that it used, or `None` when there is no such recording.
    async fn delete(&self, recording_id: &str) -> Result<Option<Vec<String>>, BackendError>;
    /// The task as it is now.
    async fn get(&self, task_id: &str) -> Result<Option<TaskView>, BackendError>;
    /// Puts back what earlier runs of the program were working on; answers how many tasks.
    async fn recover(&self) -> Result<u64, BackendError>;
    /// Changes from now on.
    fn subscribe(&self) -> broadcast::Receiver<Change>;
    /// Returns when a task was added or put back since the last call.
    async fn work_added(&self);
}
