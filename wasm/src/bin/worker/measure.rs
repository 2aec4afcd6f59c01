//! The parity measurement: this browser's own analysis against the server's.

use std::rc::Rc;

use dsp::{Measures, Parameters, decode::Limits, grid::Grid};
use wasm_bindgen_futures::spawn_local;
use web::{preview::protocol::Event, problem};

use crate::{
    analysis::{self, Ended, Input},
    channels, scope,
};

/// The server has accepted the file; here only the engine's own bounds count.
const LIMITS: Limits =
    Limits { max_bytes: u64::MAX, max_duration_s: f64::MAX, max_channels: u32::MAX, max_sample_rate_hz: u32::MAX };
/// Pause between two reports.
const REPORT_MS: f64 = 150.0;

/// What to compare.
pub struct Request {
    /// Hash of the file.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// Where to fetch it when no preview was kept.
    pub original_url: Option<String>,
    /// How the server analysed it.
    pub parameters: Parameters,
}

/// Compares with a kept preview, or analyses the original here.
pub fn start(channel: u32, mut request: Request) {
    // Spectrograms are compared: what the server measured beside them is not measured again.
    request.parameters.measures = Measures::Overview;
    let Some(server) = channels::with_slot(channel, |slot| slot.server.clone()) else {
        return scope::fail(channel, problem::internal("The server's spectrogram is not loaded."));
    };
    // Previews are made with the default parameters.
    let kept = channels::kept(&request.sha256).filter(|_| request.parameters == Parameters::default());
    match (kept, request.original_url) {
        (Some(own), _) => compare(channel, &own, &server),
        (None, None) => scope::post(channel, Event::NoPreview, None),
        (None, Some(url)) => spawn_local(async move {
            scope::post(channel, Event::Measuring { progress: None }, None);
            match scope::fetch_blob(&url).await {
                Ok(_) if !channels::is_open(channel) => {}
                Ok(blob) => {
                    let input = Input { blob, name: request.name, parameters: request.parameters, limits: LIMITS };
                    channels::enqueue(channel, analyse(channel, input, request.sha256, server));
                }
                Err(problem) => scope::fail(channel, problem),
            }
        }),
    }
}

async fn analyse(channel: u32, input: Input, sha256: String, server: Rc<Grid>) {
    let (started_ms, size_bytes) = (scope::now_ms(), input.blob.size() as u64);
    let default = input.parameters == Parameters::default();
    let mut next_ms = 0.0;
    let work = async {
        let job = analysis::open(input)?;
        analysis::run(channel, job, started_ms, size_bytes, |job| {
            if scope::now_ms() >= next_ms {
                next_ms = scope::now_ms() + REPORT_MS;
                scope::post(channel, Event::Measuring { progress: job.progress() }, None);
            }
        })
        .await
    };
    match work.await {
        Ok(outcome) => {
            let own = Rc::new(outcome.grid);
            if default {
                channels::hold(own.clone(), None, Some(sha256));
            }
            compare(channel, &own, &server);
        }
        Err(Ended::Closed) => {}
        Err(Ended::Refused(problem)) => scope::fail(channel, problem),
    }
}

fn compare(channel: u32, own: &Grid, server: &Grid) {
    match own.difference(server) {
        Ok(difference) => {
            let event =
                Event::Measured { max_db: difference.max_db, mean_db: difference.mean_db, cells: difference.cells };
            scope::post(channel, event, None);
        }
        Err(error) => {
            scope::fail(channel, problem::internal(format!("The two analyses do not have the same shape: {error}.")))
        }
    }
}
