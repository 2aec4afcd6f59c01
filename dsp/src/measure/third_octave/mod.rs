//! Long-term average spectrum in third octaves.
//!
//! Bands by IEC 61260-1:2014, base ten: mid-band frequencies 1000 x 10^(x/10) Hz, edges a factor of 10^(1/20) below and
//! above. The power of a band is that of its cells in the mean power spectrum, cell k reaching from (k - 1/2) to (k +
//! 1/2) cell widths and counted by the share that lies in the band, over the noise bandwidth of the window: a sine of
//! amplitude 1.0 makes 0 dBFS in its band whatever the window, and noise of RMS r makes 3.01 dB + 20 log10 r in all
//! bands together. This is a spectrum analyser's reading, without the filter shapes of the standard's classes. Bands
//! narrower than the main lobe of the window share it with their neighbours; [`LowBandMeter`] measures those with longer
//! windows, which the long-term average has, but not the levels over time of [`ThirdOctaveMeter`].

mod low;
mod over_time;

pub use low::LowBandMeter;
pub use over_time::ThirdOctaveMeter;

use crate::{
    Parameters,
    analysis::{ThirdOctave, ThirdOctaves},
    math,
    window::Window,
};

/// Mantissas of the nominal frequencies (ISO 266, preferred numbers R10).
const NOMINAL: [f64; 10] = [1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0];
/// Bands from 1 Hz to 1 MHz around the one of 1 kHz.
const INDICES: core::ops::RangeInclusive<i32> = -30..=30;

/// The bands of a mean power spectrum made with `parameters`: all that lie whole between the first cell and Nyquist.
///
/// ```
/// use dsp::{Parameters, measure::third_octave};
///
/// let parameters = Parameters::default();
/// let mut spectrum = vec![0.0; parameters.bins()];
/// // A sine of amplitude 1.0 on cell 64, 1000 Hz, as a Hann window shows it.
/// (spectrum[63], spectrum[64], spectrum[65]) = (0.25, 1.0, 0.25);
/// let bands = third_octave::third_octaves(&spectrum, &parameters).bands;
/// let loudest = bands.iter().max_by(|a, b| a.level_dbfs.partial_cmp(&b.level_dbfs).unwrap()).unwrap();
/// assert_eq!(loudest.nominal_hz, 1_000.0);
/// assert!(loudest.level_dbfs.unwrap().abs() < 1e-6);
/// ```
pub fn third_octaves(mean_power: &[f64], parameters: &Parameters) -> ThirdOctaves {
    third_octaves_within(mean_power, parameters, f64::INFINITY)
}

/// The same of sound that has nothing above `limit_hz`, as after a conversion from a lower rate: bands that do not lie whole
/// below it are left out.
pub fn third_octaves_within(mean_power: &[f64], parameters: &Parameters, limit_hz: f64) -> ThirdOctaves {
    let width_hz = parameters.bin_width_hz();
    let bandwidth = parameters.window.figures(parameters.window_length_frames as usize).noise_bandwidth_bins;
    let bands = bands_within(mean_power.len(), width_hz, limit_hz).map(|band| {
        let (first, shares) = band_shares(mean_power.len(), band.from_hz / width_hz, band.to_hz / width_hz);
        let power = mean_power.iter().skip(first).zip(shares).map(|(p, share)| p * share).sum::<f64>() / bandwidth;
        ThirdOctave {
            nominal_hz: nominal_hz(band.index),
            center_hz: band.center_hz,
            level_dbfs: math::power_to_decibels(power),
        }
    });
    let bands = bands.collect();
    let resolved_from_hz = resolved_from_hz(parameters.window, width_hz);
    ThirdOctaves { resolved_from_hz, bands }
}

/// Centre of the band that is as wide as the main lobe of a window whose cells are `width_hz` apart: a third octave is 0.2308
/// of its centre.
fn resolved_from_hz(window: Window, width_hz: f64) -> f64 {
    window.main_lobe_bins() * width_hz / (math::pow(10.0, 0.05) - math::pow(10.0, -0.05))
}

/// Where a band lies.
struct Band {
    index: i32,
    center_hz: f64,
    from_hz: f64,
    to_hz: f64,
}

