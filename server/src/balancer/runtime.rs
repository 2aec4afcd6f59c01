//! Engine threads: so many slots for each class of hardware; each leases a task when it is idle, works on it, and asks for
//! the next.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, time::sleep};
use tokio_util::sync::CancellationToken;
use web::model::TaskClass;

use super::{
    BackendError, Lease, Seat, Stop, TaskBackend, TaskContext,
    roster::{Number, Roster, Then},
};
use crate::problem::Code;

/// How often silent engines are looked for, and idle ones look for work even when nobody tells them of any.
const POLL: Duration = Duration::from_millis(500);
/// Pause after the database or the disk failed.
const ERROR_PAUSE: Duration = Duration::from_secs(1);
/// Engines look at their task many times within a heartbeat: one that has not stopped after so many hangs.
const STUCK_AFTER_HEARTBEATS: u32 = 40;

/// Does the work of some kinds of tasks; knows no queue.
pub trait Engine: Send + Sync + 'static {
    /// Works on a task until it has ended it through its context, or has to stop.
    fn run(&self, task: &TaskContext) -> Result<(), Stop>;
}

/// Number of engine slots for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// Processors.
    pub cpu: u32,
    /// Accelerators.
    pub accelerator: u32,
}

impl Slots {
    /// Slots for processors alone.
    pub fn cpu(cpu: u32) -> Self {
        Self { cpu, accelerator: 0 }
    }

    fn of(self, class: TaskClass) -> u32 {
        match class {
            TaskClass::Cpu => self.cpu,
            TaskClass::Accelerator => self.accelerator,
            TaskClass::Browser => 0,
        }
    }

    fn seats(self) -> Vec<Seat> {
        let of_class = |(class, name): (TaskClass, &'static str)| {
            (0..self.of(class)).map(move |slot| Seat::new(format!("{name}-{slot}"), class))
        };
        TaskClass::ALL.into_iter().flat_map(of_class).collect()
    }
}

/// The engine threads of this process.
#[derive(Debug)]
pub struct EngineRuntime {
    crew: Arc<Crew>,
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
        let crew = Arc::new(Crew {
            backend,
            engine,
            runtime: runtime.clone(),
            slots,
            heartbeat,
            stop,
            roster: Mutex::default(),
        });
        {
            let mut roster = crew.roster();
            for seat in slots.seats() {
                crew.backend.attend(&seat, true);
                crew.hire(&mut roster, seat)?;
            }
        }
        let watched = Arc::clone(&crew);
        runtime.spawn(async move { watch(&watched).await });
        Ok(Self { crew })
    }

    /// Stops at the next step boundary and waits at most so long; answers whether all engines put their tasks back in time.
    pub async fn stop(self, patience: Duration) -> bool {
        self.crew.stop.cancel();
        let deadline = Instant::now() + patience;
        while !self.crew.roster().is_through() {
            if Instant::now() >= deadline {
                return false;
            }
            sleep(Duration::from_millis(10)).await;
        }
        true
    }
}

async fn watch(crew: &Arc<Crew>) {
    while !crew.stop.is_cancelled() {
        if let Err(error) = crew.backend.tend().await {
            tracing::warn!(%error, "silent engines cannot be looked for");
        }
        crew.replace();
        tokio::select! {
            () = sleep(POLL) => {}
            () = crew.stop.cancelled() => {}
        }
    }
}

/// What engine threads have in common.
struct Crew {
    backend: Arc<dyn TaskBackend>,
    engine: Arc<dyn Engine>,
    runtime: Handle,
    slots: Slots,
    heartbeat: Duration,
    stop: CancellationToken,
    roster: Mutex<Roster>,
}

impl std::fmt::Debug for Crew {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Crew").field("slots", &self.slots).finish_non_exhaustive()
    }
}

impl Crew {
    fn roster(&self) -> MutexGuard<'_, Roster> {
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a thread for a slot.
    fn hire(self: &Arc<Self>, roster: &mut Roster, seat: Seat) -> std::io::Result<()> {
        let number = roster.number();
        let slot = Slot { crew: Arc::clone(self), number, seat: seat.clone() };
        let thread = thread::Builder::new().name(seat.engine.clone()).spawn(move || {
            crate::priority::lower();
            slot.work();
        })?;
        roster.add(number, seat, thread);
        Ok(())
    }

    /// Starts threads in place of those that hang, at most as many as there are slots.
    fn replace(self: &Arc<Self>) {
        let mut roster = self.roster();
        for (number, seat) in roster.look(Instant::now(), self.heartbeat.saturating_mul(STUCK_AFTER_HEARTBEATS)) {
            let (_, replaced) = roster.stuck(seat.class);
            let fresh = Seat::new(seat.engine.clone(), seat.class);
            let hired = replaced < self.slots.of(seat.class)
                && self
                    .hire(&mut roster, fresh)
                    .inspect_err(|error| tracing::error!(%error, "no thread can be started"))
                    .is_ok();
            if hired {
                roster.replaced(number);
            } else {
                self.backend.attend(&seat, false);
            }
            tracing::error!(
                engine = seat.engine,
                replaced = hired,
                "an engine does not stop though its task was taken away"
            );
            self.backend.stuck(seat.class, roster.stuck(seat.class).0);
        }
    }

    /// A thread has come to the end of its task; `false` when another has its slot.
    fn goes_on(&self, number: Number, seat: &Seat) -> bool {
        let mut roster = self.roster();
        let then = roster.end(number);
        if then != Then::GoOn {
            tracing::warn!(engine = seat.engine, "an engine that hung has come back");
            self.backend.stuck(seat.class, roster.stuck(seat.class).0);
        }
        if then == Then::Announce {
            self.backend.attend(seat, true);
        }
        then != Then::Leave
    }
}

/// One engine thread.
struct Slot {
    crew: Arc<Crew>,
    number: Number,
    seat: Seat,
}

impl Slot {
    fn work(mut self) {
        let Crew { backend, runtime, stop, .. } = self.crew.as_ref();
        while !stop.is_cancelled() {
            match runtime.block_on(backend.lease(&self.seat)) {
                Ok(Some(lease)) => {
                    self.seat.remember(lease.place.as_deref());
                    self.crew.roster().begin(self.number, lease.clone());
                    self.crew.run(lease);
                    if !self.crew.goes_on(self.number, &self.seat) {
                        return;
                    }
                }
                Ok(None) => runtime.block_on(self.crew.idle(self.seat.class)),
                Err(error) => {
                    tracing::error!(%error, "no task can be leased");
                    runtime.block_on(pause(stop));
                }
            }
        }
        backend.attend(&self.seat, false);
    }
}

impl Crew {
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

    async fn idle(&self, class: TaskClass) {
        tokio::select! {
            () = self.backend.work_added(class) => {}
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
