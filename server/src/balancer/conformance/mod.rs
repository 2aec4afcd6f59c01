//! What every backend must do, whatever it keeps its tasks in. A backend runs the suite by naming its factory.

#![allow(clippy::unwrap_used)]

mod ending;
mod leasing;
mod memory;
mod orders;
mod recovery;
mod scheduling;
mod sqlite;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use web::model::{PolicyName, TaskClass, TaskState, TaskView};

use super::*;

/// Opens backends on one and the same store; each is a run of the program of its own.
#[async_trait]
trait Factory: Send + Sync {
    async fn create() -> Self;
    async fn open(&self, settings: Settings) -> Arc<dyn TaskBackend>;
}

fn settings() -> Settings {
    Settings {
        lease_ms: 60_000,
        stall_ms: 60_000,
        max_attempts: 3,
        isolate: false,
        policy: PolicyName::Fifo,
        weights: BTreeMap::new(),
        max_queued: 1_000,
        max_queued_per_user: 500,
        memory_limit_bytes: 0,
        classes: vec![TaskClass::Cpu, TaskClass::Accelerator],
    }
}

fn short_leases(lease_ms: i64, max_attempts: u32) -> Settings {
    Settings { lease_ms, max_attempts, ..settings() }
}

fn task(subject: &str) -> NewTask {
    NewTask::new(TaskKind::Noop, subject)
}

fn seat() -> Seat {
    Seat::new("cpu-0", TaskClass::Cpu)
}

async fn enqueue(backend: &Arc<dyn TaskBackend>, task: NewTask) -> TaskView {
    backend.enqueue(vec![task]).await.unwrap().remove(0)
}

async fn lease(backend: &Arc<dyn TaskBackend>) -> Option<Lease> {
    backend.lease(&seat()).await.unwrap()
}

async fn leased(backend: &Arc<dyn TaskBackend>) -> Lease {
    lease(backend).await.unwrap()
}

async fn finish(backend: &Arc<dyn TaskBackend>, lease: &Lease) {
    assert_eq!(backend.complete(lease, None).await.unwrap(), Fenced::Accepted);
}

async fn now(backend: &Arc<dyn TaskBackend>, id: &str) -> TaskView {
    backend.get(id).await.unwrap().unwrap()
}

async fn state(backend: &Arc<dyn TaskBackend>, id: &str) -> TaskState {
    now(backend, id).await.state
}

/// How the leases of a task ended.
async fn ends(backend: &Arc<dyn TaskBackend>, id: &str) -> Vec<Option<String>> {
    backend.attempts(id).await.unwrap().into_iter().map(|attempt| attempt.end).collect()
}

fn percent(percent: f32) -> Progress {
    Progress { percent: Some(percent), done: percent as u64 }
}

macro_rules! suite {
    ($factory:ty: $($module:ident :: $case:ident)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            super::$module::$case::<$factory>().await;
        })*
    };
}
use suite;
