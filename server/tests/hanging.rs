//! Engines that do not stop: a hang inside of a library cannot be interrupted.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use server::{
    balancer::{
        Engine, EngineRuntime, NewTask, Settings, Slots, SqliteBackend, Stop, TaskBackend, TaskContext, TaskKind,
    },
    config::{Balancer, Engine as EngineConfig},
    db::Db,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use web::model::{TaskState, WaitCause};

/// Hangs in its own process with some subjects, whatever becomes of its lease.
#[derive(Default)]
struct Hanging {
    released: AtomicBool,
}

impl Engine for Hanging {
    fn run(&self, task: &TaskContext) -> Result<(), Stop> {
        if task.subject() == "hangs" && !task.is_isolated() {
            while !self.released.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(2));
            }
            return task.check();
        }
        task.wait(task.complete(None)).map(drop).map_err(|_| Stop::Trouble)
    }
}

struct Bench {
    backend: Arc<dyn TaskBackend>,
    engine: Arc<Hanging>,
    runtime: EngineRuntime,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn start(slots: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("das.sqlite")).await.unwrap();
        let config = EngineConfig { lease_s: 0.2, ..EngineConfig::default() };
        let settings = Settings::new(&config, &Balancer::default());
        let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db, settings).await.unwrap());
        let engine = Arc::new(Hanging::default());
        let shared: Arc<dyn Engine> = engine.clone();
        let (heartbeat, stop) = (Duration::from_millis(10), CancellationToken::new());
        let runtime = EngineRuntime::start(backend.clone(), shared, Slots::cpu(slots), heartbeat, stop).unwrap();
        Self { backend, engine, runtime, _folder: folder }
    }

    async fn enqueue(&self, subject: &str) -> String {
        self.backend.enqueue(vec![NewTask::new(TaskKind::Noop, subject)]).await.unwrap().remove(0).id
    }

    async fn state(&self, id: &str) -> TaskState {
        self.backend.get(id).await.unwrap().unwrap().state
    }

    /// Slots and engines that hang.
    async fn told(&self) -> (u32, u32) {
        let view = self.backend.overview().await.unwrap();
        (view.classes[0].slots, view.classes[0].stuck)
    }

    async fn until_told(&self, expected: (u32, u32)) {
        let begun = Instant::now();
        while self.told().await != expected {
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?} for {expected:?}", self.told().await);
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn until_finished(&self, id: &str) {
        let begun = Instant::now();
        while self.state(id).await != TaskState::Finished {
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", self.state(id).await);
            sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slot_of_an_engine_that_hangs_goes_to_another() {
    let bench = Bench::start(1).await;
    let hangs = bench.enqueue("hangs").await;
    let other = bench.enqueue("b").await;
    bench.until_finished(&other).await;
    // In a process of its own, which could be killed.
    bench.until_finished(&hangs).await;
    let ends: Vec<_> = bench.backend.attempts(&hangs).await.unwrap().into_iter().filter_map(|one| one.end).collect();
    assert_eq!(ends, ["lease_expired", "finished"]);
    assert_eq!(bench.told().await, (1, 1));
    // It comes back after all, and leaves: there is one slot.
    bench.engine.released.store(true, Ordering::Release);
    bench.until_told((1, 0)).await;
    let last = bench.enqueue("c").await;
    bench.until_finished(&last).await;
    assert!(bench.runtime.stop(Duration::from_secs(10)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn engines_that_hang_are_not_replaced_without_end() {
    let bench = Bench::start(1).await;
    for told in [(1, 1), (0, 2)] {
        bench.enqueue("hangs").await;
        bench.until_told(told).await;
    }
    let waits = bench.enqueue("a").await;
    let wait = bench.backend.outlook(&waits).wait.unwrap();
    assert_eq!(wait.cause, WaitCause::NoEngine);
    assert!(wait.sentence.contains("hang"), "{}", wait.sentence);
    bench.engine.released.store(true, Ordering::Release);
    bench.until_told((1, 0)).await;
    bench.until_finished(&waits).await;
    assert!(bench.runtime.stop(Duration::from_secs(10)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_does_not_wait_for_an_engine_that_hangs() {
    let bench = Bench::start(2).await;
    let hangs = bench.enqueue("hangs").await;
    bench.until_told((2, 1)).await;
    bench.until_finished(&hangs).await;
    assert!(bench.runtime.stop(Duration::from_secs(10)).await, "its task is back in the queue, or done");
    bench.engine.released.store(true, Ordering::Release);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_keeps_its_memory_though_another_has_its_slot() {
    const BYTES: u64 = 1_000;
    let bench = Bench::start(1).await;
    let task = NewTask { memory_bytes: BYTES, ..NewTask::new(TaskKind::Noop, "hangs") };
    let id = bench.backend.enqueue(vec![task]).await.unwrap().remove(0).id;
    bench.until_told((1, 1)).await;
    let begun = Instant::now();
    while bench.state(&id).await != TaskState::Finished {
        assert!(begun.elapsed() < Duration::from_secs(20));
        sleep(Duration::from_millis(10)).await;
    }
    let used_bytes = async || bench.backend.overview().await.unwrap().memory_used_bytes;
    assert_eq!(used_bytes().await, BYTES, "the new engine is through, the old one hangs");
    bench.engine.released.store(true, Ordering::Release);
    bench.until_told((1, 0)).await;
    assert_eq!(used_bytes().await, 0);
    assert!(bench.runtime.stop(Duration::from_secs(10)).await);
}
