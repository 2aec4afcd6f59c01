//! Strongest partials of a mean spectrum.

use alloc::vec::Vec;

use crate::{Parameters, analysis::Partial, math, window::Window};

/// So many partials at most.
pub const MAX_PARTIALS: usize = 16;
/// A partial is not weaker than this below the strongest.
const RANGE_DB: f64 = 60.0;
/// A peak that is not so much above the side lobes of a stronger partial is taken for one of them.
const MARGIN_DB: f64 = 6.0;
/// What is left of direct current in other cells by the rounding of single precision lies below this.
const ROUNDING_DB: f64 = -114.0;

/// The strongest partials of a mean power spectrum made with `parameters`, the strongest first.
///
/// A partial is a cell stronger than both its neighbours (the ends have only one and are none), its frequency and level
/// refined by the parabola through the three in decibels (Smith & Serra 1987; with Hann within 5 % of a cell and 0.3
/// dB), not under -60 dB from the strongest, at least a main lobe and a cell (three cells with Hann) from any stronger
/// partial, and at least 6 dB above the side lobes that the window makes of it. Direct current is none, nor what the window
/// makes of it in other cells: with Hann, a tone counts from 0.8 cells on. Cell 0 has the scale of direct current, half the
/// power that a tone near 0 Hz and its image have there together, and counts twice in the parabola.
///
/// ```
/// use dsp::{Parameters, measure::partials};
///
/// let mut spectrum = vec![1e-9; 1025];
/// (spectrum[63], spectrum[64], spectrum[65]) = (0.025, 0.1, 0.025);
/// let found = partials::strongest(&spectrum, &Parameters::default());
/// assert_eq!(found.len(), 1);
/// assert!((found[0].frequency_hz - 1_000.0).abs() < 1e-9 && (found[0].level_dbfs + 10.0).abs() < 1e-9);
/// ```
pub fn strongest(mean_power: &[f64], parameters: &Parameters) -> Vec<Partial> {
    let direct_current = DirectCurrent::of(mean_power, parameters);
    let mut peaks: Vec<(f64, f64)> = mean_power
        .windows(3)
        .zip(1..)
        .filter(|(cells, _)| cells[1] > cells[0] && cells[1] >= cells[2] && cells[1].is_finite())
        .map(|(cells, k)| refine(cells, k))
        .collect();
    peaks.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.total_cmp(&b.0)));
    let mut found: Vec<(f64, f64)> = Vec::new();
    for (bin, level) in peaks {
        let strongest = found.first().map_or(level, |first| first.1);
        if found.len() == MAX_PARTIALS || level < strongest - RANGE_DB {
            break;
        }
        let hidden = |&(other, other_level): &(f64, f64)| {
            let distance = (bin - other).abs();
            distance < reach(parameters.window)
                || level < other_level + side_lobes_db(parameters.window, distance) + MARGIN_DB
        };
        if !found.iter().any(hidden) && !direct_current.holds(bin, level) {
            found.push((bin, level));
        }
    }
    let width_hz = parameters.bin_width_hz();
    found.into_iter().map(|(bin, level_dbfs)| Partial { frequency_hz: bin * width_hz, level_dbfs }).collect()
}

/// What direct current makes of a spectrum.
struct DirectCurrent {
    level_dbfs: f64,
    window: Window,
    length: usize,
}

impl DirectCurrent {
    /// All of cell 0 is taken for direct current.
    fn of(mean_power: &[f64], parameters: &Parameters) -> Self {
        let power = mean_power.first().copied().unwrap_or(0.0).max(1e-30);
        Self {
            level_dbfs: 10.0 * math::log10(power),
            window: parameters.window,
            length: parameters.window_length_frames as usize,
        }
    }

    /// Whether a peak is not clearly above what direct current alone would make in its cell.
    fn holds(&self, bin: f64, level_dbfs: f64) -> bool {
        let above_db = level_dbfs - self.level_dbfs;
        above_db < ROUNDING_DB || above_db < self.smeared_db(math::round(bin)) + MARGIN_DB
    }

    /// Power of direct current in a cell over that in cell 0, exactly: side lobes of most windows are zero in whole cells.
    fn smeared_db(&self, cell: f64) -> f64 {
        let (mut sum, mut re, mut im) = (0.0, 0.0, 0.0);
        for (w, n) in self.window.exact(self.length).zip(0u32..) {
            let phase = core::f64::consts::TAU * cell * f64::from(n) / self.length as f64;
            sum += w;
            re += w * math::cos(phase);
            im += w * math::sin(phase);
        }
        // A sine of amplitude 1 and a direct current of 1 have the same power, that of the sine from both its images.
        10.0 * math::log10((4.0 * (re * re + im * im) / (sum * sum)).max(1e-30))
    }
}

/// Place in cells and level of the top of the parabola through three cells around `k`.
fn refine(cells: &[f64], k: u32) -> (f64, f64) {
    let level = |power: f64| 10.0 * math::log10(power.max(1e-30));
    let left = if k == 1 { 2.0 * cells[0] } else { cells[0] };
    let (left, centre, right) = (level(left), level(cells[1]), level(cells[2]));
    let curvature = left - 2.0 * centre + right;
    if curvature >= 0.0 {
        return (f64::from(k), centre);
    }
    let shift = 0.5 * (left - right) / curvature;
    (f64::from(k) + shift, centre - 0.25 * (left - right) * shift)
}

