//! Design of linear-phase FIR filters: an ideal response under a window.

use alloc::vec::Vec;
use core::f64::consts::{PI, TAU};

use num_complex::Complex64;

use super::{FilterError, kaiser};
use crate::{math, window::Window};

/// Most taps of a filter.
pub const MAX_TAPS: usize = 1 << 22;

/// The pass-bands of a linear-phase filter. Frequencies lie strictly between 0 and half the sample rate; there the gain
/// is one half (-6 dB), in the middle of the transition.
///
/// ```
/// use dsp::filter::{Band, response};
///
/// // 80 dB, with the slope from 950 to 1050 Hz.
/// let taps = Band::LowPass { cutoff_hz: 1000.0 }.taps(80.0, 100.0, 48_000.0)?;
/// assert!((response(&taps, 900.0, 48_000.0).norm() - 1.0).abs() < 1e-3);
/// assert!(response(&taps, 1100.0, 48_000.0).norm() < 1e-4);
/// # Ok::<(), dsp::filter::FilterError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Band {
    /// Below the cut-off; the gain at DC is exactly 1.
    LowPass {
        /// End of the band.
        cutoff_hz: f64,
    },
    /// Above the cut-off; the gain at the Nyquist frequency is exactly 1.
    HighPass {
        /// Begin of the band.
        cutoff_hz: f64,
    },
    /// Between two frequencies; the gain in the middle of the band is exactly 1.
    BandPass {
        /// Begin of the band.
        low_hz: f64,
        /// End of the band.
        high_hz: f64,
    },
    /// Outside of two frequencies; the gain at DC is exactly 1.
    BandStop {
        /// Begin of the gap.
        low_hz: f64,
        /// End of the gap.
        high_hz: f64,
    },
}

impl Band {
    /// An odd number of symmetric taps: attenuation (21 to 300 dB) and width of each slope decide how many, by Kaiser's
    /// formula. Delay: (N - 1) / 2 frames.
    pub fn taps(self, attenuation_db: f64, transition_hz: f64, sample_rate_hz: f64) -> Result<Vec<f64>, FilterError> {
        if !(21.0..=300.0).contains(&attenuation_db) {
            let (name, allowed) = ("attenuation (dB)", "21 to 300");
            return Err(FilterError::Figure { name, actual: attenuation_db, allowed });
        }
        if !(transition_hz > 0.0 && transition_hz < sample_rate_hz / 2.0) {
            return Err(FilterError::Frequency { frequency_hz: transition_hz, sample_rate_hz });
        }
        let length = kaiser::length(attenuation_db, TAU * transition_hz / sample_rate_hz);
        self.windowed(length, kaiser::window(attenuation_db), sample_rate_hz)
    }

    /// As many taps as are asked for, an odd number up to [`MAX_TAPS`], under any window; a symmetric one keeps the
    /// phase linear. scipy's `firwin` has the same definition.
    pub fn windowed(self, length: usize, window: Window, sample_rate_hz: f64) -> Result<Vec<f64>, FilterError> {
        if length > MAX_TAPS || length.is_multiple_of(2) {
            return Err(FilterError::Taps { actual: length, limit: MAX_TAPS });
        }
        window.check()?;
        let nyquist = sample_rate_hz / 2.0;
        let edge = |frequency_hz: f64, above: f64| match frequency_hz > above && frequency_hz < nyquist {
            true => Ok(frequency_hz / nyquist),
            false => Err(FilterError::Frequency { frequency_hz, sample_rate_hz }),
        };
        // The ideal response is a sum of low-passes; the last number is where the gain is made 1.
        let (low, high, pass) = match self {
            Self::LowPass { cutoff_hz } => (0.0, edge(cutoff_hz, 0.0)?, 0.0),
            Self::HighPass { cutoff_hz } => (edge(cutoff_hz, 0.0)?, 1.0, 1.0),
            Self::BandPass { low_hz, high_hz } | Self::BandStop { low_hz, high_hz } => {
                let (low, high) = (edge(low_hz, 0.0)?, edge(high_hz, low_hz)?);
                (low, high, (low + high) / 2.0)
            }
        };
        let middle = (length - 1) as f64 / 2.0;
        let (inside, pass) = match self {
            Self::BandStop { .. } => (false, 0.0),
            _ => (true, pass),
        };
        let mut taps: Vec<f64> = window
            .exact(length)
            .enumerate()
            .map(|(n, w)| {
                let t = n as f64 - middle;
                let band = kaiser::ideal_low_pass(high, t) - kaiser::ideal_low_pass(low, t);
                w * if inside { band } else { kaiser::ideal_low_pass(1.0, t) - band }
            })
            .collect();
        // Around the middle the response is real.
        let gain: f64 = taps.iter().enumerate().map(|(n, tap)| tap * math::cos(PI * pass * (n as f64 - middle))).sum();
        taps.iter_mut().for_each(|tap| *tap /= gain);
        Ok(taps)
    }
}

