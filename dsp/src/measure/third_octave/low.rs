//! The lowest bands from a spectrum of their own.

use alloc::{vec, vec::Vec};

use super::{band_shares, bands_within, resolved_from_hz, third_octaves_within};
use crate::{
    Parameters,
    analysis::ThirdOctaves,
    constant_q::decimator::{Decimator, PASS},
    fft::{FftError, MAX_LENGTH},
    math,
    stft::Stft,
    window::Window,
};

/// The rate is halved as long as this remains.
const MIN_RATE_HZ: f64 = 4_000.0;
/// Widest cell: four of them, the main lobe of Hann, fit into the band of 20 Hz, which is 4.6 Hz wide.
const MAX_CELL_HZ: f64 = 1.15;
const WINDOW: Window = Window::HannPeriodic;
/// Zeros behind the sound that bring its last samples through one halving.
const TAIL: usize = 64;

/// Measures the bands that the window of the analysis does not resolve, over a stream of mono sound, in memory that does not
/// grow.
///
/// The sound is halved in rate by the filters of [`crate::constant_q`] (flat to 0.0002 dB, and what would fold is 94 dB down)
/// to 4 to 8 kHz, and cut into Hann windows of about a second that overlap by half (Welch 1967). At the ends they reach
/// beyond the sound; the mean counts each by the share of its squared window that lies inside, so that noise and tones
/// have their level however short the sound is. The level of a tone in the middle of a resolved band is right to 0.1 dB; that
/// of noise varies by 4.3 dB / sqrt(width x duration) as in every measurement.
///
/// ```
/// use dsp::{Parameters, measure::third_octave::LowBandMeter};
///
/// let parameters = Parameters::default();
/// let mut meter = LowBandMeter::prepare(&parameters)?;
/// // 31.6 Hz at -6.02 dBFS.
/// let hum: Vec<f32> = (0..96_000).map(|n| 0.5 * (n as f32 * 31.62 / 32_000.0 * core::f32::consts::TAU).sin()).collect();
/// meter.push(&hum)?;
/// let found = meter.finish(&vec![0.0; 1025], &parameters, f64::INFINITY)?;
/// assert!(found.resolved_from_hz < 20.0 && found.bands[2].nominal_hz == 31.5);
/// assert!((found.bands[2].level_dbfs.unwrap() + 6.02).abs() < 0.1);
/// # Ok::<(), dsp::fft::FftError>(())
/// ```
pub struct LowBandMeter {
    halvings: Vec<(Decimator, Vec<f32>)>,
    rate_hz: f64,
    window_length: usize,
    stft: Stft,
    taken: u64,
    /// Samples of the lowest rate that went into spectra.
    given: u64,
    power: Vec<f64>,
}

impl LowBandMeter {
    /// Plans a pass over mono sound at the analysis rate of `parameters`.
    pub fn prepare(parameters: &Parameters) -> Result<Self, FftError> {
        let (mut rate_hz, mut halvings) = (f64::from(parameters.analysis_rate_hz), Vec::new());
        while rate_hz >= 2.0 * MIN_RATE_HZ {
            halvings.push((Decimator::new(), Vec::new()));
            rate_hz /= 2.0;
        }
        let window_length = ((rate_hz / MAX_CELL_HZ) as usize).next_power_of_two().clamp(64, MAX_LENGTH);
        let own = Parameters {
            window_length_frames: window_length as u32,
            hop_frames: window_length as u32 / 2,
            window: WINDOW,
            ..Parameters::default()
        };
        let power = vec![0.0; window_length / 2 + 1];
        Ok(Self { halvings, rate_hz, window_length, stft: Stft::prepare(&own)?, taken: 0, given: 0, power })
    }

    /// Takes any number of samples, full scale ±1.0.
    pub fn push(&mut self, samples: &[f32]) -> Result<(), FftError> {
        self.taken += samples.len() as u64;
        self.pass_on(samples, u64::MAX)
    }

    /// Halves the rate, and takes spectra of what comes out, up to so many samples in all.
    fn pass_on(&mut self, samples: &[f32], most: u64) -> Result<(), FftError> {
        let Self { halvings, stft, given, power, .. } = self;
        let low = halvings.iter_mut().fold(samples, |samples, (halving, out)| {
            out.clear();
            halving.push(samples, out);
            out
        });
        let low = &low[..low.len().min(usize::try_from(most - *given).unwrap_or(usize::MAX))];
        *given += low.len() as u64;
        stft.push(low, |spectrum| add(power, spectrum))
    }

