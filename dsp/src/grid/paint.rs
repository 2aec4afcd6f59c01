//! Grids as pictures.

use alloc::{vec, vec::Vec};

use super::{Grid, GridError, STEPS_PER_DB};
use crate::palette::{Palette, STEPS};

/// Longest side of a picture in pixels.
const MAX_SIDE: u32 = 16_384;

/// The part of a grid that is shown, and how.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct View {
    /// Left and right edge in seconds.
    pub time_s: (f64, f64),
    /// Lower and upper edge in hertz.
    pub frequency_hz: (f64, f64),
    /// Levels of the first and the last colour, in dBFS.
    pub range_db: (f32, f32),
    /// Colour map.
    pub palette: Palette,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl View {
    /// All of a grid, from its floor (not below -100 dBFS) to full scale.
    pub fn full(grid: &Grid, width: u32, height: u32) -> Self {
        Self {
            time_s: (0.0, grid.duration_s()),
            frequency_hz: (0.0, grid.nyquist_hz()),
            range_db: (grid.geometry().floor_dbfs.max(-100.0), 0.0),
            palette: Palette::default(),
            width,
            height,
        }
    }
}

/// The cells that one pixel stands for, on one axis.
#[derive(Clone, Copy)]
enum Span {
    /// Outside of the grid.
    Outside,
    /// Several cells: the loudest is shown, so that short sounds do not vanish.
    Loudest(usize, usize),
    /// Less than a cell: between two, with the weight of the second.
    Between(usize, usize, f32),
}

/// Spans of `pixels` pixels over cells from `from` to `to` (in cells, cell k reaching from k to k + 1, and the last
/// `overhang` further).
fn spans(pixels: u32, from: f64, to: f64, cells: usize, overhang: f64) -> Vec<Span> {
    let step = (to - from) / f64::from(pixels);
    (0..pixels)
        .map(|pixel| {
            let start = from + step * f64::from(pixel);
            let middle = start + step / 2.0;
            if cells == 0 || !(middle >= 0.0 && middle < cells as f64 + overhang) {
                return Span::Outside;
            }
            let last = cells - 1;
            if step > 1.0 {
                let end = (start + step) as usize;
                return Span::Loudest(
                    (start.max(0.0) as usize).min(last),
                    end.clamp(start.max(0.0) as usize + 1, cells),
                );
            }
            let position = (middle - 0.5).max(0.0);
            let low = (position as usize).min(last);
            Span::Between(low, (low + 1).min(last), (position - low as f64) as f32)
        })
        .collect()
}

impl Grid {
    /// Paints RGBA pixels, row after row, the highest frequency on top. What lies outside of the grid stays transparent.
    pub fn paint(&self, view: &View, rgba: &mut [u8]) -> Result<(), GridError> {
        let (width, height) = (view.width, view.height);
        let expected = 4 * u64::from(width) * u64::from(height);
        let possible = (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height);
        if !possible || expected != rgba.len() as u64 {
            let expected = if possible { expected } else { 0 };
            return Err(GridError::Picture { width, height, expected, actual: rgba.len() as u64 });
        }
        let g = &self.geometry;
        let (columns, bins) = (g.columns as usize, g.bins as usize);
        // The sound may end up to half a hop behind the last column.
        let across = spans(width, self.columns_at(view.time_s.0), self.columns_at(view.time_s.1), columns, 0.5);
        // Cells are centred on their frequency, so cell k reaches from k - 1/2 to k + 1/2; the edges take the outer halves.
        let bin = |hz: f64| (hz / g.bin_width_hz + 0.5).clamp(0.0, bins as f64 - 1e-6);
        let up = spans(height, bin(view.frequency_hz.0), bin(view.frequency_hz.1), bins, 0.0);
        let table = view.palette.table();
        let (low, high) = view.range_db;
        let scale = (STEPS - 1) as f32 / (high - low).max(1e-3);
        let mut levels = vec![0.0f32; bins];
        for (x, span) in across.iter().enumerate() {
            if !self.mix_columns(*span, &mut levels) {
                continue;
            }
            for (row, span) in up.iter().rev().enumerate() {
                let level = match *span {
                    Span::Outside => continue,
                    Span::Loudest(from, to) => levels[from..to].iter().copied().fold(f32::MIN, f32::max),
                    Span::Between(a, b, weight) => levels[a] + (levels[b] - levels[a]) * weight,
                };
                let index = (((level - low) * scale).max(0.0) as usize).min(STEPS - 1);
                let at = 4 * (row * width as usize + x);
                rgba[at..at + 4].copy_from_slice(&table[index]);
            }
        }
        Ok(())
    }