/// Envelope of the side lobes at a distance of at least three cells, against the main lobe (Harris 1978): |1 / (pi d)|
/// for the rectangle and, to be safe, for Kaiser, which may be one; |1 / (pi d (d^2 - 1))| for Hann, above which no
/// other window stays but Hamming, whose side lobes are all at -42 dB or lower.
fn side_lobes_db(window: Window, distance: f64) -> f64 {
    let pi_d = core::f64::consts::PI * distance;
    let hann = 1.0 / (pi_d * (distance * distance - 1.0));
    let amplitude = match window {
        Window::Rectangular | Window::KaiserPeriodic { .. } | Window::KaiserSymmetric { .. } => 1.0 / pi_d,
        Window::HammingPeriodic | Window::HammingSymmetric => hann.max(0.008),
        _ => hann,
    };
    20.0 * math::log10(amplitude)
}

/// Half the width of the main lobe in cells, at most: nearer, two partials are one.
fn reach(window: Window) -> f64 {
    match window {
        Window::FlatTopPeriodic | Window::FlatTopSymmetric => 6.0,
        Window::BlackmanHarrisPeriodic | Window::BlackmanHarrisSymmetric => 5.0,
        Window::BlackmanPeriodic | Window::BlackmanSymmetric => 4.0,
        _ => 3.0,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::stft::Stft;

    fn mean_spectrum(partials: &[(f64, f64)]) -> Vec<f64> {
        spectrum_of(&Parameters::default(), &|t| {
            let phase = core::f64::consts::TAU * t;
            partials.iter().map(|(hz, amplitude)| amplitude * math::sin(phase * hz)).sum()
        })
    }

    fn spectrum_of(parameters: &Parameters, sound: &dyn Fn(f64) -> f64) -> Vec<f64> {
        let samples: Vec<f32> = (0..64_000).map(|n| sound(f64::from(n) / 32_000.0) as f32).collect();
        let (mut sums, mut frames) = (vec![0.0; 1025], 0.0);
        // Away from the ends, where the sound begins and stops.
        Stft::prepare(parameters)
            .expect("planned")
            .push(&samples, |power| {
                frames += 1.0;
                if frames > 4.0 {
                    sums.iter_mut().zip(power).for_each(|(sum, &p)| *sum += f64::from(p));
                }
            })
            .expect("pushed");
        sums.iter().map(|sum| sum / (frames - 4.0)).collect()
    }

    #[test]
    fn sines_between_cells_are_found_and_their_side_lobes_are_not() {
        let made = [(440.0, 0.5), (1_003.0, 0.1), (5_555.5, 0.01), (12_000.0, 0.002)];
        let found = strongest(&mean_spectrum(&made), &Parameters::default());
        assert_eq!(found.len(), made.len(), "{found:?}");
        for (partial, (hz, amplitude)) in found.iter().zip(made) {
            // The parabola in decibels is off by up to 5 % of a cell and 0.3 dB with Hann.
            assert!((partial.frequency_hz - hz).abs() < 0.05 * 15.625, "{partial:?} {hz}");
            assert!((partial.level_dbfs - 20.0 * math::log10(amplitude)).abs() < 0.3, "{partial:?}");
        }
    }

    #[test]
    fn direct_current_is_no_tone() {
        for window in
            [Window::HannPeriodic, Window::Rectangular, Window::BlackmanHarrisPeriodic, Window::FlatTopPeriodic]
        {
            let parameters = Parameters { window, ..Parameters::default() };
            let tone = spectrum_of(&parameters, &|t| 0.5 + 0.001 * math::sin(core::f64::consts::TAU * 1_000.0 * t));
            let found = strongest(&tone, &parameters);
            assert_eq!(found.len(), 1, "{window:?}: {found:?}");
            assert!((found[0].frequency_hz - 1_000.0).abs() < 1.0 && (found[0].level_dbfs + 60.0).abs() < 0.1);
            let alone = spectrum_of(&parameters, &|_| 0.5);
            assert!(strongest(&alone, &parameters).is_empty(), "{window:?}");
        }
    }

    #[test]
    fn the_lowest_tones_keep_their_place() {
        let parameters = Parameters::default();
        for (hz, tolerance_hz) in [(16.0, 0.6), (20.0, 0.5), (25.0, 0.5), (31.0, 0.5)] {
            let found = strongest(
                &spectrum_of(&parameters, &|t| 0.5 * math::sin(core::f64::consts::TAU * hz * t)),
                &parameters,
            );
            assert!((found[0].frequency_hz - hz).abs() < tolerance_hz, "{hz}: {found:?}");
            assert!((found[0].level_dbfs + 6.02).abs() < 0.5, "{hz}: {found:?}");
        }
    }

    #[test]
    fn many_partials_are_cut_at_the_most() {
        let spectrum: Vec<f64> = (0..1025).map(|k| if k % 20 == 10 { 0.01 } else { 1e-6 }).collect();
        assert_eq!(strongest(&spectrum, &Parameters::default()).len(), MAX_PARTIALS);
        assert!(strongest(&[0.0; 1025], &Parameters::default()).is_empty());
        assert!(strongest(&[], &Parameters::default()).is_empty());
    }
}
