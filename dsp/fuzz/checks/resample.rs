//! Resampling between any rates that recordings may have.

use dsp::resample::{MonoResampler, Quality, ResampleFailure, Resampler};

use super::bytes::Bytes;

/// What the decoder accepts as rate of a source, and the parameters as rate of the analysis: any two of them can be
/// converted, and nothing else reaches the resampler.
const SOURCES_HZ: std::ops::RangeInclusive<u32> = 100..=768_000;
const ANALYSES_HZ: std::ops::RangeInclusive<u32> = 1..=768_000;
/// Rates that occur.
const COMMON_HZ: [u32; 8] = [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000];

/// Longest result that is waited for.
const MAX_FRAMES: u64 = 200_000;

/// Converts any samples between two rates: the length is exact and the level bounded.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    if bytes.u8() & 1 == 0 { whole_rates(bytes) } else { any_rates(bytes) }
}

fn whole_rates(mut bytes: Bytes<'_>) {
    let mut rate = || match bytes.u8() {
        0 => bytes.u32(),
        _ => bytes.of(&COMMON_HZ),
    };
    let (from_hz, to_hz) = (rate(), rate());
    let cut = usize::from(bytes.u16());
    let samples = bytes.samples(false);
    if !SOURCES_HZ.contains(&from_hz) || !ANALYSES_HZ.contains(&to_hz) {
        return;
    }
    let mut resampler = MonoResampler::prepare(from_hz, to_hz).expect("rates within the promised ranges");
    let expected = (samples.len() as u64 * u64::from(to_hz)).div_ceil(u64::from(from_hz));
    if expected > MAX_FRAMES {
        return;
    }
    let mut out = Vec::new();
    let mut take = |samples: &[f32]| -> Result<(), ResampleFailure> {
        out.extend_from_slice(samples);
        Ok(())
    };
    let (head, tail) = samples.split_at(cut.min(samples.len()));
    for part in [head, &[], tail] {
        resampler.push(part, &mut take).expect("converted");
    }
    resampler.finish(&mut take).expect("flushed");
    assert_eq!(out.len() as u64, expected);
    // A linear-phase filter overshoots a full-scale square wave, but not without bound.
    assert!(out.iter().all(|x| x.abs() <= 8.0), "{from_hz} to {to_hz}: overshoot");
}

/// The general resampler: any two numbers as rates, any number of channels, every preset.
fn any_rates(mut bytes: Bytes<'_>) {
    let mut rate = || match bytes.u8() {
        0 => bytes.f64(),
        1 => f64::from(bytes.u32()),
        _ => f64::from(bytes.of(&COMMON_HZ)),
    };
    let (from_hz, to_hz) = (rate(), rate());
    let channels = usize::from(bytes.u8() % 4);
    let quality = bytes.of(&Quality::ALL);
    let samples = bytes.samples(false);
    let Ok(resampler) = Resampler::prepare(from_hz, to_hz, channels, quality) else { return };
    if resampler.output_frames(samples.len() as u64) > MAX_FRAMES {
        return;
    }
    let sound = vec![&samples; channels];
    let converted = Resampler::convert(&sound, from_hz, to_hz, quality).expect("planned a moment ago");
    assert_eq!(converted.len(), channels);
    for channel in &converted {
        assert_eq!(channel.len() as u64, resampler.output_frames(samples.len() as u64));
        assert!(channel.iter().all(|x| x.abs() <= 8.0), "{from_hz} to {to_hz}: overshoot");
    }
}
