//! Engine threads: each leases a task, works on it, and asks for the next.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Lease, TaskBackend, TaskKind};
use crate::engine::{self, EngineContext};

/// How often an idle engine looks for leases that ran out.
const IDLE_POLL: Duration = Duration::from_millis(500);
/// Pause after the database or the disk failed.
const ERROR_PAUSE: Duration = Duration::from_secs(1);
/// Engines yield the processor to the pages.
const NICE: i32 = 5;

/// The engine threads of this process.
#[derive(Debug)]
pub struct Runner {
    threads: Vec<JoinHandle<()>>,
    stop: CancellationToken,
}

impl Runner {
    /// Starts `slots` threads (0: one for each processor). Must be called inside the async runtime.
    pub fn start(context: Arc<EngineContext>, slots: u32, stop: CancellationToken) -> std::io::Result<Self> {
        let slots = match slots {
            0 => thread::available_parallelism().map_or(1, |count| count.get()),
            slots => slots as usize,
        };
        let runtime = Handle::current();
        let threads = (0..slots)
            .map(|slot| {
                let (context, stop, runtime) = (Arc::clone(&context), stop.clone(), runtime.clone());
                thread::Builder::new().name(format!("engine-{slot}")).spawn(move || {
                    lower_priority();
                    work(&context, &runtime, &stop);
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

/// On Linux `nice` acts on the calling thread alone.
#[cfg(target_os = "linux")]
fn lower_priority() {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "engine keeps the normal priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

fn work(context: &EngineContext, runtime: &Handle, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match runtime.block_on(context.backend.lease()) {
            Ok(Some(lease)) => run(context, runtime, stop, &lease),
            Ok(None) => runtime.block_on(idle(context.backend.as_ref(), stop)),
            Err(error) => {
                tracing::error!(%error, "no task can be leased");
                runtime.block_on(pause(stop));
            }
        }
    }
}

/// Runs one task. Whatever happens in it, the thread lives on.
fn run(context: &EngineContext, runtime: &Handle, stop: &CancellationToken, lease: &Lease) {
    let span = tracing::info_span!("task", id = %lease.task_id, attempt = lease.attempt);
    let _entered = span.enter();
    let started = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| match lease.kind {
        TaskKind::Analysis => engine::analysis::run(context, runtime, stop, lease),
    }));
    let end = ended.unwrap_or(Err(engine::Stop::Panicked));
    let kind = end.as_ref().map_or_else(|stop| stop.name(), |()| "finished");
    tracing::info!(elapsed_ms = started.elapsed().as_millis() as u64, end = kind, "task ended");
    if let Err(stop_reason) = end
        && let Err(error) = runtime.block_on(engine::settle(context, lease, stop_reason))
    {
        tracing::error!(%error, "the end of the task could not be written down");
        runtime.block_on(give_back(context.backend.as_ref(), lease, stop));
    }
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

async fn idle(backend: &dyn TaskBackend, stop: &CancellationToken) {
    tokio::select! {
        () = backend.work_added() => {}
        () = sleep(IDLE_POLL) => {}
        () = stop.cancelled() => {}
    }
}

async fn pause(stop: &CancellationToken) {
    tokio::select! {
        () = sleep(ERROR_PAUSE) => {}
        () = stop.cancelled() => {}
    }
}
