//! What an engine knows of the task it works on.

use std::{
    cell::Cell,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use web::model::{Problem, TaskClass};

use super::{BackendError, Companion, Fenced, Lease, Progress, Standing, TaskBackend, TaskKind};

/// Pauses between tries to write down the end of a task.
const PAUSES_MS: [u64; 3] = [20, 200, 1_000];

/// Why an engine stopped before the task had ended.
#[derive(Debug)]
pub enum Stop {
    /// The engine's own fault; another try may mend it.
    BrokeDown(Box<Problem>),
    /// The engine's code panicked.
    Panicked,
    /// The process that the engine had started for the task died.
    Crashed(Box<Problem>),
    /// Something outside of the task that passes (disk, database).
    Trouble,
    /// The task was cancelled or deleted.
    Cancelled,
    /// The lease went to another engine.
    Lost,
    /// The program is shutting down.
    Shutdown,
}

impl Stop {
    /// For the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::BrokeDown(_) => "broke down",
            Self::Panicked => "panic",
            Self::Crashed(_) => "crash",
            Self::Trouble => "trouble",
            Self::Cancelled => "cancelled",
            Self::Lost => "lease lost",
            Self::Shutdown => "shutdown",
        }
    }
}

/// Tries a write that ends the task again where the database failed for a moment, for example under another change of the same
/// transaction: the work of minutes must not be thrown away for it. Writes are fenced, so a second one changes nothing.
async fn persist<F: Future<Output = Result<Fenced, BackendError>>>(
    write: impl Fn() -> F,
) -> Result<Fenced, BackendError> {
    for pause_ms in PAUSES_MS {
        match write().await {
            Err(BackendError::Db(error)) if error.passes() && !error.is_disk_full() => {
                tracing::warn!(%error, "the end of the task is written again");
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            other => return other,
        }
    }
    write().await
}

/// A task in the hands of an engine thread. Its methods must be called outside of the async runtime.
pub struct TaskContext {
    backend: Arc<dyn TaskBackend>,
    runtime: Handle,
    stop: CancellationToken,
    lease: Lease,
    every: Duration,
    next_beat: Cell<Instant>,
}

impl TaskContext {
    /// The context of a lease, with a heartbeat so often.
    pub fn new(
        backend: Arc<dyn TaskBackend>,
        runtime: Handle,
        stop: CancellationToken,
        lease: Lease,
        every: Duration,
    ) -> Self {
        Self { backend, runtime, stop, lease, every, next_beat: Cell::new(Instant::now()) }
    }

    /// Id of the task.
    pub fn id(&self) -> &str {
        &self.lease.task_id
    }

    /// What it works on.
    pub fn subject(&self) -> &str {
        &self.lease.subject
    }

    /// What is to be done.
    pub fn kind(&self) -> TaskKind {
        self.lease.kind
    }

    /// The hardware that the task was given to.
    pub fn class(&self) -> TaskClass {
        self.lease.class
    }

    /// This is the so-manieth attempt that counts, from 1.
    pub fn attempt(&self) -> u32 {
        self.lease.attempt
    }

    /// True when the task is to run in a process of its own.
    pub fn is_isolated(&self) -> bool {
        self.lease.isolated
    }

    /// True once nobody wants the result any more. Costs nothing: ask at every step.
    pub fn cancelled(&self) -> bool {
        self.lease.standing() != Standing::Held
    }

    /// An error when the work is to stop here. Costs nothing: ask at every step.
    pub fn check(&self) -> Result<(), Stop> {
        if self.stop.is_cancelled() {
            return Err(Stop::Shutdown);
        }
        match self.lease.standing() {
            Standing::Held => Ok(()),
            Standing::Cancelled => Err(Stop::Cancelled),
            Standing::Lost => Err(Stop::Lost),
        }
    }

    /// [`TaskContext::check`], and a heartbeat when it is time for one.
    pub fn progress(&self, progress: Progress) -> Result<(), Stop> {
        self.check()?;
        if Instant::now() < self.next_beat.get() {
            return Ok(());
        }
        self.beat(progress)
    }

    /// A heartbeat now: a full lease is ahead. One that cannot be written is no reason to stop: the lease covers several, and
    /// completion is fenced.
    pub fn beat(&self, progress: Progress) -> Result<(), Stop> {
        self.next_beat.set(Instant::now() + self.every);
        match self.wait(self.backend.heartbeat(&self.lease, progress)) {
            Ok(Standing::Held) => Ok(()),
            Ok(Standing::Cancelled) => Err(Stop::Cancelled),
            Ok(Standing::Lost) => Err(Stop::Lost),
            Err(error) => {
                tracing::warn!(%error, "heartbeat");
                Ok(())
            }
        }
    }

    /// Keeps a few bytes that the next attempt may begin with.
    pub fn checkpoint(&self, bytes: Vec<u8>) -> Result<Fenced, BackendError> {
        self.wait(self.backend.checkpoint(&self.lease, bytes))
    }

    /// What an earlier attempt has kept.
    pub fn last_checkpoint(&self) -> Option<&[u8]> {
        self.lease.checkpoint.as_deref()
    }

    /// Ends the task well and stores what belongs to it, both or none.
    pub async fn complete(&self, with: Option<Arc<dyn Companion>>) -> Result<Fenced, BackendError> {
        persist(|| self.backend.complete(&self.lease, with.clone())).await
    }

    /// Ends the task with a problem that another try would not mend.
    pub async fn fail(&self, problem: &Problem, with: Option<Arc<dyn Companion>>) -> Result<Fenced, BackendError> {
        persist(|| self.backend.fail(&self.lease, problem, with.clone())).await
    }

    /// Waits for something asynchronous.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}
