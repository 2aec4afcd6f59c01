//! A server in this process on a folder of its own, and sounds to feed it with.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use server::{
    balancer::{EngineRuntime, Lease, Seat, Slots, TaskBackend, TaskContext},
    config::Config,
    engine::EngineContext,
    http::{App, PageHead, router},
    serve,
    service::Services,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use web::model::{Problem, RecordingDetails, TaskClass, TaskState};

pub struct Server {
    pub services: Services,
    pub engine: Arc<EngineContext>,
    pub stop: CancellationToken,
    pub config: Config,
    router: Router,
    runner: Option<EngineRuntime>,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem; checks that it is one.
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.kind, format!("/problems/{}", problem.code));
        assert!(!problem.title.is_empty() && problem.detail.ends_with(['.', ')']), "{problem:?}");
        problem
    }
}

pub fn config(folder: &TempDir) -> Config {
    Config {
        data: folder.path().join("data"),
        dist: folder.path().join("dist"),
        static_files: folder.path().join("static"),
        min_free_disk_bytes: 0,
        ..Config::default()
    }
}

impl Server {
    /// A server whose engines run.
    pub async fn start(config: Config) -> Self {
        let mut server = Self::start_without_engines(config).await;
        server.runner = Some(server.engines(2));
        server
    }

    /// Starts engines beside it.
    pub fn engines(&self, slots: u32) -> EngineRuntime {
        let engine: Arc<dyn server::balancer::Engine> = self.engine.clone();
        let (backend, stop) = (Arc::clone(self.backend()), self.stop.child_token());
        EngineRuntime::start(backend, engine, Slots::cpu(slots), Duration::from_millis(100), stop).unwrap()
    }

    /// Leases a task as an engine would.
    pub async fn lease(&self) -> Lease {
        self.backend().lease(&Seat::new("test-0", TaskClass::Cpu)).await.unwrap().unwrap()
    }

    /// What an engine thread hands to the engine.
    pub fn context(&self, lease: Lease) -> TaskContext {
        let runtime = tokio::runtime::Handle::current();
        TaskContext::new(Arc::clone(self.backend()), runtime, self.stop.clone(), lease, Duration::from_millis(100))
    }

    /// A server whose tasks wait.
    pub async fn start_without_engines(config: Config) -> Self {
        Self::start_impatient(config, server::service::uploads::SILENCE).await
    }

    /// A server whose tasks wait, and which gives an upload up that is silent for so long.
    pub async fn start_impatient(config: Config, silence: Duration) -> Self {
        let (services, engine) = serve::open(&config).await.unwrap();
        // This process is no das.
        let engine = EngineContext { program: env!("CARGO_BIN_EXE_das").into(), ..engine };
        let services = Services { silence, ..services };
        let stop = CancellationToken::new();
        let app = App::new(services.clone(), PageHead::read(&config.dist), &config.allowed_hosts, stop.child_token());
        let router = router(app, &config.dist, &config.static_files);
        Self { services, engine: Arc::new(engine), stop, config, router, runner: None }
    }

    /// Ends it in order, so that the folder can be opened again.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(runner) = self.runner.take() {
            assert!(runner.stop(Duration::from_secs(20)).await, "engines stop");
        }
        self.services.db.close().await;
    }

    pub async fn open_reply(&self, request: Request<Body>) -> axum::response::Response {
        let (mut parts, body) = request.into_parts();
        parts.headers.entry("host").or_insert("127.0.0.1:3000".parse().unwrap());
        self.router.clone().oneshot(Request::from_parts(parts, body)).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.open_reply(request).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn delete(&self, id: &str) -> Reply {
        self.send(Request::delete(format!("/api/das/{id}")).body(Body::empty()).unwrap()).await
    }

    pub async fn upload(&self, name: &str, body: impl Into<Body>) -> Reply {
        let request =
            Request::post(format!("/api/das/upload?name={}", encode(name))).header("content-type", "audio/wav");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Uploads what must be accepted; the recording's id.
    pub async fn accepted(&self, name: &str, bytes: &[u8]) -> String {
        let reply = self.upload(name, bytes.to_vec()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json::<RecordingDetails>().recording.id
    }

    pub async fn details(&self, id: &str) -> RecordingDetails {
        self.get(&format!("/api/das/{id}")).await.json()
    }

    /// Waits until the task has ended.
    pub async fn ended(&self, id: &str) -> RecordingDetails {
        for _ in 0..1_500 {
            let details = self.details(id).await;
            if details.task.state.is_final() {
                return details;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{id} does not end");
    }

    pub async fn finished(&self, id: &str) -> RecordingDetails {
        let details = self.ended(id).await;
        assert_eq!(details.task.state, TaskState::Finished, "{:?}", details.task.problem);
        details
    }

    /// Files below `incoming` and `blobs`.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.config.data.join("incoming"), self.config.data.join("blobs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }

    pub fn services(&self) -> &server::service::Services {
        &self.services
    }

    pub fn backend(&self) -> &Arc<dyn TaskBackend> {
        &self.services.backend
    }
}

pub fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A multipart body with the given parts: field, file name, bytes.
pub fn form(parts: &[(&str, &str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (field, name, bytes) in parts {
        body.extend_from_slice(
            format!("--XX\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: audio/wav\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    ("multipart/form-data; boundary=XX".to_owned(), body)
}

/// Header fields of a WAV file.
pub struct Wav {
    pub format: u16,
    pub channels: u16,
    pub rate_hz: u32,
    pub bits: u16,
}

impl Wav {
    pub const PCM16: Self = Self { format: 1, channels: 1, rate_hz: 16_000, bits: 16 };
    pub const FLOAT: Self = Self { format: 3, channels: 1, rate_hz: 16_000, bits: 32 };

    /// A file whose header promises `promised` bytes of samples.
    pub fn file(&self, samples: &[u8], promised: u32) -> Vec<u8> {
        let frame = self.channels * (self.bits / 8);
        let mut file = Vec::with_capacity(44 + samples.len());
        file.extend_from_slice(b"RIFF");
        file.extend_from_slice(&promised.saturating_add(36).to_le_bytes());
        file.extend_from_slice(b"WAVEfmt ");
        file.extend_from_slice(&16u32.to_le_bytes());
        file.extend_from_slice(&self.format.to_le_bytes());
        file.extend_from_slice(&self.channels.to_le_bytes());
        file.extend_from_slice(&self.rate_hz.to_le_bytes());
        file.extend_from_slice(&self.rate_hz.saturating_mul(frame.into()).to_le_bytes());
        file.extend_from_slice(&frame.to_le_bytes());
        file.extend_from_slice(&self.bits.to_le_bytes());
        file.extend_from_slice(b"data");
        file.extend_from_slice(&promised.to_le_bytes());
        file.extend_from_slice(samples);
        file
    }
}

/// So many seconds of a 1 kHz sine, 16 bits, 16 kHz, mono.
pub fn sine(seconds: f64) -> Vec<u8> {
    let frames = (seconds * 16_000.0) as u32;
    let samples: Vec<u8> = (0..frames)
        .map(|frame| ((f64::from(frame) * std::f64::consts::TAU / 16.0).sin() * 16_000.0).round() as i16)
        .flat_map(i16::to_le_bytes)
        .collect();
    Wav::PCM16.file(&samples, samples.len() as u32)
}
