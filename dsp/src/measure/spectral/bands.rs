//! Octave bands of one spectrum: contrast of each, and the slope over them.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use crate::{
    decibel,
    lanes::{Eight, Lanes},
    math,
};

/// Upper edge of the lowest band; each further band is an octave (Jiang et al. 2002).
const LOWEST_EDGE_HZ: f64 = 200.0;
const MOST_BANDS: usize = 16;
/// Share of the cells of a band that make its peak, and its valley (Jiang et al. 2002).
const SHARE: f64 = 0.02;
/// Powers below this (-120 dBFS) are taken for this.
const FLOOR: f32 = 1e-12;
const LANES: usize = 8;

/// One band.
#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) from_hz: f64,
    pub(super) to_hz: f64,
    cells: Range<usize>,
}

/// What one spectrum has in one band.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct BandLevels {
    /// Mean of the strongest cells over mean of the weakest.
    pub(super) contrast_db: f32,
    /// Mean power of a cell.
    pub(super) level_dbfs: f32,
}

/// The octave bands of spectra of one shape.
#[derive(Debug, Clone)]
pub(super) struct OctaveBands {
    pub(super) bands: Vec<Band>,
    /// Of the spectrum at hand, one entry per band.
    pub(super) levels: Vec<BandLevels>,
    /// Room for the extremes of the widest band.
    extremes: Vec<f32>,
}

impl OctaveBands {
    /// 0 to 200 Hz and octaves above, as far as they lie whole below the last cell and below `limit_hz`. Bands of fewer
    /// than two cells are left out. A cell belongs to the band in which its centre lies.
    pub(super) fn new(bins: usize, bin_width_hz: f64, limit_hz: f64) -> Self {
        let highest_hz = (bins.saturating_sub(1) as f64 * bin_width_hz).min(limit_hz);
        let cell = |edge_hz: f64| (math::ceil(edge_hz / bin_width_hz) as usize).min(bins);
        let mut bands = Vec::new();
        let (mut from_hz, mut to_hz) = (0.0, LOWEST_EDGE_HZ);
        while to_hz <= highest_hz && bands.len() < MOST_BANDS {
            let cells = cell(from_hz)..cell(to_hz);
            if cells.len() >= 2 {
                bands.push(Band { from_hz, to_hz, cells });
            }
            (from_hz, to_hz) = (to_hz, 2.0 * to_hz);
        }
        let widest = bands.iter().map(|band| extremes_of(band.cells.len())).max().unwrap_or(0);
        Self { levels: vec![BandLevels::default(); bands.len()], extremes: vec![0.0; widest], bands }
    }

    /// Takes a spectrum; the result is in `levels`.
    pub(super) fn measure(&mut self, power: &[f32]) {
        for (band, levels) in self.bands.iter().zip(&mut self.levels) {
            let Some(cells) = power.get(band.cells.clone()) else { continue };
            let kept = &mut self.extremes[..extremes_of(cells.len())];
            let peak = mean_of_extremes(cells, kept, |p| p).max(FLOOR);
            let valley = (-mean_of_extremes(cells, kept, |p| -p)).max(FLOOR);
            let mean = sum(cells) / cells.len() as f32;
            let level = |power: f32| decibel::power_to_db(power, -200.0);
            *levels = BandLevels { contrast_db: level(peak) - level(valley), level_dbfs: level(mean.max(FLOOR)) };
        }
    }

    /// Slope in decibels per octave of the line that fits the levels of the bands from 200 Hz up best (least squares);
    /// `None` with fewer than two of them.
    pub(super) fn slope_db_per_octave(&self) -> Option<f64> {
        let octaves = self.bands.iter().zip(&self.levels).filter(|(band, _)| band.from_hz > 0.0);
        let count = octaves.clone().count() as f64;
        if count < 2.0 {
            return None;
        }
        let middle = (count - 1.0) / 2.0;
        let (mut products, mut squares) = (0.0, 0.0);
        for (octave, (_, levels)) in octaves.enumerate() {
            let x = octave as f64 - middle;
            products += x * f64::from(levels.level_dbfs);
            squares += x * x;
        }
        Some(products / squares)
    }
}

fn extremes_of(cells: usize) -> usize {
    (math::round(SHARE * cells as f64) as usize).max(1)
}

fn sum(cells: &[f32]) -> f32 {
    let (runs, rest) = cells.as_chunks::<LANES>();
    let mut lanes = runs.iter().fold(Eight::ZERO, |sums, run| sums + Eight::new(run)).get();
    lanes.iter_mut().zip(rest).for_each(|(lane, &p)| *lane += p);
    lanes.iter().sum()
}

