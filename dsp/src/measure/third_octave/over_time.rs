//! Third octaves over time.

use alloc::{vec, vec::Vec};

use super::{band_shares, bands_within};
use crate::{
    Parameters,
    analysis::{MAX_POINTS, MatrixSeries},
    math,
    measure::series::{Merge, SeriesMatrix},
};

const LANES: usize = 8;

/// The level, as the window of the analysis shows it, of every band of [`third_octaves_within`](super::third_octaves_within) over a stream of power spectra, in
/// memory that does not grow.
///
/// ```
/// use dsp::{Parameters, measure::third_octave::ThirdOctaveMeter};
///
/// let parameters = Parameters::default();
/// let mut meter = ThirdOctaveMeter::new(&parameters, f64::INFINITY);
/// let mut spectrum = vec![0.0; parameters.bins()];
/// (spectrum[63], spectrum[64], spectrum[65]) = (0.25, 1.0, 0.25);
/// meter.push(&spectrum);
/// let levels = meter.finish();
/// // The band of 1 kHz is the 18th of those from 20 Hz on.
/// assert_eq!(levels.rows[17], [Some(0.0)]);
/// ```
#[derive(Debug, Clone)]
pub struct ThirdOctaveMeter {
    /// First cell of each band, and what counts of the cells from there on.
    bands: Vec<(usize, Vec<f32>)>,
    powers: Vec<Option<f32>>,
    levels: SeriesMatrix,
    hop_s: f64,
}

impl ThirdOctaveMeter {
    /// A meter for the spectra that `parameters` make of sound that has nothing above `limit_hz`.
    pub fn new(parameters: &Parameters, limit_hz: f64) -> Self {
        let width_hz = parameters.bin_width_hz();
        let bandwidth = parameters.window.figures(parameters.window_length_frames as usize).noise_bandwidth_bins;
        let bands: Vec<(usize, Vec<f32>)> = bands_within(parameters.bins(), width_hz, limit_hz)
            .map(|band| {
                let (first, shares) = band_shares(parameters.bins(), band.from_hz / width_hz, band.to_hz / width_hz);
                (first, shares.map(|share| (share / bandwidth) as f32).collect())
            })
            .collect();
        Self {
            powers: vec![None; bands.len()],
            levels: SeriesMatrix::new(bands.len(), MAX_POINTS, Merge::Mean),
            bands,
            hop_s: parameters.hop_s(),
        }
    }

    /// Takes one power spectrum.
    pub fn push(&mut self, power: &[f32]) {
        for ((first, shares), out) in self.bands.iter().zip(&mut self.powers) {
            *out = power.get(*first..first + shares.len()).map(|cells| weighted_sum(cells, shares));
        }
        self.levels.push(self.powers.iter().copied());
    }

    /// Levels in dBFS, a row for each band from low to high: of the mean power during a point, `None` without power.
    pub fn finish(self) -> MatrixSeries {
        let level = |power| math::power_to_decibels(f64::from(power)).map(|level| level as f32);
        self.levels.to_matrix_series(0.0, self.hop_s, level)
    }
}

/// In eight partial sums: wide, and in a fixed order.
fn weighted_sum(cells: &[f32], shares: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (cells, shares) in cells.chunks(LANES).zip(shares.chunks(LANES)) {
        for ((sum, p), share) in sums.iter_mut().zip(cells).zip(shares) {
            *sum += p * share;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::{super::third_octaves, *};

    #[test]
    fn the_mean_over_time_is_the_long_term_spectrum() {
        let parameters = Parameters::default();
        let mut meter = ThirdOctaveMeter::new(&parameters, f64::INFINITY);
        let spectrum = |n: usize| -> Vec<f32> {
            (0..parameters.bins()).map(|k| 1e-6 * (1 + (k * 7 + n * 13) % 31) as f32).collect()
        };
        let mut mean = vec![0.0f64; parameters.bins()];
        for n in 0..4 {
            meter.push(&spectrum(n));
            mean.iter_mut().zip(spectrum(n)).for_each(|(mean, p)| *mean += f64::from(p) / 4.0);
        }
        let (rows, bands) = (meter.finish().rows, third_octaves(&mean, &parameters).bands);
        assert_eq!(rows.len(), bands.len());
        for (row, band) in rows.iter().zip(bands) {
            let powers = row.iter().flatten().map(|level| 10f64.powf(f64::from(*level) / 10.0));
            let found = 10.0 * (powers.sum::<f64>() / 4.0).log10();
            assert!((found - band.level_dbfs.expect("power")).abs() < 0.01, "{band:?}: {found}");
        }
    }

    #[test]
    fn a_tone_that_steps_moves_from_band_to_band() {
        let parameters = Parameters::default();
        let mut meter = ThirdOctaveMeter::new(&parameters, f64::INFINITY);
        for n in 0..20 {
            let mut spectrum = vec![0.0; parameters.bins()];
            // 1,000 Hz at 0 dBFS, then 4,000 Hz at -20 dBFS, as a Hann window shows them.
            let (cell, power) = if n < 10 { (64, 1.0) } else { (256, 0.01) };
            (spectrum[cell - 1], spectrum[cell], spectrum[cell + 1]) = (power / 4.0, power, power / 4.0);
            meter.push(&spectrum);
        }
        let rows = meter.finish().rows;
        for n in 0..20 {
            let (band, level) = if n < 10 { (17, 0.0) } else { (23, -20.0) };
            for (row, levels) in rows.iter().enumerate() {
                assert_eq!(levels[n], (row == band).then_some(level), "{row} {n}");
            }
        }
    }
}
