//! Partials of one spectrum.

use crate::{decibel, math};

/// Partials below this are not looked at.
const MIN_HZ: f64 = 100.0;
/// Nor are those above.
const MAX_HZ: f64 = 5_000.0;
/// Frequency at which a partial weighs most.
const CENTRE_HZ: f64 = 500.0;
/// Standard deviation of that preference, in octaves. Wide enough that noise favours no pitch class.
const CENTRE_OCTAVES: f64 = 1.0;
/// Power of the weakest partial relative to the strongest in the same spectrum: -26 dB, above the Hann side lobes.
const MIN_RELATIVE_POWER: f32 = 2.5e-3;
/// Spectra whose strongest partial is quieter (-70 dBFS) are silent.
const SILENT_POWER: f32 = 1e-7;

/// A partial: where it lies and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Partial {
    /// log2 of the frequency in Hz.
    pub(super) log2_hz: f32,
    /// Amplitude times a Gaussian preference over log frequency (500 Hz, 1 octave).
    pub(super) weight: f32,
}

/// Finds the partials of power spectra: local maxima from 100 to 5,000 Hz, at most 26 dB below the strongest, their
/// frequency from the parabola through three levels in decibels (Smith and Serra 1987).
pub(super) struct PartialFinder {
    first: usize,
    /// log2 of the distance between bins in Hz.
    log2_width: f32,
    /// Preference of each bin from `first` on.
    preferences: Vec<f32>,
}

impl PartialFinder {
    pub(super) fn new(bins: usize, bin_width_hz: f64) -> Self {
        let first = ((MIN_HZ / bin_width_hz).ceil() as usize).max(1);
        let last = ((MAX_HZ / bin_width_hz) as usize).min(bins.saturating_sub(2));
        let preferences = (first..=last).map(|bin| {
            let octaves = math::log2(bin as f64 * bin_width_hz / CENTRE_HZ) / CENTRE_OCTAVES;
            math::exp(-0.5 * octaves * octaves) as f32
        });
        Self { first, log2_width: math::log2(bin_width_hz) as f32, preferences: preferences.collect() }
    }

    /// Calls `each` with every partial of a power spectrum, from low to high.
    pub(super) fn find(&self, power: &[f32], mut each: impl FnMut(Partial)) {
        let Some(searched) = power.get(self.first - 1..self.first + self.preferences.len() + 1) else { return };
        let mut highest = [0.0f32; 8];
        for chunk in searched.chunks(8) {
            for (highest, &p) in highest.iter_mut().zip(chunk) {
                *highest = if p > *highest { p } else { *highest };
            }
        }
        let strongest = highest.into_iter().fold(0.0, math::larger);
        if strongest < SILENT_POWER || !strongest.is_finite() {
            return;
        }
        let least = strongest * MIN_RELATIVE_POWER;
        for (at, (near, preference)) in searched.windows(3).zip(&self.preferences).enumerate() {
            let &[left, centre, right] = near else { continue };
            if centre < least || centre <= left || centre < right {
                continue;
            }
            let (left, level, right) = (decibel::log2(left), decibel::log2(centre), decibel::log2(right));
            let shift = 0.5 * (left - right) / (left - 2.0 * level + right);
            // A maximum between equal levels has no curvature to divide by.
            let shift = if shift.is_finite() { shift.clamp(-0.5, 0.5) } else { 0.0 };
            let log2_hz = decibel::log2((self.first + at) as f32 + shift) + self.log2_width;
            each(Partial { log2_hz, weight: centre.sqrt() * preference });
        }
    }
}
