//! Any bytes as a file: decoded and analysed to the end, or refused by name; nothing in between.

use std::io::Cursor;

use dsp::{
    Parameters,
    decode::Limits,
    job::{Identity, Job, JobError, Step},
};

/// Small transforms: the decoders are what is looked at.
const PARAMETERS: Parameters = Parameters {
    analysis_rate_hz: 32_000,
    window_length_frames: 256,
    hop_frames: 256,
    window: dsp::window::Window::HannPeriodic,
    max_columns: 64,
    max_buckets: 64,
    floor_dbfs: -120.0,
    precision: dsp::parameters::Precision::Single,
    measures: dsp::Measures::Overview,
};

/// Tight, so that no input takes long.
const LIMITS: Limits =
    Limits { max_bytes: 1 << 20, max_duration_s: 120.0, max_channels: 8, max_sample_rate_hz: 192_000 };

/// Decodes and analyses `data`. A result must agree with itself; an error must have a name that is not ours to blame.
pub fn check(data: &[u8]) {
    match analyse(data) {
        Ok((frames, grid_frames)) => {
            assert!(frames > 0, "sound without frames");
            assert!(grid_frames > 0, "a spectrogram without frames");
        }
        Err(error) => {
            assert_ne!(error.code(), "internal", "{error}");
            assert!(!error.to_string().is_empty());
            let _ = (error.limit(), error.actual(), error.offset_frames());
        }
    }
}

fn analyse(data: &[u8]) -> Result<(u64, u64), JobError> {
    let mut job = Job::open(Box::new(Cursor::new(data.to_vec())), None, PARAMETERS, &LIMITS)?;
    while job.step()? == Step::More {
        assert!(job.progress().is_none_or(|share| (0.0..=1.0).contains(&share)));
        assert!(job.analysed_s() <= LIMITS.max_duration_s);
    }
    let outcome = job.finish(Identity { sha256: String::new(), size_bytes: data.len() as u64 }, 1.0)?;
    let level = &outcome.analysis.level;
    assert!(level.min <= level.max && level.dc_offset.is_finite());
    assert!(outcome.waveform.rms.iter().all(|rms| rms.is_finite()));
    Ok((outcome.analysis.source.frames, outcome.analysis.spectrogram.stft_frames))
}
