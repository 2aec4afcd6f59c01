//! One file from bytes to result, in slices between which the worker hears its messages.

use dsp::{
    Parameters,
    decode::Limits,
    job::{Identity, Job, JobError, Outcome, Step},
};
use web::{model::Problem, preview::protocol, problem};
use web_sys::Blob;

use crate::{blob::BlobSource, channels, scope};

/// Work between two breaths.
const SLICE_MS: f64 = 30.0;

/// A file to analyse.
pub struct Input {
    /// Its bytes.
    pub blob: Blob,
    /// Its name.
    pub name: String,
    /// How to analyse.
    pub parameters: Parameters,
    /// What is accepted.
    pub limits: Limits,
}

/// Why there is no result.
pub enum Ended {
    /// The channel was closed.
    Closed,
    /// The file is not acceptable.
    Refused(Problem),
}

impl From<JobError> for Ended {
    fn from(error: JobError) -> Self {
        let (limit, actual, offset_frames) = (error.limit(), error.actual(), error.offset_frames());
        Self::Refused(problem::sound(error.code(), error.to_string(), limit, actual, offset_frames))
    }
}

/// Limits of the protocol as the engine's own.
pub fn limits(limits: protocol::Limits) -> Limits {
    Limits {
        max_bytes: limits.max_bytes,
        max_duration_s: limits.max_duration_s,
        max_channels: limits.max_channels,
        max_sample_rate_hz: limits.max_sample_rate_hz,
    }
}

/// Opens a file.
pub fn open(input: Input) -> Result<Job, Ended> {
    let source = BlobSource::new(input.blob).map_err(|_| {
        Ended::Refused(problem::problem(
            0,
            "worker",
            problem::title("worker"),
            "This browser cannot read files in a worker.",
        ))
    })?;
    Ok(Job::open(Box::new(source), Some(&input.name), input.parameters, &input.limits)?)
}

/// Works until the end, the first problem, or until the channel is closed. `watch` sees the job after every step.
pub async fn run(
    channel: u32,
    mut job: Job,
    started_ms: f64,
    size_bytes: u64,
    mut watch: impl FnMut(&Job),
) -> Result<Outcome, Ended> {
    loop {
        let slice_start_ms = scope::now_ms();
        while scope::now_ms() - slice_start_ms < SLICE_MS {
            if job.step()? == Step::Done {
                // The hash is the server's business; a preview has none.
                let identity = Identity { sha256: String::new(), size_bytes };
                return Ok(job.finish(identity, scope::now_ms() - started_ms)?);
            }
            watch(&job);
        }
        scope::breathe().await;
        if !channels::is_open(channel) {
            return Err(Ended::Closed);
        }
    }
}
