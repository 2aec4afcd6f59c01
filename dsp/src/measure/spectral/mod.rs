//! Statistics of power spectra: of their mean ([`SpectralMeter`]) and of each ([`FrameMeter`]).
//!
//! Spectra are those of [`Stft`](crate::stft::Stft): N / 2 + 1 powers, a sine of amplitude 1.0 on a bin has power 1.0.
//! A spectrum whose mean power is not above -120 dBFS a cell is silent and has no shape.
//!
//! Sound that was brought up from a lower rate fills the lower part of its spectra only. What compares cells with each other
//! (flatness, slope, contrast) is then told of that part: `within` says how far it reaches.

mod bands;
mod frames;
mod peak;
mod shape;

use alloc::{vec, vec::Vec};

pub use frames::{FrameMeter, SpectralSeries};

use crate::{analysis::Spectral, decibel, math};

/// Share of the power below the roll-off frequency.
const ROLLOFF: f64 = 0.85;
/// Mean power below which a frame counts as silent (-120 dBFS in each cell).
const SILENT_MEAN_POWER: f32 = 1e-12;
/// Keeps the logarithm of empty cells finite (-200 dBFS).
const LOG_OFFSET: f32 = 1e-20;

/// What is known of one spectrum after [`SpectralMeter::push`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Its flatness, 0 to 1; `None` if it is silent.
    pub flatness: Option<f64>,
}

/// Measures [`Spectral`] over a stream of power spectra.
///
/// Centroid, bandwidth, roll-off and peak are taken from the sum of all spectra (so loud frames weigh more), with the
/// definitions of librosa 0.11 applied to power; flatness (Dubnov 2004) is the mean over all frames that are not
/// silent. The peak is the strongest cell that does not belong to direct current, refined by the parabola through it and
/// its neighbours; where nothing else is there, it is direct current.
///
/// ```
/// use dsp::measure::spectral::SpectralMeter;
///
/// let mut meter = SpectralMeter::new(5, 1_000.0);
/// meter.push(&[0.0, 0.5, 0.0, 0.5, 0.0]);
/// let spectral = meter.finish();
/// assert_eq!((spectral.centroid_hz, spectral.bandwidth_hz), (Some(2_000.0), Some(1_000.0)));
/// ```
pub struct SpectralMeter {
    bin_width_hz: f64,
    /// Cells of which flatness is told.
    band: usize,
    sums: Vec<f64>,
    frames: u64,
    flatness_sum: f64,
    sounding_frames: u64,
}

impl SpectralMeter {
    /// A meter for spectra of `bins` cells.
    pub fn new(bins: usize, bin_width_hz: f64) -> Self {
        Self { bin_width_hz, band: bins, sums: vec![0.0; bins], frames: 0, flatness_sum: 0.0, sounding_frames: 0 }
    }

    /// Tells flatness, and whether a spectrum is silent, from the cells up to `limit_hz` alone, at least two: for sound that
    /// has nothing above. Before the first spectrum.
    #[must_use]
    pub fn within(self, limit_hz: f64) -> Self {
        let cells = math::floor(limit_hz / self.bin_width_hz) as usize;
        Self { band: cells.saturating_add(1).max(2).min(self.sums.len()), ..self }
    }

    /// Takes one power spectrum.
    pub fn push(&mut self, power: &[f32]) -> Frame {
        for (sum, &p) in self.sums.iter_mut().zip(power) {
            *sum += f64::from(p);
        }
        self.frames += 1;
        let power = &power[..self.band.min(power.len())];
        let mut lanes = [0.0f32; 8];
        for chunk in power.chunks(8) {
            for (lane, &p) in lanes.iter_mut().zip(chunk) {
                *lane += p;
            }
        }
        let bins = power.len().max(1) as f32;
        let mean = lanes.iter().sum::<f32>() / bins;
        let flatness = (mean > SILENT_MEAN_POWER).then(|| {
            let mean_log2 = decibel::sum_log2(power, LOG_OFFSET) / bins;
            math::pow(2.0, f64::from(mean_log2 - decibel::log2(mean)))
        });
        if let Some(flatness) = flatness {
            self.flatness_sum += flatness;
            self.sounding_frames += 1;
        }
        Frame { flatness }
    }

