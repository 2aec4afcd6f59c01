//! The right to work on a task, and what engines hear about it.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use web::model::TaskClass;

use super::TaskKind;
use crate::db::task::Fence;

/// An engine slot that asks for work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Name of the slot, for example `cpu-0`.
    pub engine: String,
    /// Hardware that it is.
    pub class: TaskClass,
    /// Data that it had of late, see [`super::NewTask::place`].
    pub places: Vec<String>,
}

impl Seat {
    /// A slot that has seen nothing yet.
    pub fn new(engine: impl Into<String>, class: TaskClass) -> Self {
        Self { engine: engine.into(), class, places: Vec::new() }
    }
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

/// Tells the engine at once what it would hear at its next heartbeat.
#[derive(Debug, Default)]
pub struct Signal(AtomicU8);

impl Signal {
    /// What the engine is to do.
    pub fn standing(&self) -> Standing {
        match self.0.load(Ordering::Acquire) {
            0 => Standing::Held,
            1 => Standing::Cancelled,
            _ => Standing::Lost,
        }
    }

    pub(super) fn cancel(&self) {
        // Lost stays lost.
        let _ = self.0.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Acquire);
    }

    pub(super) fn lose(&self) {
        let _ = self.0.compare_exchange(0, 2, Ordering::AcqRel, Ordering::Acquire);
    }
}

/// The right to work on a task until it expires.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The task.
    pub task_id: String,
    /// What it works on.
    pub subject: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// Hardware that it was given to.
    pub class: TaskClass,
    /// This lease is the so-manieth of its task that counts as tried, from 1.
    pub attempt: u32,
    /// Number of the lease. It only grows; with the task's id it fences every write.
    pub number: u32,
    /// True when the task must run in a process of its own, because the whole server died under it before or
    /// an engine hung.
    pub isolated: bool,
    /// What an earlier attempt has left.
    pub checkpoint: Option<Vec<u8>>,
    /// Where the data lies, see [`super::NewTask::place`].
    pub place: Option<String>,
    pub(super) troubles: u32,
    pub(super) crashes: u32,
    pub(super) signal: Arc<Signal>,
}

impl Lease {
    /// Task and number.
    pub fn fence(&self) -> Fence {
        Fence { id: self.task_id.clone(), number: self.number }
    }

    /// What is known about the lease without asking.
    pub fn standing(&self) -> Standing {
        self.signal.standing()
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// 0 to 100; `None` while the length is unknown.
    pub percent: Option<f32>,
    /// Grows with the work done, in whatever unit. While it stands still the task makes no progress.
    pub done: u64,
}
