//! Engine threads: so many slots for each class of hardware; each leases a task when it is idle, works on it, and asks for
//! the next.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, time::sleep};
use tokio_util::sync::CancellationToken;
use web::model::TaskClass;

use super::{BackendError, Lease, Seat, Stop, TaskBackend, TaskContext};
use crate::problem::Code;

/// How often silent engines are looked for, and idle ones look for work even when nobody tells them of any.
const POLL: Duration = Duration::from_millis(500);
/// Pause after the database or the disk failed.
const ERROR_PAUSE: Duration = Duration::from_secs(1);
/// Data that a slot remembers to have had.
const PLACES: usize = 8;

/// Does the work of some kinds of tasks; knows no queue.
pub trait Engine: Send + Sync + 'static {
    /// Works on a task until it has ended it through its context, or has to stop.
    fn run(&self, task: &TaskContext) -> Result<(), Stop>;
}

/// Number of engine slots for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// Processors; 0 means one slot for each.
    pub cpu: u32,
    /// Accelerators.
    pub accelerator: u32,
}

impl Slots {
    /// Slots for processors alone.
    pub fn cpu(cpu: u32) -> Self {
        Self { cpu, accelerator: 0 }
    }

    fn seats(self) -> Vec<Seat> {
        let cpu = match self.cpu {
            0 => thread::available_parallelism().map_or(1, |count| count.get() as u32),
            slots => slots,
        };
        let classes = [(TaskClass::Cpu, cpu), (TaskClass::Accelerator, self.accelerator)];
        let of_class = |(class, count): (TaskClass, u32)| {
            (0..count).map(move |slot| Seat::new(format!("{}-{slot}", class.name()), class))
        };
        classes.into_iter().flat_map(of_class).collect()
    }
}

/// The engine threads of this process.
#[derive(Debug)]
pub struct EngineRuntime {
    threads: Vec<JoinHandle<()>>,
    stop: CancellationToken,
}

impl EngineRuntime {
    /// Starts the threads, and a watch over silent engines. Must be called inside the async runtime.
    pub fn start(
        backend: Arc<dyn TaskBackend>,
        engine: Arc<dyn Engine>,
        slots: Slots,
        heartbeat: Duration,
        stop: CancellationToken,
    ) -> std::io::Result<Self> {
        let runtime = Handle::current();
        let watched = (Arc::clone(&backend), stop.clone());
        runtime.spawn(async move { watch(watched.0.as_ref(), &watched.1).await });
        let threads = slots
            .seats()
            .into_iter()
            .map(|seat| {
                backend.attend(&seat, true);
                let slot = Slot {
                    backend: Arc::clone(&backend),
                    engine: Arc::clone(&engine),
                    runtime: runtime.clone(),
                    heartbeat,
                    stop: stop.clone(),
                    seat,
                };
                thread::Builder::new().name(slot.seat.engine.clone()).spawn(move || {
                    crate::priority::lower();
                    slot.work();
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { threads, stop })
    }

    /// Stops at the next step boundary and waits at most so long; answers whether all engines put their tasks back in time.
    pub async fn stop(self, patience: Duration) -> bool {
        self.stop.cancel();
        let deadline = Instant::now() + patience;
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            if Instant::now() >= deadline {
                return false;
            }
            sleep(Duration::from_millis(10)).await;
        }
        true
    }
}

async fn watch(backend: &dyn TaskBackend, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = backend.tend().await {
            tracing::warn!(%error, "silent engines cannot be looked for");
        }
        tokio::select! {
            () = sleep(POLL) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// One engine thread.
struct Slot {
    backend: Arc<dyn TaskBackend>,
    engine: Arc<dyn Engine>,
    runtime: Handle,
    heartbeat: Duration,
    stop: CancellationToken,
    seat: Seat,
}

impl Slot {
    fn work(mut self) {
        while !self.stop.is_cancelled() {
            match self.runtime.block_on(self.backend.lease(&self.seat)) {
                Ok(Some(lease)) => {
                    self.remember(lease.place.clone());
                    self.run(lease);
                }
                Ok(None) => self.runtime.block_on(self.idle()),
                Err(error) => {
                    tracing::error!(%error, "no task can be leased");
                    self.runtime.block_on(pause(&self.stop));
                }
            }
        }
        self.backend.attend(&self.seat, false);
    }

    /// Runs one task. Whatever happens in it, the thread lives on.
    fn run(&self, lease: Lease) {
        let span = tracing::info_span!("task", id = %lease.task_id, attempt = lease.attempt);
        let _entered = span.enter();
        let started = Instant::now();
        let (backend, runtime) = (Arc::clone(&self.backend), self.runtime.clone());
        let task = TaskContext::new(backend, runtime, self.stop.clone(), lease.clone(), self.heartbeat);
        let ended = catch_unwind(AssertUnwindSafe(|| self.engine.run(&task)));
        let end = ended.unwrap_or(Err(Stop::Panicked));
        let kind = end.as_ref().map_or_else(|stop| stop.name(), |()| "finished");
        tracing::info!(elapsed_ms = started.elapsed().as_millis() as u64, end = kind, "task ended");
        if let Err(stop) = end
            && let Err(error) = self.runtime.block_on(settle(self.backend.as_ref(), &lease, stop))
        {
            tracing::error!(%error, "the end of the task could not be written down");
            self.runtime.block_on(give_back(self.backend.as_ref(), &lease, &self.stop));
        }
    }

    fn remember(&mut self, place: Option<String>) {
        let Some(place) = place else { return };
        self.seat.places.retain(|known| *known != place);
        self.seat.places.insert(0, place);
        self.seat.places.truncate(PLACES);
    }

    async fn idle(&self) {
        tokio::select! {
            () = self.backend.work_added(self.seat.class) => {}
            () = sleep(POLL) => {}
            () = self.stop.cancelled() => {}
        }
    }
}

/// Writes down how a task stopped that its engine has not ended.
pub async fn settle(backend: &dyn TaskBackend, lease: &Lease, stop: Stop) -> Result<(), BackendError> {
    match stop {
        Stop::Cancelled | Stop::Lost => {}
        Stop::Shutdown => drop(backend.release(lease).await?),
        Stop::Trouble => drop(backend.postpone(lease).await?),
        Stop::BrokeDown(problem) => drop(backend.retry(lease, &problem).await?),
        Stop::Crashed(problem) => drop(backend.crashed(lease, &problem).await?),
        Stop::Panicked => {
            let problem = Code::Internal.problem("The engine broke down. The server's log says where.");
            backend.retry(lease, &problem).await?;
        }
    }
    Ok(())
}

/// Tries until the task is back in the queue: a lease that runs out would count as a crash.
async fn give_back(backend: &dyn TaskBackend, lease: &Lease, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        pause(stop).await;
        match backend.postpone(lease).await {
            Ok(_) => return,
            Err(error) => tracing::warn!(%error, "the task cannot be put back yet"),
        }
    }
}

async fn pause(stop: &CancellationToken) {
    tokio::select! {
        () = sleep(ERROR_PAUSE) => {}
        () = stop.cancelled() => {}
    }
}