    /// Mean power of each cell over everything pushed; zeros before anything was.
    pub fn mean_spectrum(&self) -> Vec<f64> {
        let scale = if self.frames == 0 { 0.0 } else { 1.0 / self.frames as f64 };
        self.sums.iter().map(|sum| sum * scale).collect()
    }

    /// The statistics over everything pushed.
    pub fn finish(self) -> Spectral {
        let total: f64 = self.sums.iter().sum();
        let frequency = |k: usize| k as f64 * self.bin_width_hz;
        let weighted = |f: &dyn Fn(usize) -> f64| -> Option<f64> {
            (total > 0.0).then(|| self.sums.iter().enumerate().map(|(k, &p)| f(k) * p).sum::<f64>() / total)
        };
        let centroid_hz = weighted(&frequency);
        let bandwidth_hz = centroid_hz
            .and_then(|centroid| weighted(&|k| (frequency(k) - centroid) * (frequency(k) - centroid)).map(math::sqrt));
        let mut below = 0.0;
        let rolloff_bin = self.sums.iter().position(|&p| {
            below += p;
            total > 0.0 && below >= ROLLOFF * total
        });
        let scale = 1.0 / self.frames.max(1) as f64;
        let peak = if total > 0.0 { peak::strongest(&self.sums, scale) } else { None };
        Spectral {
            centroid_hz,
            bandwidth_hz,
            rolloff_85_hz: rolloff_bin.map(frequency),
            flatness: (self.sounding_frames > 0).then(|| self.flatness_sum / self.sounding_frames as f64),
            peak_frequency_hz: peak.map(|(bin, _)| bin * self.bin_width_hz),
            peak_level_dbfs: peak.map(|(_, level)| level),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(spectrum: &[f32]) -> Spectral {
        let mut meter = SpectralMeter::new(spectrum.len(), 10.0);
        meter.push(spectrum);
        meter.push(spectrum);
        meter.finish()
    }

    #[test]
    fn one_line_is_all_there_is() {
        let mut spectrum = vec![0.0; 101];
        spectrum[40] = 0.25;
        let spectral = measure(&spectrum);
        assert_eq!(spectral.centroid_hz, Some(400.0));
        assert_eq!(spectral.bandwidth_hz, Some(0.0));
        assert_eq!(spectral.rolloff_85_hz, Some(400.0));
        assert!((spectral.peak_level_dbfs.expect("level") + 6.0206).abs() < 1e-3);
        assert!((spectral.peak_frequency_hz.expect("peak") - 400.0).abs() < 1e-6);
        assert!(spectral.flatness.expect("flatness") < 1e-10);
    }

    #[test]
    fn white_is_flat_and_centred() {
        let spectral = measure(&[0.01; 101]);
        assert!((spectral.flatness.expect("flatness") - 1.0).abs() < 1e-5);
        assert!((spectral.centroid_hz.expect("centroid") - 500.0).abs() < 1e-6);
        assert_eq!(spectral.rolloff_85_hz, Some(850.0));
        // Standard deviation of a discrete uniform distribution on 0..=100.
        assert!((spectral.bandwidth_hz.expect("bandwidth") - 10.0 * (10_200.0f64 / 12.0).sqrt()).abs() < 1e-6);
    }

    #[test]
    fn direct_current_is_no_peak_beside_a_tone() {
        // 0.5 of direct current as a Hann window shows it, and a tone of -40 dBFS.
        let mut spectrum = vec![0.0; 101];
        (spectrum[0], spectrum[1]) = (0.25, 0.25);
        let alone = measure(&spectrum);
        assert_eq!(alone.peak_frequency_hz, Some(0.0));
        assert!((alone.peak_level_dbfs.expect("level") + 6.0206).abs() < 1e-3);
        (spectrum[39], spectrum[40], spectrum[41]) = (2.5e-5, 1e-4, 2.5e-5);
        let tone = measure(&spectrum);
        assert!((tone.peak_frequency_hz.expect("peak") - 400.0).abs() < 1e-6, "{tone:?}");
        assert!((tone.peak_level_dbfs.expect("level") + 40.0).abs() < 1e-3);
    }

    #[test]
    fn silence_has_no_spectrum() {
        let spectral = measure(&[0.0; 101]);
        assert_eq!(spectral.centroid_hz, None);
        assert_eq!(spectral.flatness, None);
        assert_eq!(spectral.peak_level_dbfs, None);
    }
}
