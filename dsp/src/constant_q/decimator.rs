//! Half the sample rate, without moving the sound.

use alloc::{vec, vec::Vec};
use core::f64::consts::PI;

use crate::{filterbank::dot, math, window::Window};

/// Up to this fraction of the lower rate the sound is kept, and nothing is folded into it: flat and clean to
/// [`RIPPLE`].
pub(crate) const PASS: f64 = 0.36;

/// Largest error of the pass band, and largest remainder of what would be folded into it.
#[cfg(test)]
pub(super) const RIPPLE: f64 = 2e-5;

/// Taps on each side, the zeros of a half-band filter not counted. Kaiser's formula for 100 dB between 0.36 and 0.64
/// of the lower rate asks for an order of 46.
const SIDE: usize = 12;

/// Kaiser's beta for 100 dB.
const BETA: f64 = 0.1102 * (100.0 - 8.7);

/// A half-band filter in front of every other sample: output n is centred on input 2 n.
pub(crate) struct Decimator {
    /// Weights of the odd samples; the even ones have 1/2 in the middle and zeros beside.
    taps: Vec<f32>,
    even: Vec<f32>,
    odd: Vec<f32>,
    next_is_odd: bool,
}

impl Decimator {
    pub(crate) fn new() -> Self {
        let window: Vec<f64> = Window::KaiserSymmetric { beta: BETA }.exact(4 * SIDE + 1).collect();
        let ideal: Vec<f64> = (0..2 * SIDE)
            .map(|tap| {
                let m = 2.0 * (tap as f64 - SIDE as f64) + 1.0;
                math::sin(PI * m / 2.0) / (PI * m) * window[2 * tap + 1]
            })
            .collect();
        // Both halves of the filter have the same gain at 0 Hz, so that half the rate is left out exactly.
        let sum: f64 = ideal.iter().sum();
        Self {
            taps: ideal.into_iter().map(|tap| (0.5 * tap / sum) as f32).collect(),
            even: Vec::new(),
            odd: vec![0.0; SIDE],
            next_is_odd: false,
        }
    }

    /// Takes any number of samples and appends what became complete: output n needs 2 [`SIDE`] - 1 samples behind 2 n.
    pub(crate) fn push(&mut self, samples: &[f32], decimated: &mut Vec<f32>) {
        for &x in samples {
            if self.next_is_odd { &mut self.odd } else { &mut self.even }.push(x);
            self.next_is_odd = !self.next_is_odd;
        }
        let complete = self.even.len().min((self.odd.len() + 1).saturating_sub(2 * SIDE));
        decimated.extend((0..complete).map(|n| 0.5 * self.even[n] + dot(&self.taps, &self.odd[n..n + 2 * SIDE])));
        self.even.drain(..complete);
        self.odd.drain(..complete);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_and_removes_what_it_says() {
        for step in 1..500 {
            // In cycles per input sample: the pass band ends at 0.18, the stop band begins at 0.32.
            let frequency = f64::from(step) / 1000.0;
            let samples: Vec<f32> =
                (0..400).map(|n| math::cos(2.0 * PI * frequency * f64::from(n - 200)) as f32).collect();
            let mut decimated = Vec::new();
            let mut decimator = Decimator::new();
            for part in samples.chunks(7) {
                decimator.push(part, &mut decimated);
            }
            // Sample 200 has phase zero: a filter that does not move the sound gives its gain there.
            let gain = f64::from(decimated[100]);
            if frequency <= PASS / 2.0 {
                assert!((gain - 1.0).abs() < RIPPLE, "{frequency}: {gain}");
            } else if frequency >= 0.5 - PASS / 2.0 {
                assert!(gain.abs() < RIPPLE, "{frequency}: {gain}");
            }
        }
    }
}
