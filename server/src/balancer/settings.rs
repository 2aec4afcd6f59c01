//! What the backend is told by the configuration.

use std::{collections::BTreeMap, time::Duration};

use web::model::{PolicyName, TaskClass};

use crate::config;

/// How tasks are kept and chosen.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A task whose engine is silent for so long goes to another engine.
    pub lease_ms: i64,
    /// A task whose engine makes no progress for so long, likewise.
    pub stall_ms: i64,
    /// A task is given up after so many attempts.
    pub max_attempts: u32,
    /// Engines run every task in a process of its own.
    pub isolate: bool,
    /// The policy at the start.
    pub policy: PolicyName,
    /// Weights of users for the fair share; 1 for all others.
    pub weights: BTreeMap<String, f64>,
    /// Most tasks that may wait.
    pub max_queued: u32,
    /// Most tasks of one user that may wait.
    pub max_queued_per_user: u32,
    /// Memory that running tasks may use together; 0 for no limit.
    pub memory_limit_bytes: u64,
    /// Classes that have engines.
    pub classes: Vec<TaskClass>,
}

impl Settings {
    /// What the configuration says.
    pub fn new(engine: &config::Engine, balancer: &config::Balancer) -> Self {
        let ms = |seconds: f64| Duration::from_secs_f64(seconds).as_millis().try_into().unwrap_or(i64::MAX);
        let mut classes = vec![TaskClass::Cpu];
        if engine.accelerator_slots > 0 {
            classes.push(TaskClass::Accelerator);
        }
        Self {
            lease_ms: ms(engine.lease_s),
            stall_ms: ms(engine.stall_s),
            max_attempts: engine.max_attempts,
            isolate: engine.isolate,
            policy: balancer.policy,
            weights: balancer.parsed_weights(),
            max_queued: balancer.max_queued,
            max_queued_per_user: balancer.max_queued_per_user,
            memory_limit_bytes: engine.memory_bytes,
            classes,
        }
    }
}
