//! The analysis of a recording: stream, analyse, store.

use std::time::Instant;

use dsp::job::{Identity, Job, JobError, Outcome as Analysed, Step};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{EngineContext, Stop};
use crate::{
    balancer::{Fenced, Lease, Outcome},
    db::{recording, result::StoredResult},
    problem::Code,
    service::{catalog, error::ServiceError, probe},
    storage::BlobKey,
};

/// Works on the task until its result is stored.
pub fn run(context: &EngineContext, runtime: &Handle, stop: &CancellationToken, lease: &Lease) -> Result<(), Stop> {
    let started = Instant::now();
    let row = runtime.block_on(recording::find(context.db.read(), &lease.recording_id))?.ok_or(Stop::Cancelled)?;
    let recording = row.summary()?;
    let key = BlobKey::parse(&recording.sha256)?;
    let file = context.storage.open_file(&key)?;
    let mut job =
        Job::open(Box::new(file), Some(&recording.name), context.parameters.clone(), &context.limits).map_err(bad)?;

    let mut next_beat = Instant::now();
    loop {
        if stop.is_cancelled() {
            return Err(Stop::Shutdown);
        }
        if Instant::now() >= next_beat {
            let percent = job.progress().map(|share| share.clamp(0.0, 1.0) * 100.0);
            beat(context, runtime, lease, percent)?;
            next_beat = Instant::now() + context.heartbeat;
        }
        match job.step().map_err(bad)? {
            Step::More => {}
            Step::Done => break,
        }
    }
    let identity = Identity { sha256: recording.sha256, size_bytes: recording.size_bytes };
    let analysed = job.finish(identity, started.elapsed().as_secs_f64() * 1000.0).map_err(bad)?;
    // Writing the result may take a while: nearly a whole lease for it.
    beat(context, runtime, lease, Some(100.0))?;
    runtime.block_on(store(context, lease, analysed))
}

/// Renews the lease. A heartbeat that cannot be written is no reason to stop: the lease covers several, and completion is fenced.
fn beat(context: &EngineContext, runtime: &Handle, lease: &Lease, percent: Option<f32>) -> Result<(), Stop> {
    match runtime.block_on(context.backend.heartbeat(lease, percent)) {
        Ok(standing) => standing.into(),
        Err(error) => {
            tracing::warn!(%error, "heartbeat");
            Ok(())
        }
    }
}

fn bad(error: JobError) -> Stop {
    let problem = probe::problem(&error);
    if problem.code == Code::Internal.name() {
        return ServiceError::Engine(error).into();
    }
    Stop::Input(Box::new(problem))
}

/// Brings the parts to the disk, then makes them blobs and ends the task. Blobs of a refused completion are removed again.
async fn store(context: &EngineContext, lease: &Lease, analysed: Analysed) -> Result<(), Stop> {
    let encode = |error: serde_json::Error| Stop::from(ServiceError::Encode(error));
    let duration_s = analysed.analysis.source.duration_s;
    let analysis = serde_json::to_string(&analysed.analysis).map_err(encode)?;
    let waveform = serde_json::to_vec(&analysed.waveform).map_err(encode)?;
    let spectrogram = context.storage.stage(analysed.grid.to_bytes()).await?;
    let waveform = context.storage.stage(waveform).await?;
    let keys = [spectrogram.key().clone(), waveform.key().clone()];

    let writer = context.storage.lock().await;
    let stored: Result<Fenced, ServiceError> = async {
        let spectrogram_sha256 = writer.put(spectrogram).await?.as_str().to_owned();
        let waveform_sha256 = writer.put(waveform).await?.as_str().to_owned();
        let result = StoredResult { analysis, spectrogram_sha256, waveform_sha256 };
        Ok(context.backend.complete(lease, &Outcome { result, duration_s }).await?)
    }
    .await;
    if !matches!(stored, Ok(Fenced::Accepted)) {
        catalog::remove_unreferenced(&context.db, &writer, &keys).await?;
    }
    match stored? {
        Fenced::Accepted => Ok(()),
        Fenced::Refused => Err(Stop::Lost),
    }
}
