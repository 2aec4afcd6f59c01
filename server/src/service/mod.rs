//! The use cases. Nothing here knows HTTP.

pub mod balancer;
pub mod calls;
pub mod catalog;
pub mod companions;
pub mod error;
mod estimate;
pub mod name;
mod page;
pub mod pages;
pub mod probe;
pub mod recordings;
pub mod tasks;
pub mod uploads;

use std::{sync::Arc, time::Duration};

use crate::{balancer::TaskBackend, config, db::Db, storage::Storage};

/// Everything that the use cases work with; cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Rows.
    pub db: Db,
    /// Blobs.
    pub storage: Storage,
    /// Tasks.
    pub backend: Arc<dyn TaskBackend>,
    /// What may be uploaded.
    pub limits: config::Limits,
    /// What one-off calls of the engine take.
    pub calls: config::Calls,
    /// One-off calls that work or wait for their turn; more become tasks.
    pub call_seats: Arc<tokio::sync::Semaphore>,
    /// One-off calls that work at the same time.
    pub call_slots: Arc<tokio::sync::Semaphore>,
    /// An upload that sends nothing for so long is given up.
    pub silence: Duration,
    /// Uploads whose header is being read at the same time.
    pub probes: Arc<tokio::sync::Semaphore>,
}
