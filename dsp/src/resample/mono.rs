//! One channel between whole rates, with a filter that is steeper than those of the presets.

use super::{MAX_RATIO, Quality, ResampleFailure, Resampler, quality::STEEP, steps::Steps};

fn far_apart(from_hz: u32, to_hz: u32) -> bool {
    let (low, high) = (from_hz.min(to_hz), from_hz.max(to_hz));
    high > low.saturating_mul(MAX_RATIO)
}

/// Streaming mono resampler with exact output length and its delay taken out.
///
/// N frames at `from_hz` become ceil(N x to / from) frames at `to_hz`. The anti-aliasing filter is linear-phase (a
/// sinc under a Kaiser window), so time does not shift between input and output.
pub struct MonoResampler {
    engine: Engine,
}

enum Engine {
    /// Equal rates.
    Same,
    Converted(Box<Resampler>),
    /// Rates further apart than [`MAX_RATIO`].
    Steps(Box<Steps>),
}

impl MonoResampler {
    /// Plans the conversion between any two whole rates; equal rates pass through untouched.
    pub fn prepare(from_hz: u32, to_hz: u32) -> Result<Self, ResampleFailure> {
        let engine = if from_hz == to_hz {
            Engine::Same
        } else if far_apart(from_hz, to_hz) {
            Engine::Steps(Box::new(Steps::prepare(from_hz, to_hz)?))
        } else {
            let sinc = Quality::Db120.interpolation();
            Engine::Converted(Box::new(Resampler::with_design(from_hz.into(), to_hz.into(), 1, &STEEP, &sinc)?))
        };
        Ok(Self { engine })
    }

    /// Takes any number of samples and calls `each` with the converted ones as they become complete.
    pub fn push<E: From<ResampleFailure>>(
        &mut self,
        samples: &[f32],
        mut each: impl FnMut(&[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        match &mut self.engine {
            Engine::Same => each(samples),
            Engine::Converted(resampler) => resampler.push(&[samples], |channels| each(&channels[0])),
            Engine::Steps(steps) => steps.push(samples, &mut each),
        }
    }

    /// Flushes the filter, up to the exact length.
    pub fn finish<E: From<ResampleFailure>>(&mut self, mut each: impl FnMut(&[f32]) -> Result<(), E>) -> Result<(), E> {
        match &mut self.engine {
            Engine::Same => Ok(()),
            Engine::Converted(resampler) => resampler.finish(|channels| each(&channels[0])),
            Engine::Steps(steps) => steps.finish(&mut each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;

    fn convert(from_hz: u32, to_hz: u32, samples: &[f32], chunk: usize) -> Vec<f32> {
        let mut resampler = MonoResampler::prepare(from_hz, to_hz).expect("planned");
        let mut out = Vec::new();
        for part in samples.chunks(chunk) {
            resampler
                .push::<ResampleFailure>(part, |s| {
                    out.extend_from_slice(s);
                    Ok(())
                })
                .expect("pushed");
        }
        resampler
            .finish::<ResampleFailure>(|s| {
                out.extend_from_slice(s);
                Ok(())
            })
            .expect("finished");
        out
    }

    fn sine(frequency_hz: f64, rate_hz: u32, frames: usize) -> Vec<f32> {
        (0..frames)
            .map(|n| math::sin(core::f64::consts::TAU * frequency_hz * n as f64 / f64::from(rate_hz)) as f32)
            .collect()
    }

    #[test]
    fn length_is_exact() {
        for (from, to) in
            [(44_100, 32_000), (48_000, 32_000), (8_000, 32_000), (96_000, 32_000), (44_101, 32_000), (32_000, 32_000)]
        {
            for frames in [0usize, 1, 1000, 44_100] {
                let expected = (frames as u64 * to as u64).div_ceil(from as u64);
                assert_eq!(convert(from, to, &std::vec![0.1; frames], 777).len() as u64, expected, "{from} {frames}");
            }
        }
    }

    #[test]
    fn a_sine_stays_that_sine_in_phase() {
        for from in [44_100, 48_000, 22_050, 192_000] {
            let out = convert(from, 32_000, &sine(1000.0, from, from as usize), 1024);
            let exact = sine(1000.0, 32_000, out.len());
            let worst =
                out[2000..out.len() - 2000].iter().zip(&exact[2000..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{from}: {worst}");
        }
    }

    #[test]
    fn what_would_alias_is_gone() {
        let out = convert(44_100, 32_000, &sine(17_500.0, 44_100, 44_100), 1024);
        let worst = out[2000..30_000].iter().fold(0.0f32, |worst, x| worst.max(x.abs()));
        // The stop-band: better than 100 dB down.
        assert!(worst < 1e-5, "{worst}");
    }

    #[test]
    fn the_pass_band_ends_close_to_the_stop_band() {
        let level_db = |frequency_hz: f64| {
            let out = convert(44_100, 32_000, &sine(frequency_hz, 44_100, 44_100), 4096);
            let inner = &out[4000..28_000];
            let power = inner.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>() / inner.len() as f64;
            10.0 * math::log10(2.0 * power)
        };
        for passed_hz in [1_000.0, 10_000.0, 15_000.0, 15_600.0, 15_690.0] {
            assert!(level_db(passed_hz).abs() < 0.1, "{passed_hz}: {}", level_db(passed_hz));
        }
        for stopped_hz in [16_000.0, 16_010.0, 16_500.0, 18_000.0, 22_000.0] {
            assert!(level_db(stopped_hz) < -130.0, "{stopped_hz}: {}", level_db(stopped_hz));
        }
    }

    #[test]
    fn rates_without_a_common_divisor_need_no_long_blocks() {
        let sound = sine(1000.0, 767_999, 76_800);
        let out = convert(767_999, 32_000, &sound, 1024);
        let exact = sine(1000.0, 32_000, out.len());
        assert_eq!(out.len(), 3201);
        let worst = out[500..2500].iter().zip(&exact[500..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-5, "{worst}");
    }

    #[test]
    fn rates_that_are_far_apart_are_converted_in_steps() {
        for (from, to, frames) in [
            (100u32, 32_000u32, 400usize),
            (101, 32_000, 400),
            (124, 32_000, 400),
            (100, 768_000, 100),
            (101, 767_999, 100),
            (768_000, 1, 1_000_000),
            (767_999, 7, 1_000_000),
            (44_100, 100, 100_000),
        ] {
            let out = convert(from, to, &std::vec![0.5; frames], 7_777);
            assert_eq!(out.len() as u64, (frames as u64 * u64::from(to)).div_ceil(u64::from(from)), "{from} to {to}");
        }
        for from in [100, 101, 124] {
            let sound = sine(7.0, from, 4_000);
            let out = convert(from, 32_000, &sound, 333);
            let exact = sine(7.0, 32_000, out.len());
            let inner = out.len() / 3..2 * out.len() / 3;
            let worst = out[inner.clone()].iter().zip(&exact[inner]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 2e-5, "{from}: {worst}");
            assert!(convert(from, 32_000, &sound, usize::MAX) == out, "{from}");
        }
    }

    #[test]
    fn chunks_do_not_matter() {
        let input = sine(440.0, 44_100, 20_000);
        let whole = convert(44_100, 32_000, &input, 20_000);
        for chunk in [1usize, 1000, 1763, 1764, 1765] {
            assert!(convert(44_100, 32_000, &input, chunk) == whole, "{chunk}");
        }
    }
}
