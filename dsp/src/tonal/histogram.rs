//! Pitch classes in cents.

use super::peaks::Partial;
use crate::{analysis::Tuning, math};

/// Cents in an octave.
const OCTAVE: usize = 1_200;
/// Cents in a semitone.
const SEMITONE: usize = 100;
/// log2 of the C below A = 440 Hz.
const LOG2_C: f32 = 8.031_36;
/// The distribution of deviations is smoothed by a triangle that reaches this far.
const SMOOTHING_CENTS: usize = 6;
/// A distribution of deviations that is flatter than this has no tuning.
pub(super) const MIN_CONCENTRATION: f64 = 0.1;

/// How much of the sound lies at which cent above C, whatever the octave.
///
/// Every spectrum that is not silent counts the same, its partials by their weights.
pub(super) struct PitchClassHistogram {
    cents: Vec<f64>,
    frame: Vec<Partial>,
}

impl PitchClassHistogram {
    pub(super) fn new() -> Self {
        Self { cents: vec![0.0; OCTAVE], frame: Vec::new() }
    }

    /// Takes the partials of one spectrum, which `find` hands out, and returns them.
    pub(super) fn push(&mut self, find: impl FnOnce(&mut Vec<Partial>)) -> &[Partial] {
        self.frame.clear();
        find(&mut self.frame);
        let total: f32 = self.frame.iter().map(|partial| partial.weight).sum();
        for partial in &self.frame {
            let cent = (octaves_above_c(partial) * OCTAVE as f32 + 0.5) as usize % OCTAVE;
            self.cents[cent] += f64::from(partial.weight / total);
        }
        &self.frame
    }

    /// How far the notes lie from those of A = 440 Hz.
    pub(super) fn tuning(&self) -> Option<Tuning> {
        let mut deviations = [0.0f64; SEMITONE];
        self.cents.iter().enumerate().for_each(|(cent, weight)| deviations[cent % SEMITONE] += weight);
        let total: f64 = deviations.iter().sum();
        let (mut re, mut im) = (0.0, 0.0);
        for (deviation, weight) in deviations.iter().enumerate() {
            let angle = core::f64::consts::TAU * deviation as f64 / SEMITONE as f64;
            re += weight * math::cos(angle);
            im += weight * math::sin(angle);
        }
        let concentration = math::sqrt(re * re + im * im) / total;
        if total <= 0.0 || concentration < MIN_CONCENTRATION {
            return None;
        }
        let smoothed: Vec<f64> = (0..SEMITONE)
            .map(|at| {
                (0..=2 * SMOOTHING_CENTS)
                    .map(|k| {
                        let weight = (SMOOTHING_CENTS + 1 - k.abs_diff(SMOOTHING_CENTS)) as f64;
                        weight * deviations[(at + SEMITONE + k - SMOOTHING_CENTS) % SEMITONE]
                    })
                    .sum()
            })
            .collect();
        let (peak, _) = smoothed.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let level = |at: usize| smoothed[at % SEMITONE];
        let (left, centre, right) = (level(peak + SEMITONE - 1), level(peak), level(peak + 1));
        let curvature = left - 2.0 * centre + right;
        let shift = if curvature < 0.0 { 0.5 * (left - right) / curvature } else { 0.0 };
        let cents = peak as f64 + shift;
        let cents = if cents > SEMITONE as f64 / 2.0 { cents - SEMITONE as f64 } else { cents };
        Some(Tuning { deviation_cents: cents, concentration })
    }

    /// Weight of the twelve pitch classes from C on, the largest 1, `None` where there are no partials. A partial counts by cos^2 of its distance
    /// from the note, none half a semitone away; notes lie `tuning_cents` above those of A = 440 Hz.
    pub(super) fn chroma(&self, tuning_cents: f64) -> Option<[f64; 12]> {
        let mut chroma = [0.0f64; 12];
        for (cent, weight) in self.cents.iter().enumerate() {
            add_to_chroma(&mut chroma, cent as f64 - tuning_cents, *weight);
        }
        scaled(chroma)
    }
}

/// How far a partial lies above the C below it, 0 to 1.
pub(super) fn octaves_above_c(partial: &Partial) -> f32 {
    let octaves = partial.log2_hz - LOG2_C;
    octaves - octaves.floor()
}

/// Adds what lies so many cents above C to the pitch class that it is nearest to, by cos^2 of the distance.
pub(super) fn add_to_chroma(chroma: &mut [f64; 12], cents: f64, weight: f64) {
    let position = cents / SEMITONE as f64;
    let note = math::round(position);
    let closeness = math::cos(core::f64::consts::PI * (position - note));
    chroma[note.rem_euclid(12.0) as usize % 12] += weight * closeness * closeness;
}

/// The largest as 1; `None` where all are 0.
pub(super) fn scaled(chroma: [f64; 12]) -> Option<[f64; 12]> {
    let largest = chroma.iter().copied().fold(0.0, f64::max);
    (largest > 0.0).then(|| chroma.map(|weight| weight / largest))
}
