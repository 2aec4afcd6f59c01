//! Block lengths and filter of an exact conversion.

use rustfft::{FftPlanner, num_complex::Complex64};

use super::{quality::Design, ratio::Ratio};
use crate::filter::kaiser;

/// Longest block in frames, on either side. It bounds the memory of any pair of rates to a few megabytes; a pair that
/// needs longer blocks is interpolated instead.
const MAX_BLOCK_FRAMES: u64 = 1 << 17;

/// Numbers of one overlap-save conversion.
///
/// A block of `block_in` frames has `block_out` frames at the output rate. Only its middle is free of wrap-around:
/// `step_out` frames from `valid_out` on, after which the block moves on by `step_in`.
pub(super) struct Plan {
    pub block_in: usize,
    pub block_out: usize,
    pub step_in: usize,
    pub step_out: usize,
    pub valid_out: usize,
    /// Zeros before the first input frame.
    pub pad_in: usize,
    /// Output frames that lie before the first.
    pub skip_out: usize,
    /// Zero-phase response at the bins 0..=n of the input block, divided by `block_in`; 2n + 1 bins exist on both sides.
    pub response: Vec<f64>,
}

impl Plan {
    /// None when the two rates have no common block that is short enough.
    pub fn new(ratio: Ratio, design: &Design) -> Option<Self> {
        let (from, to) = (ratio.from, ratio.to);
        if from.max(to) > MAX_BLOCK_FRAMES {
            return None;
        }
        // The filter lives at the input rate; its band ends at the lower of the two Nyquist frequencies.
        let band = ratio.as_f64().min(1.0);
        let transition = core::f64::consts::PI * (1.0 - design.pass) * band;
        let half = (kaiser::length(design.attenuation_db, transition) / 2) as u64;
        // Both flanks of the filter, and a frame because the first valid output lies between two input frames.
        let spoiled = (2 * half + 1 + from.div_ceil(to)).div_ceil(from);
        // Three quarters of a block should be of use, and short transforms are slow.
        let wanted = (8 * half).div_ceil(from).max(1024u64.div_ceil(from.max(to)));
        let mut runs = wanted.max(spoiled + 1).next_power_of_two();
        while from.max(to) * runs > MAX_BLOCK_FRAMES && runs / 2 > spoiled {
            runs /= 2;
        }
        if from.max(to) * runs > MAX_BLOCK_FRAMES {
            return None;
        }
        let (block_in, block_out) = ((from * runs) as usize, (to * runs) as usize);
        let steps = runs - spoiled;
        let pad_runs = half.div_ceil(from);
        let valid_out = (half * to).div_ceil(from);
        let cutoff = band * (1.0 + design.pass) / 2.0;
        Some(Self {
            block_in,
            block_out,
            step_in: (from * steps) as usize,
            step_out: (to * steps) as usize,
            valid_out: valid_out as usize,
            pad_in: (from * pad_runs) as usize,
            skip_out: (to * pad_runs - valid_out) as usize,
            response: response(block_in, block_out, half as usize, cutoff, design.attenuation_db),
        })
    }
}

/// The windowed sinc with `half` taps on each side of its middle, transformed around frame 0: that makes it real.
fn response(block_in: usize, block_out: usize, half: usize, cutoff: f64, attenuation_db: f64) -> Vec<f64> {
    let taps = kaiser::low_pass(2 * half + 1, cutoff, attenuation_db);
    let mut block = std::vec![Complex64::default(); block_in];
    for (n, &tap) in taps.iter().enumerate() {
        block[(n + block_in - half) % block_in].re = tap / block_in as f64;
    }
    FftPlanner::new().plan_fft_forward(block_in).process(&mut block);
    // A bin at the Nyquist frequency itself lies in the stop-band: it is left out.
    let bins = (block_in.min(block_out) - 1) / 2;
    block[..=bins].iter().map(|bin| bin.re).collect()
}
