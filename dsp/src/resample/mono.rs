//! One channel between whole rates, by rubato's synchronous FFT resampler.

use rubato::{
    Fft, FixedSync, Indexing, ResampleError, Resampler as _, WindowFunction,
    audioadapter_buffers::direct::InterleavedSlice,
};

use super::{MAX_RATIO, Quality, ResampleFailure, Resampler, steps::Steps};

/// Shortest transform block on the side with the lower and the higher rate: long blocks have a steeper anti-aliasing
/// filter.
const MIN_BLOCK_FRAMES: (u32, u32) = (1_024, 1_700);

/// Longest block on either side. Rates with hardly a common divisor would need longer ones (767,999 and 32,000 Hz:
/// 140 MB); [`Resampler`] interpolates between those.
const MAX_BLOCK_FRAMES: u64 = 1 << 17;

/// Frames in a transform block at both rates: the smallest run that both rates divide, times a power of two.
///
/// The power of two keeps the transforms fast, and an even block keeps the filter's delay a whole number of frames
/// on both sides.
fn block_frames(from_hz: u32, to_hz: u32) -> (u64, u64) {
    let (mut gcd, mut rest) = (from_hz, to_hz);
    while rest != 0 {
        (gcd, rest) = (rest, gcd % rest);
    }
    let (from, to) = (from_hz / gcd.max(1), to_hz / gcd.max(1));
    let (low, high) = (from.min(to).max(1), from.max(to).max(1));
    let runs = MIN_BLOCK_FRAMES.0.div_ceil(low).max(MIN_BLOCK_FRAMES.1.div_ceil(high)).next_power_of_two().max(2);
    (u64::from(from) * u64::from(runs), u64::from(to) * u64::from(runs))
}

fn far_apart(from_hz: u32, to_hz: u32) -> bool {
    let (low, high) = (from_hz.min(to_hz), from_hz.max(to_hz));
    high > low.saturating_mul(MAX_RATIO)
}

/// Streaming mono resampler with exact output length and its delay taken out.
///
/// N frames at `from_hz` become ceil(N x to / from) frames at `to_hz`. The anti-aliasing filter is linear-phase
/// (squared Blackman-Harris), so time does not shift between input and output.
pub struct MonoResampler {
    engine: Engine,
    from_hz: u32,
    to_hz: u32,
    taken: u64,
    given: u64,
}

enum Engine {
    /// Equal rates.
    Same,
    Blocks(Box<Stage>),
    Interpolated(Box<Resampler>),
    /// Rates further apart than [`MAX_RATIO`].
    Steps(Box<Steps>),
}

struct Stage {
    fft: Fft<f32>,
    input: Vec<f32>,
    output: Vec<f32>,
    /// Frames of the filter's delay that are still to be dropped.
    skip: usize,
}

impl MonoResampler {
    /// Plans the conversion between any two whole rates; equal rates pass through untouched.
    pub fn prepare(from_hz: u32, to_hz: u32) -> Result<Self, ResampleFailure> {
        let plan = |source| ResampleFailure::Plan { from_hz, to_hz, source };
        let (block_in, block_out) = block_frames(from_hz, to_hz);
        let engine = if from_hz == to_hz {
            Engine::Same
        } else if block_in.max(block_out) > MAX_BLOCK_FRAMES && far_apart(from_hz, to_hz) {
            Engine::Steps(Box::new(Steps::prepare(from_hz, to_hz)?))
        } else if block_in.max(block_out) > MAX_BLOCK_FRAMES {
            Engine::Interpolated(Box::new(Resampler::prepare(from_hz.into(), to_hz.into(), 1, Quality::Db120)?))
        } else {
            let fft = Fft::new_custom(
                from_hz as usize,
                to_hz as usize,
                block_in as usize,
                1,
                1,
                WindowFunction::BlackmanHarris2,
                FixedSync::Both,
            )
            .map_err(plan)?;
            let (skip, longest) = (fft.output_delay(), fft.output_frames_max());
            Engine::Blocks(Box::new(Stage { fft, input: Vec::new(), output: std::vec![0.0; longest], skip }))
        };
        Ok(Self { engine, from_hz, to_hz, taken: 0, given: 0 })
    }

    /// Takes any number of samples and calls `each` with the converted ones as they become complete.
    pub fn push<E: From<ResampleFailure>>(
        &mut self,
        samples: &[f32],
        mut each: impl FnMut(&[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.taken += samples.len() as u64;
        let stage = match &mut self.engine {
            Engine::Same => {
                self.given = self.taken;
                return each(samples);
            }
            Engine::Interpolated(resampler) => return resampler.push(&[samples], |channels| each(&channels[0])),
            Engine::Steps(steps) => {
                let given = &mut self.given;
                return steps.push(samples, &mut |samples| {
                    *given += samples.len() as u64;
                    each(samples)
                });
            }
            Engine::Blocks(stage) => stage,
        };
        stage.input.extend_from_slice(samples);
        let mut start = 0;
        while stage.input.len() - start >= stage.fft.input_frames_next() {
            let (used, out) = stage.convert(start, None)?;
            start += used;
            self.given += out.len() as u64;
            each(out)?;
        }
        stage.input.drain(..start);
        Ok(())
    }

    /// Flushes the filter, up to the exact length.
    pub fn finish<E: From<ResampleFailure>>(&mut self, mut each: impl FnMut(&[f32]) -> Result<(), E>) -> Result<(), E> {
        let expected = (u128::from(self.taken) * u128::from(self.to_hz)).div_ceil(u128::from(self.from_hz)) as u64;
        let stage = match &mut self.engine {
            Engine::Same => return Ok(()),
            Engine::Interpolated(resampler) => return resampler.finish(|channels| each(&channels[0])),
            Engine::Steps(steps) => {
                let given = &mut self.given;
                return steps.finish(&mut |samples| {
                    let left =
                        usize::try_from(expected.saturating_sub(*given)).unwrap_or(usize::MAX).min(samples.len());
                    *given += left as u64;
                    each(&samples[..left])
                });
            }
            Engine::Blocks(stage) => stage,
        };
        while self.given < expected {
            let pending = stage.input.len();
            stage.input.resize(stage.fft.input_frames_next(), 0.0);
            let (_, out) = stage.convert(0, Some(pending))?;
            let left = usize::try_from(expected - self.given).unwrap_or(usize::MAX).min(out.len());
            self.given += left as u64;
            each(&out[..left])?;
            stage.input.clear();
        }
        Ok(())
    }
}

impl Stage {
    /// Converts one block from `start` on; returns the frames used and what came out after the delay.
    fn convert(&mut self, start: usize, partial: Option<usize>) -> Result<(usize, &[f32]), ResampleFailure> {
        let (input, frames_out) = (&self.input[start..], self.output.len());
        let frames_in = input.len();
        let size = |_| ResampleError::InsufficientInputBufferSize { expected: frames_in, actual: 0 };
        let from = InterleavedSlice::new(input, 1, frames_in).map_err(size)?;
        let mut to = InterleavedSlice::new_mut(&mut self.output, 1, frames_out).map_err(size)?;
        let indexing = partial.map(|frames| Indexing::new().partial_len(frames));
        let (used, made) = self.fft.process_into_buffer(&from, &mut to, indexing.as_ref())?;
        let skip = self.skip.min(made);
        self.skip -= skip;
        Ok((used, &self.output[skip..made]))
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
