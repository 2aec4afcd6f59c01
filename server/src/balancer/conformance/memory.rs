//! Memory of the engines: never promised twice, free when it is free.

use std::time::Duration;

use tokio::time::sleep;
use web::model::{TaskClass, WaitCause};

use super::*;

pub(super) async fn memory_is_never_promised_twice<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { memory_limit_bytes: 100, ..settings() }).await;
    backend.attend(&Seat::new("cpu-1", TaskClass::Cpu), true);
    for memory_bytes in [60, 60, 10, 500] {
        enqueue(&backend, NewTask { memory_bytes, ..task("a") }).await;
    }
    let first = leased(&backend).await;
    assert!(lease(&backend).await.is_none(), "nor does the small one overtake");
    let second = backend.list(&Default::default(), 10).await.unwrap().remove(2);
    let wait = backend.outlook(&second.id).wait.unwrap();
    assert_eq!(wait.cause, WaitCause::Memory, "{}", wait.sentence);
    finish(&backend, &first).await;
    let both = [leased(&backend).await, leased(&backend).await];
    assert!(lease(&backend).await.is_none());
    for held in &both {
        finish(&backend, held).await;
    }
    assert!(lease(&backend).await.is_some(), "what is larger than everything runs alone");
}

pub(super) async fn memory_is_free_once_the_engine_has_put_its_task_down<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { memory_limit_bytes: 100, lease_ms: 300, ..settings() }).await;
    let other = Seat::new("cpu-1", TaskClass::Cpu);
    backend.attend(&other, true);
    let of = |subject: &str| NewTask { memory_bytes: 80, ..task(subject) };
    let first = enqueue(&backend, of("a")).await;
    let held = leased(&backend).await;
    enqueue(&backend, of("b")).await;
    backend.cancel(&first.id).await.unwrap();
    assert_eq!(backend.overview().await.unwrap().memory_used_bytes, 80, "the engine has not stopped yet");
    assert!(backend.lease(&other).await.unwrap().is_none());
    // It lets go of its lease: whatever it had is free.
    drop(held);
    assert_eq!(backend.overview().await.unwrap().memory_used_bytes, 0);
    let held = leased(&backend).await;
    // The same where it is taken for dead.
    sleep(Duration::from_millis(400)).await;
    assert!(backend.lease(&other).await.unwrap().is_none());
    drop(held);
    assert_eq!(leased(&backend).await.attempt, 2);
}

pub(super) async fn work_that_is_no_task_shares_the_memory<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { memory_limit_bytes: 100, ..settings() }).await;
    backend.attend(&seat(), true);
    let task = enqueue(&backend, NewTask { memory_bytes: 80, ..task("a") }).await;
    let memory = Memory::take(&backend, 30).unwrap();
    assert!(lease(&backend).await.is_none());
    assert_eq!(backend.outlook(&task.id).wait.unwrap().cause, WaitCause::Memory);
    // An engine that waits is woken.
    let woken = backend.work_added(TaskClass::Cpu);
    drop(memory);
    tokio::time::timeout(Duration::from_secs(5), woken).await.unwrap();
    leased(&backend).await;
    assert!(Memory::take(&backend, 30).is_none());
    let _small = Memory::take(&backend, 20).unwrap();
    assert_eq!(backend.overview().await.unwrap().memory_used_bytes, 100);
}

pub(super) async fn what_waits_for_memory_says_so_and_is_promised_nothing<F: Factory>() {
    const MIB: u64 = 1 << 20;
    let store = F::create().await;
    let backend = store.open(Settings { memory_limit_bytes: 140 * MIB, ..settings() }).await;
    for number in 0..3 {
        backend.attend(&Seat::new(format!("cpu-{number}"), TaskClass::Cpu), true);
    }
    // Ten milliseconds for each unit of work, before anything was learned.
    let of = |mib: u64, work: f64| NewTask { memory_bytes: mib * MIB, work, ..task("a") };
    enqueue(&backend, of(80, 9_999.0)).await;
    let wide = enqueue(&backend, of(72, 999.0)).await;
    let mono = enqueue(&backend, of(65, 99.0)).await;
    let held = leased(&backend).await;
    assert!(lease(&backend).await.is_none());
    let told = |id: &str| {
        let outlook = backend.outlook(id);
        let wait = outlook.wait.unwrap();
        (wait.cause, wait.sentence, outlook.estimate.map(|estimate| estimate.start_in_s))
    };
    let (cause, sentence, start_in_s) = told(&wide.id);
    assert_eq!(cause, WaitCause::Memory, "{sentence}");
    assert_eq!(sentence, "It needs 72 MiB; running tasks use 80 of the 140 MiB for engines.");
    assert!((90.0..=100.0).contains(&start_in_s.unwrap()), "when the running one ends: {start_in_s:?}");
    // It would fit, but does not overtake.
    let (cause, sentence, start_in_s) = told(&mono.id);
    assert_eq!(cause, WaitCause::Memory, "{sentence}");
    assert_eq!(sentence, "It waits behind a task that needs 72 MiB; running tasks use 80 of the 140 MiB for engines.");
    assert!((90.0..=100.0).contains(&start_in_s.unwrap()), "along with the other: {start_in_s:?}");
    finish(&backend, &held).await;
    let (cause, sentence, start_in_s) = told(&mono.id);
    assert_eq!((cause, start_in_s), (WaitCause::Starting, Some(0.0)), "{sentence}");
}

pub(super) async fn memory_that_nobody_knows_when_it_will_be_free_is_not_promised<F: Factory>() {
    let store = F::create().await;
    let backend = store.open(Settings { memory_limit_bytes: 100, ..settings() }).await;
    backend.attend(&Seat::new("cpu-1", TaskClass::Cpu), true);
    enqueue(&backend, NewTask { memory_bytes: 60, ..task("a") }).await;
    let waits = enqueue(&backend, NewTask { memory_bytes: 60, ..task("b") }).await;
    leased(&backend).await;
    // Expected to be through long ago.
    sleep(Duration::from_millis(50)).await;
    let outlook = backend.outlook(&waits.id);
    assert_eq!((outlook.wait.unwrap().cause, outlook.estimate), (WaitCause::Memory, None));
}
