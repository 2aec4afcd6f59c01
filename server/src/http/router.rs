//! Every route in one table, and what stands around all of them.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    middleware::{from_fn, from_fn_with_state},
    routing::{MethodFilter, MethodRouter, on},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
    trace::TraceLayer,
};

use super::{
    PageHead, admin, artifacts, assets, balancer, balancer_events, call_tasks, calls, events,
    failure::{ensure_problem, panicked},
    guard::guard,
    headers::secure,
    health, metrics, openapi, original, pages, recordings, tasks, upload,
};
use crate::service::Services;

/// Pictures that are painted at the same time.
const RENDERS: usize = 2;
/// Smaller responses are not worth compressing.
const COMPRESS_ABOVE_BYTES: u16 = 512;

/// What the handlers work with; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub services: Services,
    /// Tags of the browser bundle.
    pub head: PageHead,
    /// Ends streams that would never end by themselves.
    pub shutdown: CancellationToken,
    /// Host names besides the loopback ones.
    pub allowed_hosts: Arc<[String]>,
    /// Limits the pictures that are painted at the same time.
    pub renders: Arc<Semaphore>,
}

impl App {
    /// The state of a server.
    pub fn new(services: Services, head: PageHead, allowed_hosts: &[String], shutdown: CancellationToken) -> Self {
        Self {
            services,
            head,
            shutdown,
            allowed_hosts: allowed_hosts.into(),
            renders: Arc::new(Semaphore::new(RENDERS)),
        }
    }
}

/// One line of the table.
pub struct Route {
    /// Method; GET answers HEAD too.
    pub method: Method,
    /// Address.
    pub path: &'static str,
    handler: MethodRouter<App>,
}

fn get<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::GET, path, handler: on(MethodFilter::GET, handler) }
}

fn post<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::POST, path, handler: on(MethodFilter::POST, handler) }
}

fn put<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::PUT, path, handler: on(MethodFilter::PUT, handler) }
}

fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::DELETE, path, handler: on(MethodFilter::DELETE, handler) }
}

/// The table.
pub fn routes() -> Vec<Route> {
    vec![
        get("/", pages::home),
        get("/das", pages::page),
        get("/das/upload", pages::page),
        post("/das/upload", pages::submit_form),
        get("/das/{id}", pages::page),
        post("/das/{id}/cancel", pages::cancel_form),
        post("/das/{id}/delete", pages::delete_form),
        post("/das/{id}/retry", pages::retry_form),
        get("/admin/balancer", pages::page),
        post("/admin/balancer/policy", admin::policy),
        post("/admin/balancer/drain", admin::drain),
        post("/admin/balancer/resume", admin::resume_all),
        post("/admin/balancer/classes/{class}/pause", admin::pause),
        post("/admin/balancer/classes/{class}/resume", admin::resume),
        post("/admin/balancer/tasks/cancel", admin::cancel_of_user),
        post("/admin/balancer/tasks/{id}/cancel", admin::cancel),
        post("/admin/balancer/tasks/{id}/retry", admin::retry),
        post("/admin/balancer/tasks/{id}/priority", admin::priority),
        get("/api/das", recordings::index),
        get("/api/das/upload", recordings::rules),
        post("/api/das/upload", upload::upload),
        get("/api/das/{id}", recordings::details),
        delete("/api/das/{id}", recordings::delete),
        get("/api/das/{id}/analysis.json", artifacts::analysis),
        get("/api/das/{id}/spectrogram.bin", artifacts::spectrogram_bin),
        get("/api/das/{id}/spectrogram.png", artifacts::spectrogram_png),
        get("/api/das/{id}/waveform.json", artifacts::waveform),
        get("/api/das/{id}/original", original::original),
        get("/api/das/{id}/events", events::events),
        post("/api/engine/fft", calls::fft),
        post("/api/engine/resample", calls::resample),
        post("/api/engine/mix", calls::mix),
        post("/api/engine/spectrogram", calls::spectrogram),
        post("/api/engine/analysis", calls::analysis),
        get("/api/engine/calls/{id}", call_tasks::view),
        delete("/api/engine/calls/{id}", call_tasks::delete),
        get("/api/engine/calls/{id}/result", call_tasks::result),
        post("/api/engine/calls/{id}/cancel", call_tasks::cancel),
        get("/api/das/{id}/task", tasks::report),
        post("/api/das/{id}/cancel", tasks::cancel),
        post("/api/das/{id}/retry", tasks::retry),
        get("/api/balancer", balancer::view),
        put("/api/balancer/policy", balancer::policy),
        post("/api/balancer/drain", balancer::drain),
        post("/api/balancer/resume", balancer::resume_all),
        post("/api/balancer/classes/{class}/pause", balancer::pause),
        post("/api/balancer/classes/{class}/resume", balancer::resume),
        get("/api/balancer/events", balancer_events::events),
        get("/api/balancer/decisions", balancer::decisions),
        get("/api/balancer/tasks", balancer::tasks),
        post("/api/balancer/tasks/cancel", balancer::cancel_all),
        get("/api/balancer/tasks/{id}", balancer::task),
        post("/api/balancer/tasks/{id}/cancel", balancer::cancel),
        post("/api/balancer/tasks/{id}/retry", balancer::retry),
        put("/api/balancer/tasks/{id}/priority", balancer::priority),
        get("/api/openapi.json", openapi::openapi),
        get("/healthz", health::healthz),
        get("/metrics", metrics::metrics),
    ]
}

/// The whole service.
pub fn router(app: App, dist: &Path, static_files: &Path) -> Router {
    pages::prepare();
    let files = Router::new()
        .nest_service("/dist", assets::folder(dist))
        .nest_service("/static", assets::folder(static_files))
        .layer(from_fn(assets::annotate));
    routes()
        .into_iter()
        .fold(Router::new(), |router, route| {
            tracing::debug!(method = %route.method, path = route.path, "route");
            router.route(route.path, route.handler)
        })
        .merge(files)
        .fallback(pages::not_found)
        // Uploads are counted while they stream.
        .layer(DefaultBodyLimit::disable())
        .layer(compression())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), guard))
        .layer(from_fn(ensure_problem))
        .layer(from_fn(secure))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

/// Everything but sound, pictures and events, which are compressed already or must not wait.
fn compression() -> CompressionLayer<impl Predicate> {
    let is_worth_it = SizeAbove::new(COMPRESS_ABOVE_BYTES)
        .and(NotForContentType::new("audio/"))
        .and(NotForContentType::new("video/"))
        .and(NotForContentType::const_new("image/png"))
        .and(NotForContentType::SSE);
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(is_worth_it)
}
