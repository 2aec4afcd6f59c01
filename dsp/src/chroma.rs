//! Pitch classes of power spectra.

use alloc::vec::Vec;

use crate::math;

/// Octave around which bins count most, in octaves above 27.5 Hz (A0): A5, 880 Hz.
const CENTER_OCTAVE: f64 = 5.0;
/// Width of that preference: a bin two octaves away counts exp(-1/2).
const OCTAVE_WIDTH: f64 = 2.0;
/// Pitch A0 in hertz when A4 has 440.
const A0_HZ: f64 = 27.5;
/// Pitch classes count from C: A is the ninth.
const A: f64 = 9.0;

/// A chroma bank that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ChromaError {
    /// No spectrum: two bins, and a distance between them, are the least.
    #[error("{bins} bins at a distance of {bin_width_hz} Hz make no spectrum")]
    Bins {
        /// Number of bins.
        bins: usize,
        /// Distance between two.
        bin_width_hz: f64,
    },
    /// The tuning is no number of cents within an octave.
    #[error("a tuning of {tuning_cents} cents: -1200 to 1200 are possible")]
    Tuning {
        /// Tuning that was asked for.
        tuning_cents: f64,
    },
}

/// Distributes the bins of a power spectrum to the twelve pitch classes, 0 = C to 11 = B.
///
/// A bin at pitch p semitones above C counts for pitch class c with exp(-1/2 (2 d / b)^2), d being the distance of p and
/// c around the octave in semitones (at most 6) and b the distance to the next bin in semitones, at least 1; these twelve
/// weights are scaled to a sum of squares of 1 and then, by the octave o above A0, to exp(-1/2 ((o - 5) / 2)^2), so that
/// 110 Hz to 7 kHz count most. Ellis (2007), "Chroma feature analysis and synthesis", and librosa's `filters.chroma` have
/// the same definition; they also give the DC bin a small weight, which here has none. Pitch classes are not scaled
/// per frame: librosa divides them by the largest.
///
/// ```
/// use dsp::chroma::ChromaBank;
///
/// let bank = ChromaBank::new(1025, 32_000.0 / 2048.0, 0.0)?;
/// let mut power = vec![0.0; 1025];
/// power[28] = 1.0; // 437.5 Hz, an A a little flat
/// let mut chroma = [0.0; 12];
/// bank.apply(&power, &mut chroma);
/// assert!((0..12).all(|c| chroma[c] <= chroma[9]));
/// # Ok::<(), dsp::chroma::ChromaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ChromaBank {
    /// Twelve weights for every bin.
    weights: Vec<[f32; 12]>,
}

impl ChromaBank {
    /// A bank for power spectra of `bins` bins from DC on, `bin_width_hz` apart. `tuning_cents` is how much higher than
    /// 440 Hz the A of the music is.
    pub fn new(bins: usize, bin_width_hz: f64, tuning_cents: f64) -> Result<Self, ChromaError> {
        if bins < 2 || !bin_width_hz.is_finite() || bin_width_hz <= 0.0 {
            return Err(ChromaError::Bins { bins, bin_width_hz });
        }
        if !(-1200.0..=1200.0).contains(&tuning_cents) {
            return Err(ChromaError::Tuning { tuning_cents });
        }
        let semitones_above_a0 =
            |bin: usize| 12.0 * math::log2(bin as f64 * bin_width_hz / A0_HZ) - tuning_cents / 100.0;
        let mut weights = Vec::with_capacity(bins);
        weights.push([0.0; 12]);
        weights.extend((1..bins).map(|bin| {
            let pitch = semitones_above_a0(bin);
            let width = (semitones_above_a0(bin + 1) - pitch).max(1.0);
            of_pitch(pitch, width)
        }));
        Ok(Self { weights })
    }

    /// Bins that a spectrum must have.
    pub fn bins(&self) -> usize {
        self.weights.len()
    }

    /// The twelve weights of a bin; zeros for a bin that does not exist.
    pub fn weights(&self, bin: usize) -> [f32; 12] {
        self.weights.get(bin).copied().unwrap_or_default()
    }

    /// Writes the power of every pitch class. Bins that `power` lacks count as zero.
    pub fn apply(&self, power: &[f32], chroma: &mut [f32; 12]) {
        let mut sums = [0.0f32; 12];
        for (weights, &p) in self.weights.iter().zip(power) {
            for (sum, &w) in sums.iter_mut().zip(weights) {
                *sum += w * p;
            }
        }
        *chroma = sums;
    }
}