    /// Writes the levels of one pixel column in decibels; false where there is nothing.
    fn mix_columns(&self, span: Span, levels: &mut [f32]) -> bool {
        let empty: &[i16] = &[];
        let column = |c: usize| self.column(c).unwrap_or(empty);
        match span {
            Span::Outside => return false,
            Span::Loudest(from, to) => {
                levels.fill(f32::MIN);
                for c in from..to {
                    for (level, &cell) in levels.iter_mut().zip(column(c)) {
                        *level = level.max(f32::from(cell));
                    }
                }
                levels.iter_mut().for_each(|level| *level /= STEPS_PER_DB);
            }
            Span::Between(a, b, weight) => {
                for ((level, &a), &b) in levels.iter_mut().zip(column(a)).zip(column(b)) {
                    let (a, b) = (f32::from(a), f32::from(b));
                    *level = (a + (b - a) * weight) / STEPS_PER_DB;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::tests::ramp;

    fn picture(grid: &Grid, view: &View) -> Vec<u8> {
        let mut rgba = vec![0; 4 * (view.width * view.height) as usize];
        grid.paint(view, &mut rgba).expect("painted");
        rgba
    }

    fn pixel(rgba: &[u8], width: u32, x: u32, y: u32) -> [u8; 4] {
        let at = 4 * (y * width + x) as usize;
        [rgba[at], rgba[at + 1], rgba[at + 2], rgba[at + 3]]
    }

    #[test]
    fn louder_cells_are_lighter_and_low_frequencies_are_below() {
        // Quieter to the right and upwards.
        let grid = ramp(20, 65);
        for (width, height) in [(10, 16), (20, 65), (100, 300)] {
            let view = View { palette: Palette::Gray, range_db: (-30.0, 0.0), ..View::full(&grid, width, height) };
            let rgba = picture(&grid, &view);
            let lightness = |x, y| pixel(&rgba, width, x, y)[0];
            assert!(lightness(0, height - 1) > 240);
            assert!(lightness(0, height - 1) > lightness(width - 1, height - 1));
            assert!(lightness(0, height - 1) > lightness(0, 0));
            assert!(rgba.as_chunks::<4>().0.iter().all(|p| p[3] == 255));
        }
    }

    #[test]
    fn one_loud_cell_survives_shrinking() {
        let mut grid = ramp(1000, 65);
        grid.cells.fill(-120 * 128);
        grid.cells[777 * 65 + 30] = 0;
        let view = View { palette: Palette::Gray, ..View::full(&grid, 10, 5) };
        let rgba = picture(&grid, &view);
        assert_eq!(rgba.as_chunks::<4>().0.iter().filter(|p| p[0] == 255).count(), 1);
    }

    #[test]
    fn beyond_the_end_nothing_is_painted() {
        let grid = ramp(10, 33);
        let view = View { time_s: (0.0, 2.0 * grid.duration_s()), ..View::full(&grid, 40, 8) };
        let rgba = picture(&grid, &view);
        assert_eq!(pixel(&rgba, 40, 19, 0)[3], 255);
        assert_eq!(pixel(&rgba, 40, 21, 0)[3], 0);
    }

    #[test]
    fn hostile_views_are_harmless() {
        let grid = ramp(10, 33);
        let base = || View::full(&grid, 8, 8);
        for view in [
            View { time_s: (f64::NAN, f64::INFINITY), ..base() },
            View { time_s: (5.0, -5.0), frequency_hz: (1e9, -1e9), ..base() },
            View { range_db: (0.0, 0.0), ..base() },
            View { range_db: (f32::NAN, f32::NEG_INFINITY), ..base() },
            View { frequency_hz: (f64::NAN, f64::NAN), ..base() },
        ] {
            picture(&grid, &view);
        }
        let none = View { width: 0, ..base() };
        assert!(matches!(grid.paint(&none, &mut []), Err(GridError::Picture { expected: 0, .. })));
        assert!(matches!(grid.paint(&base(), &mut [0; 3]), Err(GridError::Picture { expected: 256, actual: 3, .. })));
        let empty =
            Grid { geometry: crate::analysis::Geometry { columns: 0, ..grid.geometry.clone() }, cells: Vec::new() };
        picture(&empty, &base());
    }
}
