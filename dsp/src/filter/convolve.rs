//! Streaming convolution with any taps.

use alloc::{vec, vec::Vec};

use super::{FilterError, MAX_TAPS};
use crate::fft::{Complex32, FftError, RealFft};

/// From this length on, transforms are faster than sums.
const MIN_FAST_TAPS: usize = 64;
/// Shortest transform worth its while.
const MIN_BLOCK_FRAMES: usize = 1024;
/// Frames that the direct sum takes at once.
const DIRECT_FRAMES: usize = 256;

/// Convolves a stream with taps: N samples and L taps give N + L - 1 samples, as numpy's `convolve` does.
///
/// Output n is the sum of h\[k\] x\[n - k\], with nothing before the start and after the end. A linear-phase filter
/// delays by (L - 1) / 2 frames: drop as many at the start, and keep N, to stay aligned.
///
/// ```
/// use dsp::filter::{Convolver, FilterError};
///
/// assert_eq!(Convolver::convolve(&[1.0, 2.0, 3.0], &[1.0, 0.5])?, [1.0, 2.5, 4.0, 1.5]);
/// # Ok::<(), FilterError>(())
/// ```
pub struct Convolver {
    engine: Engine,
    taps: usize,
    /// What has come since the last whole block, with the L - 1 samples before it.
    pending: Vec<f32>,
    taken: u64,
    given: u64,
}

enum Engine {
    /// Sums in `f64`.
    Direct { taps: Vec<f64>, sums: Vec<f64>, out: Vec<f32> },
    /// Overlap-save: of each block, the first L - 1 outputs have wrapped around and are dropped.
    Fast { fft: RealFft, response: Vec<Complex32>, spectrum: Vec<Complex32>, block: Vec<f32>, out: Vec<f32> },
}

impl Convolver {
    /// Plans the convolution with 1 to [`MAX_TAPS`] taps: by sums when there are few, by transforms when there are many.
    /// Without `std` the longest transform has 4,096 samples; more than 2,048 taps are summed up directly.
    pub fn new(taps: &[f64]) -> Result<Self, FilterError> {
        let length = check(taps)?;
        if length < MIN_FAST_TAPS {
            return Self::direct(taps);
        }
        match plan(length) {
            Ok(fft) => Self::transformed(fft, taps),
            Err(_) => Self::direct(taps),
        }
    }

    /// Plans the convolution by direct sums.
    pub fn direct(taps: &[f64]) -> Result<Self, FilterError> {
        let length = check(taps)?;
        let engine = Engine::Direct {
            taps: taps.iter().rev().copied().collect(),
            sums: vec![0.0; DIRECT_FRAMES],
            out: vec![0.0; DIRECT_FRAMES],
        };
        Ok(Self::with(engine, length))
    }

    /// Plans the convolution by transforms of four to eight times the length of the filter.
    pub fn fast(taps: &[f64]) -> Result<Self, FilterError> {
        Self::transformed(plan(check(taps)?)?, taps)
    }

    fn transformed(mut fft: RealFft, taps: &[f64]) -> Result<Self, FilterError> {
        let frames = fft.len();
        let mut block: Vec<f32> = taps.iter().map(|&tap| tap as f32).collect();
        block.resize(frames, 0.0);
        let mut response = vec![Complex32::new(0.0, 0.0); frames / 2 + 1];
        fft.forward(&mut block, &mut response)?;
        let engine = Engine::Fast { fft, spectrum: response.clone(), response, block, out: vec![0.0; frames] };
        Ok(Self::with(engine, taps.len()))
    }

    fn with(engine: Engine, taps: usize) -> Self {
        Self { engine, taps, pending: vec![0.0; taps - 1], taken: 0, given: 0 }
    }

    /// Frames of new input in a block.
    fn step(&self) -> usize {
        match &self.engine {
            Engine::Direct { .. } => DIRECT_FRAMES,
            Engine::Fast { block, .. } => block.len() + 1 - self.taps,
        }
    }

