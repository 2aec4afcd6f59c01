//! `das balancer bench`: tasks that do nothing, so that only the Balancer itself is measured.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use web::model::TaskClass;

use super::output::{self, OutputError};
use crate::{
    balancer::{
        BackendError, Engine, EngineRuntime, NewTask, Settings, Slots, SqliteBackend, Stop, TaskBackend, TaskContext,
        TaskKind,
    },
    config,
    db::{
        Db, DbError,
        task::{self, Insert},
    },
    percentile::percentile,
};

/// `das balancer bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Tasks in all.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    tasks: u32,
    /// Clients that enqueue side by side, one task after the other.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    clients: u32,
    /// Engine slots.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=256))]
    slots: u32,
    /// Inserts of the bare loop that is compared with.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    inserts: u32,
    /// Folder for the databases, which must be there; it decides which disk is measured. They are removed afterwards.
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The Balancer.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The folder for the databases.
    #[error("{}: {source}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Standard output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Threads or runtime.
    #[error("{0}")]
    System(#[from] io::Error),
    /// A client broke down.
    #[error("a client broke down: {0}")]
    Client(#[from] tokio::task::JoinError),
}

struct Nothing;

impl Engine for Nothing {
    fn run(&self, task: &TaskContext) -> Result<(), Stop> {
        task.wait(task.complete(None)).map(drop).map_err(|_| Stop::Trouble)
    }
}

/// Measures and prints.
pub fn run(args: &BenchArgs) -> Result<(), BenchError> {
    let parent = args.folder.clone().unwrap_or_else(std::env::temp_dir);
    let folder = parent.join(format!("das-bench-{}", std::process::id()));
    // Nothing is made that would stay.
    std::fs::create_dir(&folder).map_err(|source| BenchError::Folder { path: folder.clone(), source })?;
    let measured = measure_in(args, &folder);
    let removed = std::fs::remove_dir_all(&folder);
    measured?;
    removed.map_err(|source| BenchError::Folder { path: folder, source })
}

fn measure_in(args: &BenchArgs, folder: &Path) -> Result<(), BenchError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let measured = runtime.block_on(measure(args, folder));
    runtime.shutdown_timeout(Duration::from_secs(1));
    measured
}

async fn measure(args: &BenchArgs, folder: &Path) -> Result<(), BenchError> {
    let bare = bare_inserts(args, folder).await?;
    output::print(|out| {
        writeln!(out, "bare loop: {bare:.0} inserts/s, each with its own sync ({} inserts)", args.inserts)
    })?;

    let db = Db::open(&folder.join("das.sqlite")).await?;
    let unlimited =
        config::Balancer { max_queued: u32::MAX, max_queued_per_user: u32::MAX, ..config::Balancer::default() };
    let settings = Settings::new(&config::Engine::default(), &unlimited);
    let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db.clone(), settings).await?);
    let stop = CancellationToken::new();
    let slots = Slots::cpu(args.slots);
    let engines =
        EngineRuntime::start(Arc::clone(&backend), Arc::new(Nothing), slots, Duration::from_millis(250), stop.clone())?;

    let each = args.tasks.div_ceil(args.clients);
    let total = u64::from(each * args.clients);
    let begun = Instant::now();
    let clients: Vec<_> = (0..args.clients)
        .map(|_| {
            let backend = Arc::clone(&backend);
            tokio::spawn(async move {
                let mut took = Vec::with_capacity(each as usize);
                for _ in 0..each {
                    let begun = Instant::now();
                    backend.enqueue(vec![NewTask::new(TaskKind::Noop, "nothing")]).await?;
                    took.push(begun.elapsed());
                }
                Ok::<_, BackendError>(took)
            })
        })
        .collect();
    let mut took = Vec::with_capacity(total as usize);
    for client in clients {
        took.extend(client.await??);
    }
    while backend.totals().finished < total {
        sleep(Duration::from_millis(2)).await;
    }
    let rate = total as f64 / begun.elapsed().as_secs_f64();
    engines.stop(Duration::from_secs(5)).await;
    db.close().await;
    took.sort();
    let percentile_ms = |share| percentile(&took, share).as_secs_f64() * 1e3;
    output::print(|out| {
        writeln!(
            out,
            "end to end: {rate:.0} tasks/s, each enqueued, leased and completed durably ({total} tasks, {} clients, {} slots)",
            args.clients, args.slots
        )?;
        writeln!(
            out,
            "enqueue: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            percentile_ms(0.5),
            percentile_ms(0.99),
            percentile_ms(1.0)
        )?;
        writeln!(out, "ratio: {:.2} durable tasks for one durable insert of the bare loop", rate / bare)
    })?;
    Ok(())
}

/// What one connection does that inserts the same rows and waits for the disk after each.
async fn bare_inserts(args: &BenchArgs, folder: &Path) -> Result<f64, DbError> {
    let db = Db::open(&folder.join("bare.sqlite")).await?;
    let begun = Instant::now();
    for number in 0..args.inserts {
        let id = number.to_string();
        let new = Insert {
            id: &id,
            kind: TaskKind::Noop.name(),
            subject: "nothing",
            class: TaskClass::Cpu,
            user: "local",
            priority: 0,
            work: 0.0,
            memory_bytes: 0,
            place: None,
            dedupe_key: None,
            deadline_s: None,
            not_before_ms: 0,
        };
        let mut tx = db.write().await?;
        task::insert(&mut *tx, &new).await?;
        tx.commit().await.map_err(DbError::from)?;
    }
    let rate = f64::from(args.inserts) / begun.elapsed().as_secs_f64();
    db.close().await;
    Ok(rate)
}
