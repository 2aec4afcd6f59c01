//! What keeps tasks and hands them to engines.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::broadcast;
use web::model::{
    AttemptView, BalancerView, Decision, Outlook, PolicyName, Problem, TaskClass, TaskCounts, TaskState, TaskView,
};

use super::{Companion, Fenced, Lease, NewTask, Progress, Seat, Standing, TaskError, Totals, Wish};
use crate::db::{DbError, task::Filter};

/// Something happened to a task.
#[derive(Debug, Clone)]
pub struct Change {
    /// What it works on.
    pub subject: String,
    /// The task after the change.
    pub task: TaskView,
}

/// Why a backend did not do what it was asked for. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The task cannot be accepted as it is.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// No more tasks may wait.
    #[error("{waiting} tasks wait already, at most {limit} may")]
    QueueFull {
        /// The user whose share is full; `None` when all together have too many.
        user: Option<String>,
        /// Tasks that wait.
        waiting: u32,
        /// Most that may.
        limit: u32,
        /// When to try again, in seconds: about the time that half of them take, at most an hour.
        retry_after_s: u32,
    },
    /// There is no such task.
    #[error("there is no task {0}")]
    NotFound(String),
    /// The task is in a state in which this cannot be done.
    #[error("the task is {state:?}")]
    WrongState {
        /// Its state.
        state: TaskState,
    },
}

/// Keeps tasks and hands them to engines. Everything that returns `Ok` is durable, but for progress, the policy and what is
/// held back.
///
/// The table `task` of the product's database is the register of all tasks, whoever keeps their queue: pages and services read
/// it beside recordings and calls. A backend that queues elsewhere writes each change of state there too, through
/// [`crate::db::task`], in the transaction of its companion.
#[async_trait]
pub trait TaskBackend: Send + Sync + 'static {
    /// Stores tasks with their companions: all or none. A task whose dedupe key is known is not stored again; the one that is
    /// there is answered in its place.
    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<TaskView>, BackendError>;
    /// An error when such a task would be refused now; an accepted one may still find the queue full later. A wish whose dedupe
    /// key is known needs no room. Ask with the key as it will be stored, see [`Wish::of_kind`].
    async fn check_room(&self, wish: &Wish) -> Result<(), BackendError>;
    /// Leases the task that the policy chooses for this engine.
    async fn lease(&self, seat: &Seat) -> Result<Option<Lease>, BackendError>;
    /// Renews a lease and tells subscribers the progress. May come often: what is renewed already, and progress, need not be
    /// written each time.
    async fn heartbeat(&self, lease: &Lease, progress: Progress) -> Result<Standing, BackendError>;
    /// Keeps what the next attempt may begin with, at most [`super::MAX_CHECKPOINT_BYTES`].
    async fn checkpoint(&self, lease: &Lease, bytes: Vec<u8>) -> Result<Fenced, BackendError>;
    /// Ends the task well and stores what belongs to it, both or none.
    async fn complete(&self, lease: &Lease, with: Option<Arc<dyn Companion>>) -> Result<Fenced, BackendError>;
    /// Ends the task with a problem that another try would not mend.
    async fn fail(
        &self,
        lease: &Lease,
        problem: &Problem,
        with: Option<Arc<dyn Companion>>,
    ) -> Result<Fenced, BackendError>;
    /// Puts the task back after an attempt that broke down, or gives it up after the last one.
    async fn retry(&self, lease: &Lease, problem: &Problem) -> Result<Fenced, BackendError>;
    /// The same when the engine's process died under the task: the second time it is quarantined.
    async fn crashed(&self, lease: &Lease, problem: &Problem) -> Result<Fenced, BackendError>;
    /// Puts the task back for a trouble outside of it that passes (disk, database). Does not count as an attempt, however
    /// often it happens; the pause grows from a second to minutes.
    async fn postpone(&self, lease: &Lease) -> Result<Fenced, BackendError>;
    /// Puts the task back as if it had not been leased.
    async fn release(&self, lease: &Lease) -> Result<Fenced, BackendError>;

    /// Ends a task that waits or runs, and everything that waits for it.
    async fn cancel(&self, task_id: &str) -> Result<TaskView, BackendError>;
    /// The same for all tasks of a class, user or state; answers how many.
    async fn cancel_all(&self, filter: &Filter) -> Result<u32, BackendError>;
    /// Puts a task back that has failed or was cancelled; its attempts are counted anew. It needs a place like a new one.
    async fn again(&self, task_id: &str) -> Result<TaskView, BackendError>;
    /// Changes the priority of a waiting task.
    async fn set_priority(&self, task_id: &str, priority: i32) -> Result<TaskView, BackendError>;
    /// Ends and removes the tasks of a subject and stores what belongs to that, all or nothing.
    async fn remove(&self, subject: &str, with: Arc<dyn Companion>) -> Result<(), BackendError>;

    /// The task as it is now.
    async fn get(&self, task_id: &str) -> Result<Option<TaskView>, BackendError>;
    /// Tasks, newest first.
    async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<TaskView>, BackendError>;
    /// Number of tasks in each state.
    async fn counts(&self) -> Result<TaskCounts, BackendError>;
    /// The leases of a task, oldest first.
    async fn attempts(&self, task_id: &str) -> Result<Vec<AttemptView>, BackendError>;
    /// The latest leases of all tasks, newest first.
    async fn decisions(&self, limit: u32) -> Result<Vec<Decision>, BackendError>;
    /// Why a task waits, and when it is expected to end.
    fn outlook(&self, task_id: &str) -> Outlook;
    /// Everything at a glance.
    async fn overview(&self) -> Result<BalancerView, BackendError>;

    /// Numbers that only grow, since the start of the program.
    fn totals(&self) -> Totals;

    /// Starts nothing of a class until told otherwise, or goes on; outlasts a restart.
    async fn pause(&self, class: TaskClass, paused: bool) -> Result<(), BackendError>;
    /// Starts nothing at all while there is a reason; until the next restart.
    fn hold(&self, reason: Option<String>);
    /// Chooses by another policy; until the next restart.
    fn set_policy(&self, policy: PolicyName);
    /// Announces an engine slot, or that it is gone.
    fn attend(&self, seat: &Seat, is_there: bool);
    /// Takes memory of the engines for work that is no task, if there is room for it; `false` if not. Give it back with
    /// [`TaskBackend::free_memory`], see [`super::Memory`].
    fn take_memory(&self, bytes: u64) -> bool;
    /// Gives back what was taken.
    fn free_memory(&self, bytes: u64);
    /// Announces how many engines of a class do not stop though their tasks were taken from them.
    fn stuck(&self, class: TaskClass, engines: u32);

    /// Puts back what earlier runs of the program were working on; answers how many tasks.
    async fn recover(&self) -> Result<u64, BackendError>;
    /// Puts back tasks whose engines are silent, make no progress or are over their deadline.
    async fn tend(&self) -> Result<(), BackendError>;
    /// Changes from now on.
    fn subscribe(&self) -> broadcast::Receiver<Change>;
    /// Returns when a task of a class can be chosen that could not before.
    async fn work_added(&self, class: TaskClass);
}