/// Smallest and largest of the cells.
fn range(cells: &[f32]) -> (f32, f32) {
    let (runs, rest) = cells.as_chunks::<LANES>();
    let (mut low, mut high) = (Eight::splat(f32::INFINITY), Eight::splat(f32::NEG_INFINITY));
    for run in runs {
        let run = Eight::new(run);
        (low, high) = (low.smaller(run), high.larger(run));
    }
    let low = rest.iter().copied().fold(low.fold(Lanes::smaller), math::smaller);
    (low, rest.iter().copied().fold(high.fold(Lanes::larger), math::larger))
}

/// Mean of the `kept.len()` largest values of `of(cell)`, which rises or falls with the cell.
///
/// Keeps them sorted; few cells are large enough to be let in, and runs in which none is are passed at full width.
fn mean_of_extremes(cells: &[f32], kept: &mut [f32], of: impl Fn(f32) -> f32) -> f32 {
    kept.fill(f32::NEG_INFINITY);
    let mut threshold = f32::NEG_INFINITY;
    for run in cells.chunks(2 * LANES) {
        let (low, high) = range(run);
        if !(of(low) > threshold || of(high) > threshold) {
            continue;
        }
        for value in run.iter().map(|&cell| of(cell)) {
            if value > threshold {
                insert(kept, value);
                threshold = kept.last().copied().unwrap_or(f32::INFINITY);
            }
        }
    }
    kept.iter().sum::<f32>() / kept.len() as f32
}

/// Puts `value` into its place of a list sorted from large to small; the smallest falls out.
fn insert(kept: &mut [f32], value: f32) {
    let mut at = kept.len() - 1;
    while at > 0 && kept[at - 1] < value {
        kept[at] = kept[at - 1];
        at -= 1;
    }
    kept[at] = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_are_those_of_the_sorted_cells() {
        for length in [1usize, 2, 15, 16, 17, 100, 614] {
            let cells: Vec<f32> = (0..length).map(|k| ((k * 7919 + 5) % 997) as f32).collect();
            let mut sorted = cells.clone();
            sorted.sort_by(f32::total_cmp);
            for count in [1usize, 2, 12] {
                let count = count.min(length);
                let mut kept = vec![0.0; count];
                let mean = |part: &[f32]| part.iter().sum::<f32>() / count as f32;
                let (low, high) = (mean(&sorted[..count]), mean(&sorted[length - count..]));
                assert!((mean_of_extremes(&cells, &mut kept, |p| p) - high).abs() < 1e-3, "{length} {count}");
                assert!((-mean_of_extremes(&cells, &mut kept, |p| -p) - low).abs() < 1e-3, "{length} {count}");
            }
        }
    }

    #[test]
    fn bands_are_octaves_up_to_nyquist() {
        let bands = OctaveBands::new(1025, 15.625, f64::INFINITY);
        let edges: Vec<f64> = bands.bands.iter().map(|band| band.to_hz).collect();
        assert_eq!(edges, [200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12_800.0]);
        assert_eq!(bands.bands[0].cells, 0..13);
        assert_eq!(bands.bands[1].cells, 13..26);
        // Cells as wide as bands leave nothing to compare.
        assert!(OctaveBands::new(33, 500.0, f64::INFINITY).bands.iter().all(|band| band.from_hz >= 800.0));
        assert!(OctaveBands::new(33, 1e-3, f64::INFINITY).bands.is_empty());
        for (limit_hz, last_hz) in [(12_799.0, 6_400.0), (400.0, 400.0), (399.0, 200.0)] {
            let bands = OctaveBands::new(1025, 15.625, limit_hz).bands;
            assert_eq!(bands.last().map(|band| band.to_hz), Some(last_hz));
        }
    }

    #[test]
    fn slopes_have_their_colour() {
        for (exponent, slope) in [(0.0, 0.0), (-1.0, -3.01), (-2.0, -6.02)] {
            let power: Vec<f32> = (0..1025).map(|k| 0.1 * (f64::from(k).max(1.0)).powf(exponent) as f32).collect();
            let mut bands = OctaveBands::new(1025, 15.625, f64::INFINITY);
            bands.measure(&power);
            let found = bands.slope_db_per_octave().expect("bands");
            assert!((found - slope).abs() < 0.15, "{found} {slope}");
        }
    }

    #[test]
    fn a_line_stands_out_and_silence_does_not() {
        let mut power = vec![1e-6f32; 1025];
        power[30] = 1e-2;
        let mut bands = OctaveBands::new(1025, 15.625, f64::INFINITY);
        bands.measure(&power);
        // The strongest cell of 26 in 400 to 800 Hz.
        assert!((bands.levels[2].contrast_db - 40.0).abs() < 1e-3);
        assert!(bands.levels[3].contrast_db.abs() < 1e-3);
        bands.measure(&[0.0; 1025]);
        assert!(bands.levels.iter().all(|levels| levels.contrast_db == 0.0));
    }
}