/// Weights of a bin `pitch` semitones above A0 whose neighbour is `width` semitones away.
fn of_pitch(pitch: f64, width: f64) -> [f32; 12] {
    let mut weights = [0.0f64; 12];
    for (class, weight) in weights.iter_mut().enumerate() {
        let apart = pitch + A - class as f64;
        let distance = apart - 12.0 * math::round(apart / 12.0);
        let steps = 2.0 * distance / width;
        *weight = math::exp(-0.5 * steps * steps);
    }
    let norm = math::sqrt(weights.iter().map(|w| w * w).sum());
    let octaves = (pitch / 12.0 - CENTER_OCTAVE) / OCTAVE_WIDTH;
    let scale = math::exp(-0.5 * octaves * octaves) / norm;
    weights.map(|w| (w * scale) as f32)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    /// The pitch class that a sine in one bin has most of.
    fn class_of(bank: &ChromaBank, bin: usize) -> usize {
        let mut power = vec![0.0; bank.bins()];
        power[bin] = 1.0;
        let mut chroma = [0.0; 12];
        bank.apply(&power, &mut chroma);
        (0..12).max_by(|&a, &b| chroma[a].total_cmp(&chroma[b])).expect("twelve")
    }

    #[test]
    fn every_key_of_the_piano_has_its_class() {
        // Bins of 1 Hz: fine enough from A2 on.
        let bank = ChromaBank::new(5000, 1.0, 0.0).expect("possible");
        for key in 24..88u32 {
            let hz = A0_HZ * math::pow(2.0, f64::from(key) / 12.0);
            assert_eq!(class_of(&bank, math::round(hz) as usize), (key as usize + 9) % 12, "key {key}");
        }
    }

    #[test]
    fn tuning_moves_the_classes() {
        // A4 at 452 Hz is 46.6 cents sharp; 470 Hz is then nearer to its A sharp than to B.
        let tuned = ChromaBank::new(5000, 1.0, 1200.0 * math::log2(452.0 / 440.0)).expect("possible");
        for key in 24..88u32 {
            let hz = 452.0 / 16.0 * math::pow(2.0, f64::from(key) / 12.0);
            assert_eq!(class_of(&tuned, math::round(hz) as usize), (key as usize + 9) % 12, "key {key}");
        }
        let plain = ChromaBank::new(5000, 1.0, 0.0).expect("possible");
        let octave_off = ChromaBank::new(5000, 1.0, 1200.0).expect("possible");
        for bin in 100..2500 {
            // An octave higher is the same class, with the weight of the other octave.
            assert_eq!(class_of(&octave_off, 2 * bin), class_of(&plain, bin));
        }
    }

    #[test]
    fn weights_are_the_definition() {
        let bank = ChromaBank::new(1025, 32_000.0 / 2048.0, 0.0).expect("possible");
        assert_eq!(bank.weights(0), [0.0; 12]);
        assert_eq!(bank.weights(1025), [0.0; 12]);
        for bin in 1..1025 {
            let octaves = math::log2(bin as f64 * 15.625 / 27.5);
            let expected = math::exp(-(octaves - 5.0) * (octaves - 5.0) / 8.0);
            let squares: f64 = bank.weights(bin).iter().map(|&w| f64::from(w) * f64::from(w)).sum();
            assert!((squares.sqrt() / expected - 1.0).abs() < 1e-5, "{bin}");
        }
    }

    #[test]
    fn impossible_banks_are_refused() {
        for (bins, width) in [(0, 1.0), (1, 1.0), (10, 0.0), (10, -1.0), (10, f64::NAN), (10, f64::INFINITY)] {
            assert!(matches!(ChromaBank::new(bins, width, 0.0), Err(ChromaError::Bins { .. })));
        }
        for tuning in [f64::NAN, 1201.0, f64::NEG_INFINITY] {
            assert!(matches!(ChromaBank::new(10, 1.0, tuning), Err(ChromaError::Tuning { .. })));
        }
        let mut chroma = [f32::NAN; 12];
        ChromaBank::new(10, 1e-300, 0.0).expect("possible").apply(&[1.0; 3], &mut chroma);
        assert!(chroma.iter().all(|c| c.is_finite()));
    }
}