    /// Takes any number of samples and calls `each` with the filtered ones as they become complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[f32])) -> Result<(), FilterError> {
        self.taken += samples.len() as u64;
        self.pending.extend_from_slice(samples);
        self.drain(u64::MAX, &mut each)
    }

    /// Hands out the rest, up to N + L - 1 samples in all (none when nothing came), and makes ready for the next sound.
    pub fn finish(&mut self, mut each: impl FnMut(&[f32])) -> Result<(), FilterError> {
        let expected = if self.taken == 0 { 0 } else { self.taken + self.taps as u64 - 1 };
        while self.given < expected {
            let whole = self.taps - 1 + self.step();
            self.pending.resize(whole, 0.0);
            self.drain(expected, &mut each)?;
        }
        self.reset();
        Ok(())
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.pending.clear();
        self.pending.resize(self.taps - 1, 0.0);
        (self.taken, self.given) = (0, 0);
    }

    /// Convolves a whole sound.
    pub fn convolve(samples: &[f32], taps: &[f64]) -> Result<Vec<f32>, FilterError> {
        let mut convolver = Self::new(taps)?;
        let mut all = Vec::new();
        convolver.push(samples, |part| all.extend_from_slice(part))?;
        convolver.finish(|part| all.extend_from_slice(part))?;
        Ok(all)
    }

    fn drain(&mut self, limit: u64, each: &mut impl FnMut(&[f32])) -> Result<(), FilterError> {
        let (step, before) = (self.step(), self.taps - 1);
        let mut start = 0;
        while self.given < limit && self.pending.len() - start >= before + step {
            let made = self.engine.run(&self.pending[start..start + before + step], before)?;
            let left = usize::try_from(limit - self.given).unwrap_or(usize::MAX).min(made.len());
            self.given += left as u64;
            each(&made[..left]);
            start += step;
        }
        self.pending.drain(..start);
        Ok(())
    }
}

impl Engine {
    /// Outputs for all samples of `input` after the first `before`.
    fn run(&mut self, input: &[f32], before: usize) -> Result<&[f32], FilterError> {
        match self {
            Self::Direct { taps, sums, out } => {
                sums.fill(0.0);
                // One tap over many samples is a loop that needs no reduction.
                for (k, &tap) in taps.iter().enumerate() {
                    for (sum, &x) in sums.iter_mut().zip(&input[k..]) {
                        *sum += tap * f64::from(x);
                    }
                }
                out.iter_mut().zip(sums).for_each(|(out, sum)| *out = *sum as f32);
                Ok(out)
            }
            Self::Fast { fft, response, spectrum, block, out } => {
                block.copy_from_slice(input);
                fft.forward(block, spectrum)?;
                spectrum.iter_mut().zip(response).for_each(|(bin, h)| *bin *= *h);
                fft.inverse(spectrum, out)?;
                Ok(&out[before..])
            }
        }
    }
}

/// The transform for so many taps. Where long ones are not to be had, half of a shorter one is still of use.
fn plan(taps: usize) -> Result<RealFft, FftError> {
    let longest = (4 * taps).next_power_of_two().max(MIN_BLOCK_FRAMES);
    RealFft::new(longest).or_else(|_| RealFft::new((2 * taps).next_power_of_two()))
}

fn check(taps: &[f64]) -> Result<usize, FilterError> {
    match taps.iter().find(|tap| !tap.is_finite()) {
        Some(&actual) => Err(FilterError::Figure { name: "tap", actual, allowed: "a finite number" }),
        None if taps.is_empty() || taps.len() > MAX_TAPS => {
            Err(FilterError::Taps { actual: taps.len(), limit: MAX_TAPS })
        }
        None => Ok(taps.len()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noise(length: usize, mut state: u32) -> Vec<f32> {
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    /// The definition.
    fn exact(samples: &[f32], taps: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; if samples.is_empty() { 0 } else { samples.len() + taps.len() - 1 }];
        for (n, &x) in samples.iter().enumerate() {
            for (k, tap) in taps.iter().enumerate() {
                out[n + k] += f64::from(x) * tap;
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn both_ways_are_the_definition_for_any_chunks(
            frames in 0usize..3000,
            taps in 1usize..700,
            chunk in 1usize..2000,
            fast in any::<bool>(),
        ) {
            let sound = noise(frames, 1);
            let taps: Vec<f64> = noise(taps, 2).iter().map(|&x| f64::from(x)).collect();
            let mut convolver = if fast { Convolver::fast(&taps) } else { Convolver::direct(&taps) }.expect("planned");
            let mut outputs = Vec::new();
            for chunk in [chunk, frames.max(1)] {
                let mut out = Vec::new();
                for part in sound.chunks(chunk) {
                    convolver.push(part, |y| out.extend_from_slice(y)).expect("pushed");
                }
                convolver.finish(|y| out.extend_from_slice(y)).expect("finished");
                outputs.push(out);
            }
            prop_assert!(outputs[0] == outputs[1]);
            let exact = exact(&sound, &taps);
            prop_assert_eq!(outputs[0].len(), exact.len());
            let scale = (taps.len() as f64).sqrt();
            for (y, exact) in outputs[0].iter().zip(&exact) {
                prop_assert!((f64::from(*y) - exact).abs() < 3e-6 * scale, "{} {}", y, exact);
            }
        }
    }

    #[test]
    fn refuses_bad_taps() {
        assert!(matches!(Convolver::new(&[]), Err(FilterError::Taps { actual: 0, .. })));
        assert!(matches!(Convolver::new(&[1.0, f64::NAN]), Err(FilterError::Figure { name: "tap", .. })));
    }
}
