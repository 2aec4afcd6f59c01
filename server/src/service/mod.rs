//! The use cases. Nothing here knows HTTP.

pub mod balancer;
pub mod catalog;
pub mod companions;
pub mod error;
pub mod name;
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
    /// An upload that sends nothing for so long is given up.
    pub silence: Duration,
    /// Uploads whose header is being read at the same time.
    pub probes: Arc<tokio::sync::Semaphore>,
}