/// Frequency response of taps, sum of h\[n\] e^(-i 2 pi f n / rate): its norm is the gain, its argument the phase.
pub fn response(taps: &[f64], frequency_hz: f64, sample_rate_hz: f64) -> Complex64 {
    let step = -TAU * frequency_hz / sample_rate_hz;
    taps.iter()
        .enumerate()
        .map(|(n, &tap)| Complex64::new(math::cos(step * n as f64), math::sin(step * n as f64)) * tap)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    fn gain_db(taps: &[f64], frequency_hz: f64) -> f64 {
        20.0 * response(taps, frequency_hz, RATE_HZ).norm().max(1e-20).log10()
    }

    #[test]
    fn bands_pass_and_stop_as_designed() {
        for attenuation_db in [40.0, 60.0, 100.0, 140.0] {
            let taps = |band: Band| band.taps(attenuation_db, 600.0, RATE_HZ).expect("designed");
            let low = taps(Band::LowPass { cutoff_hz: 6000.0 });
            let high = taps(Band::HighPass { cutoff_hz: 6000.0 });
            let pass = taps(Band::BandPass { low_hz: 6000.0, high_hz: 12_000.0 });
            let stop = taps(Band::BandStop { low_hz: 6000.0, high_hz: 12_000.0 });
            // Two slopes may add their ripples.
            let ripple_db = 20.0 * (1.0 + 2.5 * 10f64.powf(-attenuation_db / 20.0)).log10();
            for f in (0..=24_000).step_by(60).map(f64::from) {
                let above = f > 6000.0;
                let inside = above && f < 12_000.0;
                let clear = |edge: f64| (f - edge).abs() >= 300.0;
                for (taps, passes, judged) in [
                    (&low, !above, clear(6000.0)),
                    (&high, above, clear(6000.0)),
                    (&pass, inside, clear(6000.0) && clear(12_000.0)),
                    (&stop, !inside, clear(6000.0) && clear(12_000.0)),
                ] {
                    let gain_db = gain_db(taps, f);
                    match passes {
                        _ if !judged => {}
                        true => assert!(gain_db.abs() <= ripple_db, "{attenuation_db} {f}: {gain_db}"),
                        false => assert!(gain_db <= -attenuation_db + 6.5, "{attenuation_db} {f}: {gain_db}"),
                    }
                }
            }
            assert!((gain_db(&low, 6000.0) + 6.02).abs() < 0.1);
            assert!(low.iter().zip(low.iter().rev()).all(|(a, b)| (a - b).abs() < 1e-15));
        }
    }

    #[test]
    fn refuses_what_makes_no_filter() {
        let low = |cutoff_hz: f64| Band::LowPass { cutoff_hz };
        for cutoff_hz in [0.0, 24_000.0, f64::NAN] {
            assert!(matches!(low(cutoff_hz).taps(60.0, 100.0, RATE_HZ), Err(FilterError::Frequency { .. })));
        }
        let empty = Band::BandPass { low_hz: 200.0, high_hz: 100.0 };
        assert!(matches!(empty.taps(60.0, 100.0, RATE_HZ), Err(FilterError::Frequency { .. })));
        assert!(matches!(low(100.0).taps(f64::NAN, 100.0, RATE_HZ), Err(FilterError::Figure { .. })));
        assert!(matches!(low(100.0).taps(60.0, 0.0, RATE_HZ), Err(FilterError::Frequency { .. })));
        for transition_hz in [1e-9, 1e-300] {
            assert!(matches!(low(100.0).taps(60.0, transition_hz, RATE_HZ), Err(FilterError::Taps { .. })));
        }
        assert!(matches!(low(100.0).windowed(0, Window::Rectangular, RATE_HZ), Err(FilterError::Taps { .. })));
        assert!(matches!(low(100.0).windowed(64, Window::Rectangular, RATE_HZ), Err(FilterError::Taps { .. })));
    }
}