    /// The bands of [`third_octaves_within`], those that its window does not resolve measured here. `mean_power` is the mean
    /// spectrum made with `parameters`.
    pub fn finish(
        mut self,
        mean_power: &[f64],
        parameters: &Parameters,
        limit_hz: f64,
    ) -> Result<ThirdOctaves, FftError> {
        let halvings = self.halvings.len();
        let expected = self.taken.div_ceil(1 << halvings);
        self.pass_on(&vec![0.0; TAIL << halvings], expected)?;
        let Self { rate_hz, window_length, mut stft, given, mut power, .. } = self;
        stft.finish(|spectrum| add(&mut power, spectrum))?;
        let scale = 1.0 / (covered(given, window_length) * WINDOW.figures(window_length).noise_bandwidth_bins);

        let mut found = third_octaves_within(mean_power, parameters, limit_hz);
        let (cell_hz, highest_hz) = (rate_hz / window_length as f64, PASS * rate_hz);
        let unresolved_below_hz = found.resolved_from_hz;
        for band in bands_within(power.len(), cell_hz, limit_hz.min(highest_hz)) {
            let same = found.bands.iter_mut().find(|known| (known.center_hz / band.center_hz - 1.0).abs() < 1e-6);
            let Some(known) = same.filter(|known| known.center_hz < unresolved_below_hz) else { continue };
            let (first, shares) = band_shares(power.len(), band.from_hz / cell_hz, band.to_hz / cell_hz);
            let sum: f64 = power.iter().skip(first).zip(shares).map(|(p, share)| p * share).sum();
            known.level_dbfs = math::power_to_decibels(sum * scale);
        }
        // Unless bands in between are left to the coarser spectrum.
        let measured_here = |center_hz: f64| center_hz * math::pow(10.0, 0.05) <= highest_hz;
        if found.bands.iter().all(|band| band.center_hz >= unresolved_below_hz || measured_here(band.center_hz)) {
            found.resolved_from_hz = unresolved_below_hz.min(resolved_from_hz(WINDOW, cell_hz));
        }
        Ok(found)
    }
}

fn add(sum: &mut [f64], power: &[f32]) {
    sum.iter_mut().zip(power).for_each(|(sum, &p)| *sum += f64::from(p));
}

/// How many whole windows those of a sound of so many samples come to: each counts by the share of its squares that lies
/// inside. Window i is centred on i half lengths, as in [`Stft`].
fn covered(samples: u64, window_length: usize) -> f64 {
    let half = window_length as u64 / 2;
    let mut sums = vec![0.0; window_length + 1];
    for (n, w) in WINDOW.exact(window_length).enumerate() {
        sums[n + 1] = sums[n] + w * w;
    }
    let inside = |i: u64| {
        // Window i holds the samples from (i - 1) half lengths on.
        let from = half.saturating_sub(i * half);
        let to = (samples + half).saturating_sub(i * half).min(2 * half);
        let at = |n: u64| sums[n as usize];
        (at(to) - at(from.min(to))) / at(2 * half)
    };
    // All but those at the ends lie whole inside.
    let last = samples / half;
    let ends: f64 = (0..=last).filter(|&i| i < 2 || i + 2 > last).map(inside).sum();
    ends + (last + 1).saturating_sub(4).min(last) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_at_the_ends_count_in_part() {
        for samples in [0u64, 1, 31, 32, 33, 64, 95, 96, 97, 128, 1_000] {
            let w: Vec<f64> = WINDOW.exact(64).map(|w| w * w).collect();
            let whole: f64 = w.iter().sum();
            let expected: f64 = (0..=samples as i64 / 32)
                .map(|i| {
                    (0..64i64)
                        .filter(|n| (0..samples as i64).contains(&(i * 32 - 32 + n)))
                        .map(|n| w[n as usize])
                        .sum::<f64>()
                })
                .sum();
            let found = covered(samples, 64);
            assert!((found - expected / whole).abs() < 1e-9, "{samples}: {found} {}", expected / whole);
        }
    }
}
