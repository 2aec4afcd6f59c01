//! The whole pipeline with any parameters, formats and samples.

use dsp::{
    Parameters,
    parameters::Precision,
    visualizer::{Findings, SoundFormat, Visualizer, VisualizerError},
};

use super::bytes::Bytes;

/// Rates that plan in no time; the others are the business of the target `resample`.
const RATES_HZ: [u32; 6] = [0, 8_000, 32_000, 44_100, 48_000, 96_000];

/// Analyses any samples with any parameters: refused by name, or the same result in one piece as in two.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let format = SoundFormat {
        sample_rate_hz: bytes.of(&RATES_HZ),
        channels: u32::from(bytes.u8() % 5),
        bits_per_sample: bytes.of(&[None, Some(0), Some(8), Some(16), Some(24), Some(u32::MAX)]),
        channel_mask: None,
    };
    let odd = bytes.u8();
    let parameters = Parameters {
        analysis_rate_hz: bytes.of(&RATES_HZ),
        window_length_frames: if odd & 1 == 1 { bytes.u32() } else { bytes.of(&[64, 256, 2_048]) },
        hop_frames: if odd & 2 == 2 { bytes.u32() } else { bytes.of(&[16, 64, 100]) },
        window: bytes.window(),
        max_columns: if odd & 4 == 4 { bytes.u32() % 5_000 } else { bytes.of(&[2, 16]) },
        max_buckets: if odd & 8 == 8 { bytes.u32() % 5_000 } else { bytes.of(&[2, 16]) },
        floor_dbfs: if odd & 16 == 16 { bytes.f32() } else { -120.0 },
        precision: if odd & 64 == 64 { Precision::Double } else { Precision::Single },
        measures: if odd & 128 == 128 { dsp::Measures::Full } else { dsp::Measures::Overview },
    };
    let cut = usize::from(bytes.u16());
    let samples = bytes.samples(odd & 32 == 32);
    let frames = samples.len() / format.channels.max(1) as usize;
    if frames / parameters.hop_frames.max(1) as usize > 2_000 {
        return;
    }
    let channels: Vec<&[f32]> = samples.chunks_exact(frames.max(1)).take(format.channels as usize).collect();
    if channels.len() != format.channels as usize {
        return;
    }
    let whole = findings(&parameters, format, &[&channels]);
    let cut = cut.min(frames);
    let split = |first: bool| channels.iter().map(|c| if first { &c[..cut] } else { &c[cut..] }).collect::<Vec<_>>();
    let parts = findings(&parameters, format, &[&split(true), &split(false)]);
    match (whole, parts) {
        (Ok(whole), Ok(parts)) => {
            assert!(whole == parts, "chunks change the result");
            assert_eq!(whole.frames, frames as u64);
            finite(&whole);
        }
        (Err(whole), Err(parts)) => assert_eq!(whole.to_string(), parts.to_string()),
        (whole, parts) => panic!("{:?} but {:?}", whole.err(), parts.err()),
    }
}

fn findings(parameters: &Parameters, format: SoundFormat, parts: &[&[&[f32]]]) -> Result<Findings, VisualizerError> {
    let mut visualizer = Visualizer::prepare(parameters, format)?;
    for part in parts {
        visualizer.push(part)?;
    }
    visualizer.finish()
}

/// What is written down are numbers.
fn finite(findings: &Findings) {
    let (level, spectral) = (&findings.level, &findings.spectral);
    let numbers = [
        level.peak_dbfs,
        level.rms_dbfs,
        level.crest_factor_db,
        Some(level.dc_offset),
        Some(level.min),
        Some(level.max),
        spectral.centroid_hz,
        spectral.bandwidth_hz,
        spectral.rolloff_85_hz,
        spectral.flatness,
        spectral.peak_frequency_hz,
        spectral.peak_level_dbfs,
    ];
    for (place, number) in numbers.into_iter().enumerate() {
        assert!(number.is_none_or(f64::is_finite), "number {place} is {number:?}");
    }
    let waveform = &findings.waveform;
    assert!(waveform.min.iter().chain(&waveform.max).chain(&waveform.rms).all(|x| x.is_finite()));
}
