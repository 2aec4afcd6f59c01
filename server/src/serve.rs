//! Starts everything in the right order, and stops it in the reverse one.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    balancer::{EngineRuntime, Settings, Slots, SqliteBackend, TaskBackend},
    config::Config,
    db::{Db, DbError},
    engine::{self, EngineContext},
    http::{App, PageHead, router},
    service::{Services, error::ServiceError, uploads},
    storage::{Storage, StorageError},
};

/// Headers that are read at the same time.
const PROBES: usize = 4;
/// One-off calls that work or wait, for each that may work.
const CALL_SEATS_PER_SLOT: usize = 4;
/// How long connections may take to finish what they are doing.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(3);
/// Time between two looks at the free space.
const DISK_POLL: Duration = Duration::from_secs(1);
/// How long engines may take to reach the next step boundary.
const ENGINE_PATIENCE: Duration = Duration::from_secs(3);

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Recovery of what an earlier run left.
    #[error("cannot recover from the last run: {0}")]
    Recovery(#[source] ServiceError),
    /// The address.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// Signals, threads or sockets.
    #[error("system: {0}")]
    System(#[from] io::Error),
}

/// Services on a recovered data folder, and what their engines need.
pub async fn open(config: &Config) -> Result<(Services, EngineContext), ServeError> {
    let storage = Storage::open(&config.data, config.min_free_disk_bytes)?;
    let db = Db::open(&storage.database()).await?;
    let settings = Settings::new(&config.engine, &config.balancer);
    let backend: Arc<dyn TaskBackend> = Arc::new(SqliteBackend::open(db.clone(), settings).await?);
    let swept = storage.sweep(&db).await.map_err(|error| ServeError::Recovery(error.into()))?;
    let revived = backend.recover().await.map_err(|error| ServeError::Recovery(error.into()))?;
    if swept != Default::default() || revived > 0 {
        tracing::info!(
            incoming = swept.incoming,
            orphans = swept.orphans,
            tasks = revived,
            "recovered from the last run"
        );
    }
    let engine = EngineContext {
        db: db.clone(),
        storage: storage.clone(),
        limits: config.limits.for_decoder(),
        parameters: dsp::Parameters { measures: dsp::Measures::Full, ..dsp::Parameters::default() },
        isolate: config.engine.isolate,
        program: engine::this_program(),
    };
    let services = Services {
        db,
        storage,
        backend,
        limits: config.limits.clone(),
        calls: config.calls.clone(),
        call_seats: Arc::new(Semaphore::new(config.calls.slots as usize * CALL_SEATS_PER_SLOT)),
        call_slots: Arc::new(Semaphore::new(config.calls.slots as usize)),
        silence: uploads::SILENCE,
        probes: Arc::new(Semaphore::new(PROBES)),
    };
    services.tidy_calls().await.map_err(ServeError::Recovery)?;
    Ok((services, engine))
}

/// Starts nothing while results would find no room: each would be worked out and thrown away.
async fn watch_disk(services: Services, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let full = services.storage.check_result_space().err();
        services.backend.hold(full.map(|_| {
            "The server's disk is nearly full. Waiting tasks are started when there is space again.".to_owned()
        }));
        tokio::select! {
            () = sleep(DISK_POLL) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<(), ServeError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (services, engine) = open(&config).await?;
    let listener =
        TcpListener::bind(config.bind).await.map_err(|source| ServeError::Bind { address: config.bind, source })?;
    let address = listener.local_addr()?;

    let stop = CancellationToken::new();
    let slots = Slots { cpu: config.engine.slots, accelerator: config.engine.accelerator_slots };
    let heartbeat = Duration::from_secs_f64(config.engine.heartbeat_s);
    tokio::spawn(watch_disk(services.clone(), stop.child_token()));
    tokio::spawn(services.clone().keep_calls_tidy(stop.child_token()));
    let engines = EngineRuntime::start(
        Arc::clone(&services.backend),
        engine::shared(engine),
        slots,
        heartbeat,
        stop.child_token(),
    )?;
    let app = App::new(services.clone(), PageHead::read(&config.dist), &config.allowed_hosts, stop.child_token());
    let routes = router(app, &config.dist, &config.static_files);
    let closing = stop.clone().cancelled_owned();
    let serving = tokio::spawn(async move { axum::serve(listener, routes).with_graceful_shutdown(closing).await });

    // Whoever started the program may wait for exactly this line.
    let mut stdout = io::stdout();
    if let Err(error) = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush()) {
        tracing::warn!(%error, %address, "nobody reads standard output");
    }

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    stop.cancel();
    if timeout(CONNECTION_PATIENCE, serving).await.is_err() {
        tracing::warn!("connections were cut off");
    }
    if !engines.stop(ENGINE_PATIENCE).await {
        tracing::warn!("an engine did not stop in time; its task goes on at the next start");
    }
    services.db.close().await;
    Ok(())
}
