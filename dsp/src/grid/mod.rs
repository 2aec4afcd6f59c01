//! A finished spectrogram in decibels: what is stored, sent, compared and painted.

mod difference;
mod format;
mod paint;
#[cfg(feature = "png")]
mod png;

use alloc::vec::Vec;

pub use difference::{Difference, PRECISE_RANGE_DB, TOLERANCE_DB};
pub use paint::View;
#[cfg(feature = "png")]
pub use png::PngError;

use crate::{Parameters, analysis::Geometry, decibel, spectrogram::PowerColumns};

/// Cells are stored in steps of 1/128 dB.
pub const STEPS_PER_DB: f32 = 128.0;

/// A grid that cannot be read, compared or painted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GridError {
    /// The bytes are not a grid file of this version.
    #[error("these bytes are not a spectrogram grid: {reason}")]
    Format {
        /// What does not fit.
        reason: &'static str,
    },
    /// The length of the bytes does not fit the header.
    #[error("the spectrogram grid has {actual} bytes, its header promises {expected}")]
    Length {
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes that are there.
        actual: u64,
    },
    /// Two grids of different shape.
    #[error("grids of {left_columns} x {left_bins} and {right_columns} x {right_bins} cells cannot be compared")]
    Shape {
        /// Columns of the first.
        left_columns: u32,
        /// Cells in a column of the first.
        left_bins: u32,
        /// Columns of the second.
        right_columns: u32,
        /// Cells in a column of the second.
        right_bins: u32,
    },
    /// A picture of no size, larger than 16,384 pixels a side, or whose buffer does not fit.
    #[error("a picture of {width} x {height} pixels needs {expected} bytes; the buffer holds {actual}")]
    Picture {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes that are needed, 0 for an impossible size.
        expected: u64,
        /// Bytes of the buffer.
        actual: u64,
    },
}

/// A spectrogram in decibels: `columns` x `bins` cells, column after column, each from low to high frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    geometry: Geometry,
    /// Levels in steps of 1/128 dB.
    cells: Vec<i16>,
}

impl Grid {
    /// Writes mean powers down in decibels, not lower than the floor of `parameters`.
    pub fn from_columns(columns: &PowerColumns, parameters: &Parameters, duration_s: f64) -> Self {
        let floor_db = parameters.floor_dbfs;
        let mut cells = Vec::with_capacity(columns.columns() * columns.bins());
        for (sums, scale) in columns.iter() {
            cells.extend(sums.iter().map(|&sum| quantize(decibel::power_to_db(sum * scale, floor_db))));
        }
        let frames_per_column = columns.frames_per_column();
        let geometry = Geometry {
            columns: columns.columns() as u32,
            bins: columns.bins() as u32,
            stft_frames: columns.frames(),
            stft_frames_per_column: frames_per_column,
            column_duration_s: frames_per_column as f64 * parameters.hop_s(),
            bin_width_hz: parameters.bin_width_hz(),
            duration_s,
            floor_dbfs: floor_db,
        };
        Self { geometry, cells }
    }

    /// Shape and units.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Length of the sound.
    pub fn duration_s(&self) -> f64 {
        self.geometry.duration_s
    }

    /// Highest frequency.
    pub fn nyquist_hz(&self) -> f64 {
        f64::from(self.geometry.bins.saturating_sub(1)) * self.geometry.bin_width_hz
    }

    /// Level of the cell at that time and frequency; `None` outside.
    pub fn level_at(&self, time_s: f64, frequency_hz: f64) -> Option<f32> {
        if !(time_s >= 0.0 && frequency_hz >= 0.0) {
            return None;
        }
        let column = self.columns_at(time_s) as usize;
        let bin = (frequency_hz / self.geometry.bin_width_hz + 0.5) as usize;
        let cell = self.column(column)?.get(bin)?;
        Some(f32::from(*cell) / STEPS_PER_DB)
    }

    /// Where a time lies on the axis of columns. The first STFT frame is centred on time 0, so column 0 begins half a
    /// hop before it.
    fn columns_at(&self, time_s: f64) -> f64 {
        time_s / self.geometry.column_duration_s + 0.5 / self.geometry.stft_frames_per_column.max(1) as f64
    }

    /// The cells of one column.
    fn column(&self, column: usize) -> Option<&[i16]> {
        let bins = self.geometry.bins as usize;
        let start = column.checked_mul(bins)?;
        self.cells.get(start..start.checked_add(bins)?)
    }
}

fn quantize(level_db: f32) -> i16 {
    let steps = level_db * STEPS_PER_DB;
    // The cast saturates: 255 dB above full scale is loud enough.
    (steps + if steps < 0.0 { -0.5 } else { 0.5 }) as i16
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A grid whose column c, bin k has -c - k/10 dB.
    pub(crate) fn ramp(columns: u32, bins: usize) -> Grid {
        let mut sums = PowerColumns::new(bins, columns.next_multiple_of(2) as usize);
        for c in 0..columns {
            let power: Vec<f32> =
                (0..bins).map(|k| libm::pow(10.0, -(f64::from(c) + k as f64 / 10.0) / 10.0) as f32).collect();
            sums.push(&power);
        }
        let parameters = Parameters {
            window_length_frames: 2 * (bins as u32 - 1),
            analysis_rate_hz: 2 * (bins as u32 - 1) * 100,
            hop_frames: 1,
            ..Parameters::default()
        };
        Grid::from_columns(&sums, &parameters, f64::from(columns) * parameters.hop_s())
    }

    #[test]
    fn cells_are_decibels() {
        let grid = ramp(10, 33);
        let hop = grid.geometry().column_duration_s;
        assert_eq!(grid.nyquist_hz(), 3200.0);
        for (c, k) in [(0usize, 0usize), (3, 7), (9, 32)] {
            let level = grid.level_at(c as f64 * hop, k as f64 * 100.0).expect("inside");
            assert!((level + c as f32 + k as f32 / 10.0).abs() <= 0.51 / STEPS_PER_DB);
        }
        assert_eq!(grid.level_at(9.6 * hop, 0.0), None);
        assert_eq!(grid.level_at(0.0, 3300.0), None);
        assert_eq!(grid.level_at(-1.0, f64::NAN), None);
    }

    #[test]
    fn quantizes_to_the_nearest_step_and_saturates() {
        assert_eq!(quantize(-120.0), -15_360);
        assert_eq!(quantize(0.004), 1);
        assert_eq!(quantize(-0.004), -1);
        assert_eq!(quantize(1e9), i16::MAX);
    }
}
