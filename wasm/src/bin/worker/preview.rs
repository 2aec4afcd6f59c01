//! The preview of a chosen file: pictures while it is still being decoded.

use std::rc::Rc;

use dsp::job::{Job, Outcome};
use web::preview::protocol::{CanvasSize, Event, SoundInfo, Summary};

use crate::{
    analysis::{self, Ended, Input},
    channels, picture, scope,
};

/// The first picture comes after this much sound.
const FIRST_S: f64 = 1.0;
/// Least time between two pictures.
const PAUSE_MS: f64 = 120.0;
/// Pictures take at most this share of the time.
const MOST_SHARE: f64 = 0.1;

/// Analyses a file and reports on the way.
pub async fn run(channel: u32, input: Input) {
    let started_ms = scope::now_ms();
    match analyse(channel, input, started_ms).await {
        Ok(outcome) => done(channel, outcome, scope::now_ms() - started_ms),
        Err(Ended::Closed) => {}
        Err(Ended::Refused(problem)) => scope::fail(channel, problem),
    }
}

async fn analyse(channel: u32, input: Input, started_ms: f64) -> Result<Outcome, Ended> {
    let size_bytes = input.blob.size() as u64;
    let job = analysis::open(input)?;
    let info = job.info();
    let info = SoundInfo {
        container: info.container.clone(),
        codec: info.codec.clone(),
        sample_rate_hz: info.sample_rate_hz,
        channels: info.channels,
        duration_s: info.duration_s(),
    };
    scope::post(channel, Event::Started { info }, None);
    let mut next_ms = 0.0;
    analysis::run(channel, job, started_ms, size_bytes, |job| {
        let now_ms = scope::now_ms();
        if now_ms < next_ms || job.analysed_s() < FIRST_S {
            return;
        }
        report(channel, job);
        let cost_ms = scope::now_ms() - now_ms;
        next_ms = now_ms + PAUSE_MS.max(cost_ms / MOST_SHARE);
    })
    .await
}

fn canvas(channel: u32) -> CanvasSize {
    channels::with_slot(channel, |slot| slot.canvas).unwrap_or(CanvasSize { width: 1, height: 1 })
}

fn report(channel: u32, job: &Job) {
    let grid = job.grid();
    // A declared length may be wrong; what has been heard counts.
    let axis_s = job.info().duration_s().unwrap_or(0.0).max(job.analysed_s());
    let canvas = canvas(channel);
    if let Ok(pixels) = picture::preview(&grid, axis_s, canvas) {
        let event = Event::Progress {
            columns: grid.geometry().columns,
            analysed_s: job.analysed_s(),
            progress: job.progress(),
            nyquist_hz: grid.nyquist_hz(),
            axis_s,
            canvas,
        };
        scope::post(channel, event, Some(pixels));
    }
}

fn done(channel: u32, outcome: Outcome, elapsed_ms: f64) {
    let Outcome { analysis, grid, .. } = outcome;
    let canvas = canvas(channel);
    let grid = Rc::new(grid);
    let pixels = match picture::preview(&grid, grid.duration_s(), canvas) {
        Ok(pixels) => pixels,
        Err(problem) => return scope::fail(channel, problem),
    };
    let summary = Summary {
        duration_s: analysis.source.duration_s,
        peak_dbfs: analysis.level.peak_dbfs,
        rms_dbfs: analysis.level.rms_dbfs,
        clipped_samples: analysis.level.clipped_samples,
        elapsed_ms,
    };
    let columns = grid.geometry().columns;
    let sha256 = channels::with_slot(channel, |slot| slot.keep_as.take());
    channels::hold(grid, Some(channel), sha256);
    scope::post(channel, Event::Done { columns, summary, canvas }, Some(pixels));
}

/// Keeps the preview for later comparison: now, or as soon as it is complete.
pub fn keep(channel: u32, sha256: String) {
    match channels::preview(channel) {
        Some(_) => channels::keep(channel, sha256),
        None => channels::with_slot(channel, |slot| slot.keep_as = Some(sha256)),
    }
}

/// Paints a complete preview again; an incomplete one takes the new size with its next picture. One that is no longer held
/// keeps its last picture, which the page stretches.
pub fn resize(channel: u32, canvas: CanvasSize) {
    channels::with_slot(channel, |slot| slot.canvas = Some(canvas));
    if let Some(grid) = channels::preview(channel)
        && let Ok(pixels) = picture::preview(&grid, grid.duration_s(), canvas)
    {
        scope::post(channel, Event::Resized { canvas }, Some(pixels));
    }
}
