//! The Balancer: durable tasks in front of the engines.
//!
//! A task is leased to one engine at a time. Each lease has a number that only grows; every write of the engine names task and
//! number, so that an engine that was taken for dead cannot write over its successor. The Balancer knows no sound: what a task
//! works on is a key to it. Engines know no queue: they see a [`TaskContext`].

mod backend;
mod backoff;
#[cfg(test)]
mod conformance;
mod context;
mod costs;
mod forecast;
mod lease;
mod memory;
mod policy;
mod random;
mod roster;
mod runtime;
mod seat;
mod settings;
pub mod simulate;
mod sqlite;
mod task;
mod totals;
mod usage;
mod waiting;

pub use backend::{BackendError, Change, TaskBackend};
pub use context::{Stop, TaskContext};
pub use lease::{Fenced, Lease, Progress, Seat, Signal, Standing};
pub use memory::Memory;
pub use runtime::{Engine, EngineRuntime, Slots, settle};
pub use settings::Settings;
pub use sqlite::SqliteBackend;
pub use task::{
    Companion, CompanionError, DEADLINES_S, LOCAL_USER, MAX_CHECKPOINT_BYTES, MAX_DELAY_S, NewTask, PRIORITIES,
    TaskError, TaskKind, User, Wish, checked_priority,
};
pub use totals::{Totals, WAIT_BOUNDS_S};
