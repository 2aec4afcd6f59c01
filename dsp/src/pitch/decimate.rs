//! Halving the sample rate, cheaply and without delay.

use crate::{lanes::Eight, math, window::Window};

/// Taps of the half-band low-pass; every second one but the middle is zero.
const TAPS: usize = 23;
const MIDDLE: usize = TAPS / 2;
/// The taps that are not zero, without the middle one.
const SIDE: usize = MIDDLE + 1;
/// Kaiser window of 80 dB.
const BETA: f64 = 7.857;
const LANES: usize = 8;

/// A half-band low-pass of 23 taps (windowed sinc, Kaiser, 80 dB) that keeps every second sample.
///
/// Flat to 0.01 dB up to an eighth of the incoming rate, and what folds onto that range is 75 dB down: enough to look
/// for pitches there. Output n is centred on input 2 n; the signal is zero before its start and after its end, so N
/// samples become N / 2, rounded up.
pub(super) struct HalfBand {
    side: [f32; SIDE],
    /// Samples from tap 0 of the next output on.
    pending: Vec<f32>,
    even: Vec<f32>,
    odd: Vec<f32>,
    out: Vec<f32>,
}

impl HalfBand {
    pub(super) fn new() -> Self {
        // The zeros at both ends of a window of two more taps are left out.
        let window = Window::KaiserSymmetric { beta: BETA }.coefficients(TAPS + 2);
        let mut side = [0.0f64; SIDE];
        for (m, tap) in side.iter_mut().enumerate() {
            let x = core::f64::consts::FRAC_PI_2 * (2.0 * m as f64 - MIDDLE as f64);
            *tap = 0.5 * math::sin(x) / x * f64::from(window[2 * m + 1]);
        }
        // Direct current passes unchanged: the middle tap is one half, so the others sum to one half.
        let scale = 0.5 / side.iter().sum::<f64>();
        Self {
            side: side.map(|tap| (tap * scale) as f32),
            pending: vec![0.0; MIDDLE],
            even: Vec::new(),
            odd: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Takes any number of samples and returns the outputs that became complete.
    pub(super) fn push(&mut self, samples: &[f32]) -> &[f32] {
        self.pending.extend_from_slice(samples);
        let count = (self.pending.len() + 2).saturating_sub(TAPS) / 2;
        self.out.clear();
        if count == 0 {
            return &self.out;
        }
        self.even.clear();
        self.odd.clear();
        let (pairs, rest) = self.pending.as_chunks::<2>();
        self.even.extend(pairs.iter().map(|pair| pair[0]).chain(rest.iter().copied()));
        self.odd.extend(pairs.iter().map(|pair| pair[1]));
        self.out.resize(count, 0.0);
        for (out, &x) in self.out.iter_mut().zip(&self.odd[MIDDLE / 2..]) {
            *out = 0.5 * x;
        }
        let (blocks, rest) = self.out.as_chunks_mut::<LANES>();
        let tail = blocks.len() * LANES;
        for (block, even) in blocks.iter_mut().zip(self.even.windows(SIDE + LANES - 1).step_by(LANES)) {
            let mut sums = Eight::new(block);
            for (run, &tap) in even.windows(LANES).zip(&self.side) {
                if let Some(run) = run.first_chunk() {
                    sums = sums + Eight::splat(tap) * Eight::new(run);
                }
            }
            *block = sums.get();
        }
        for (out, even) in rest.iter_mut().zip(self.even[tail..].windows(SIDE)) {
            // The same order of additions as above, so that chunks do not matter.
            *out = self.side.iter().zip(even).fold(*out, |sum, (tap, &x)| sum + tap * x);
        }
        self.pending.drain(..2 * count);
        &self.out
    }

    /// The outputs whose taps reach beyond the end.
    pub(super) fn finish(&mut self) -> &[f32] {
        self.push(&[0.0; MIDDLE])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halve(samples: &[f32], chunk: usize) -> Vec<f32> {
        let mut filter = HalfBand::new();
        let mut out = Vec::new();
        for part in samples.chunks(chunk) {
            out.extend_from_slice(filter.push(part));
        }
        out.extend_from_slice(filter.finish());
        out
    }

    fn sine(cycles_per_sample: f64, length: u32) -> Vec<f32> {
        (0..length).map(|n| math::sin(core::f64::consts::TAU * cycles_per_sample * f64::from(n)) as f32).collect()
    }

    #[test]
    fn passes_the_band_of_pitches_in_place_and_stops_what_would_fold_onto_it() {
        for eighth in 1..=8 {
            let low = f64::from(eighth) / 64.0;
            let (input, out) = (sine(low, 2000), halve(&sine(low, 2000), 2000));
            for n in 20..980 {
                assert!((out[n] - input[2 * n]).abs() < 1.2e-3, "{low}: {} at {n}", out[n] - input[2 * n]);
            }
            let folded = halve(&sine(0.5 - low, 2000), 2000);
            assert!(folded[20..980].iter().all(|x| x.abs() < 1.8e-4), "{low}");
        }
    }

    #[test]
    fn chunks_do_not_matter_and_the_length_is_half() {
        for length in [0usize, 1, 2, 22, 23, 24, 25, 1001] {
            let samples = &sine(0.123, 1001)[..length];
            let whole = halve(samples, length.max(1));
            assert_eq!(whole.len(), length.div_ceil(2));
            for chunk in [1, 2, 3, 7, 64, 500] {
                assert!(halve(samples, chunk) == whole, "{length} in chunks of {chunk}");
            }
        }
    }
}