/// The bands that lie whole between the first cell of a spectrum and its last, and below `limit_hz`.
fn bands_within(bins: usize, width_hz: f64, limit_hz: f64) -> impl Iterator<Item = Band> {
    let highest_hz = (bins.saturating_sub(1) as f64 * width_hz).min(limit_hz);
    let half = math::pow(10.0, 0.05);
    let bands = INDICES.map(move |index| {
        let center_hz = 1_000.0 * math::pow(10.0, f64::from(index) / 10.0);
        Band { index, center_hz, from_hz: center_hz / half, to_hz: center_hz * half }
    });
    bands.filter(move |band| band.from_hz >= width_hz && band.to_hz <= highest_hz)
}

fn nominal_hz(index: i32) -> f64 {
    let decade = 3 + index.div_euclid(10);
    NOMINAL[index.rem_euclid(10) as usize] * math::pow(10.0, f64::from(decade))
}

/// First of the cells between two frequencies (in cells), and what counts of each from there on: those at the edges in part.
fn band_shares(bins: usize, from: f64, to: f64) -> (usize, impl Iterator<Item = f64>) {
    let first = math::round(from) as usize;
    let last = (math::round(to) as usize).min(bins.saturating_sub(1));
    (first, (first..last + 1).map(move |k| (to.min(k as f64 + 0.5) - from.max(k as f64 - 0.5)).clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    #[test]
    fn bands_have_their_names() {
        let bands = third_octaves(&vec![1.0; 1025], &Parameters::default()).bands;
        let names: Vec<f64> = bands.iter().map(|band| band.nominal_hz).collect();
        assert_eq!(&names[..6], [20.0, 25.0, 31.5, 40.0, 50.0, 63.0]);
        assert_eq!(names.last(), Some(&12_500.0));
        assert!(bands.iter().all(|band| (band.nominal_hz / band.center_hz - 1.0).abs() < 0.02));
    }

    #[test]
    fn white_noise_rises_by_a_decibel_a_band_and_nothing_is_lost() {
        let found = third_octaves(&vec![1e-4; 1025], &Parameters::default());
        for pair in found.bands.windows(2) {
            let [low, high] = [pair[0].level_dbfs.expect("power"), pair[1].level_dbfs.expect("power")];
            assert!((high - low - 1.0).abs() < 1e-9);
        }
        // Bands meet without gap or overlap: 17.78 Hz to 14,125 Hz of density 1e-4 / 15.625 Hz / 1.5.
        let total: f64 = found.bands.iter().filter_map(|band| band.level_dbfs).map(|db| 10f64.powf(db / 10.0)).sum();
        let expected = 1e-4 / 1.5 * (14_125.375 - 17.782_8) / 15.625;
        assert!((total / expected - 1.0).abs() < 1e-6, "{total} {expected}");
    }

    #[test]
    fn what_is_resolved_depends_on_the_main_lobe_of_the_window() {
        for (window, cells) in [
            (Window::Rectangular, 2.0),
            (Window::HannPeriodic, 4.0),
            (Window::HammingSymmetric, 4.0),
            (Window::BlackmanPeriodic, 6.0),
            (Window::BlackmanHarrisPeriodic, 8.0),
            (Window::FlatTopPeriodic, 10.0),
            (Window::KaiserPeriodic { beta: core::f64::consts::PI * 3f64.sqrt() }, 4.0),
        ] {
            let parameters = Parameters { window, ..Parameters::default() };
            let found = third_octaves(&[], &parameters).resolved_from_hz;
            // A band of the width of the main lobe has its centre there: 10^0.05 - 10^-0.05 of it are that many cells.
            let width_hz = found * (10f64.powf(0.05) - 10f64.powf(-0.05));
            assert!((width_hz / 15.625 - cells).abs() < 1e-9, "{window:?}: {found}");
        }
    }

    #[test]
    fn silence_and_tiny_spectra_are_taken() {
        assert!(third_octaves(&vec![0.0; 1025], &Parameters::default()).bands.iter().all(|b| b.level_dbfs.is_none()));
        assert!(third_octaves(&[], &Parameters::default()).bands.is_empty());
    }
}
