//! The analysis of a recording: stream, analyse, store.

use std::time::Instant;

use dsp::job::{Identity, Job, JobError, Outcome as Analysed, Step};

use super::{EngineContext, NoResult, isolated};
use crate::{
    balancer::{Fenced, Progress, Stop, TaskContext},
    db::{recording, result::StoredResult},
    problem::Code,
    service::{
        catalog,
        companions::{StoreResult, boxed},
        error::ServiceError,
        probe,
    },
    storage::BlobKey,
};

/// Works on the task until its result is stored.
pub fn run(context: &EngineContext, task: &TaskContext) -> Result<(), NoResult> {
    let started = Instant::now();
    let row = task.wait(recording::find(context.db.read(), task.subject()))?.ok_or(Stop::Cancelled)?;
    let recording = row.summary()?;
    let key = BlobKey::parse(&recording.sha256)?;
    if context.isolate || task.is_isolated() {
        let parts = isolated::analyse(context, task, &recording, &key)?;
        return task.wait(store(context, task, parts));
    }
    let file = context.storage.open_file(&key)?;
    let mut job =
        Job::open(Box::new(file), Some(&recording.name), context.parameters.clone(), &context.limits).map_err(bad)?;

    loop {
        let percent = job.progress().map(|share| share.clamp(0.0, 1.0) * 100.0);
        task.progress(Progress { percent, done: (job.analysed_s() * 1000.0) as u64 })?;
        match job.step().map_err(bad)? {
            Step::More => {}
            Step::Done => break,
        }
    }
    let done = (job.analysed_s() * 1000.0) as u64;
    let identity = Identity { sha256: recording.sha256, size_bytes: recording.size_bytes };
    let analysed = job.finish(identity, started.elapsed().as_secs_f64() * 1000.0).map_err(bad)?;
    // Writing the result may take a while: nearly a whole lease for it.
    task.beat(Progress { percent: Some(100.0), done: done.saturating_add(1) })?;
    task.wait(store(context, task, Parts::encode(&analysed).map_err(ServiceError::Encode)?))
}

fn bad(error: JobError) -> NoResult {
    let problem = probe::problem(&error);
    if problem.code == Code::Internal.name() {
        return ServiceError::Engine(error).into();
    }
    NoResult::Input(Box::new(problem))
}

/// A result as it is stored.
pub(super) struct Parts {
    /// The analysis document, JSON.
    pub analysis: String,
    /// The bytes of the spectrogram grid.
    pub spectrogram: Vec<u8>,
    /// The waveform, JSON.
    pub waveform: Vec<u8>,
    /// Length that was counted.
    pub duration_s: f64,
}

impl Parts {
    pub fn encode(analysed: &Analysed) -> Result<Self, serde_json::Error> {
        Ok(Self {
            analysis: serde_json::to_string(&analysed.analysis)?,
            spectrogram: analysed.grid.to_bytes(),
            waveform: serde_json::to_vec(&analysed.waveform)?,
            duration_s: analysed.analysis.source.duration_s,
        })
    }
}

/// Brings the parts to the disk, then makes them blobs and ends the task. Blobs of a refused completion are removed again.
async fn store(context: &EngineContext, task: &TaskContext, parts: Parts) -> Result<(), NoResult> {
    let Parts { analysis, spectrogram, waveform, duration_s } = parts;
    let spectrogram = context.storage.stage(spectrogram).await?;
    let waveform = context.storage.stage(waveform).await?;
    let keys = [spectrogram.key().clone(), waveform.key().clone()];

    let writer = context.storage.lock().await;
    let stored: Result<Fenced, ServiceError> = async {
        let spectrogram_sha256 = writer.put(spectrogram).await?.as_str().to_owned();
        let waveform_sha256 = writer.put(waveform).await?.as_str().to_owned();
        let result = StoredResult { analysis, spectrogram_sha256, waveform_sha256 };
        let with =
            StoreResult { recording_id: task.subject().to_owned(), task_id: task.id().to_owned(), result, duration_s };
        Ok(task.complete(Some(boxed(with))).await?)
    }
    .await;
    if !matches!(stored, Ok(Fenced::Accepted)) {
        catalog::remove_unreferenced(&context.db, &writer, &keys).await?;
    }
    match stored? {
        Fenced::Accepted => Ok(()),
        Fenced::Refused => Err(Stop::Lost.into()),
    }
}
