//! How far two analyses of the same sound lie apart.

use super::{Grid, GridError, STEPS_PER_DB};

/// Two runs of the same engine on the same bytes agree to this in every cell within [`PRECISE_RANGE_DB`] of the
/// loudest of its column, whatever the processor.
///
/// Transforms add up in different orders with different vector units. Over millions of cells, single precision leaves
/// an error of up to three units in the last place of the loudest cell (1.8e-7, -135 dB); in a cell 96 dB below it, that
/// is 1.1 % or 0.1 dB, and less the louder the cell is.
pub const TOLERANCE_DB: f32 = 0.1;

/// Cells further than this below the loudest cell of their column hold the rounding error of that cell as much as
/// their own sound, and are not compared. 96 dB is the range of 16-bit sound.
pub const PRECISE_RANGE_DB: f32 = 96.0;

/// Differences over all cells within [`PRECISE_RANGE_DB`] of the loudest cell of their column.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Difference {
    /// Largest magnitude.
    pub max_db: f32,
    /// Mean magnitude.
    pub mean_db: f32,
    /// Cells that were compared.
    pub cells: u64,
    /// Cells that lie too far below the loudest of their column.
    pub imprecise_cells: u64,
    /// Largest magnitude over all cells, the imprecise ones included.
    pub max_of_all_db: f32,
}

impl Difference {
    /// True when the largest difference is within [`TOLERANCE_DB`].
    pub fn within_tolerance(&self) -> bool {
        self.max_db <= TOLERANCE_DB
    }
}

impl Grid {
    /// Compares cell by cell; the grids must have the same shape. The resolution is that of the cells, 1/128 dB.
    pub fn difference(&self, other: &Self) -> Result<Difference, GridError> {
        let (left, right) = (&self.geometry, &other.geometry);
        if (left.columns, left.bins, left.stft_frames) != (right.columns, right.bins, right.stft_frames) {
            return Err(GridError::Shape {
                left_columns: left.columns,
                left_bins: left.bins,
                right_columns: right.columns,
                right_bins: right.bins,
            });
        }
        let range = (PRECISE_RANGE_DB * STEPS_PER_DB) as i32;
        let (mut max, mut max_of_all, mut sum, mut cells) = (0u16, 0u16, 0u64, 0u64);
        let bins = (left.bins as usize).max(1);
        for (ours, theirs) in self.cells.chunks(bins).zip(other.cells.chunks(bins)) {
            let loudest = ours.iter().chain(theirs).copied().max().unwrap_or(i16::MIN);
            let quietest = i32::from(loudest) - range;
            for (&a, &b) in ours.iter().zip(theirs) {
                let steps = a.abs_diff(b);
                max_of_all = max_of_all.max(steps);
                if i32::from(a.max(b)) >= quietest {
                    max = max.max(steps);
                    sum += u64::from(steps);
                    cells += 1;
                }
            }
        }
        Ok(Difference {
            max_db: f32::from(max) / STEPS_PER_DB,
            mean_db: (sum as f64 / cells.max(1) as f64) as f32 / STEPS_PER_DB,
            cells,
            imprecise_cells: self.cells.len() as u64 - cells,
            max_of_all_db: f32::from(max_of_all) / STEPS_PER_DB,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::tests::ramp;

    #[test]
    fn measures_the_largest_and_the_mean() {
        let grid = ramp(4, 33);
        assert_eq!(grid.difference(&grid).expect("same shape").max_db, 0.0);
        let mut other = grid.clone();
        other.cells[5] += 64;
        let difference = grid.difference(&other).expect("same shape");
        assert_eq!(difference.max_db, 0.5);
        assert!((difference.mean_db - 0.5 / 132.0).abs() < 1e-6);
        assert!(!difference.within_tolerance());
        assert_eq!((difference.cells, difference.imprecise_cells), (132, 0));
        assert!(matches!(
            grid.difference(&ramp(5, 33)),
            Err(GridError::Shape { left_columns: 4, right_columns: 5, .. })
        ));
    }

    #[test]
    fn rounding_of_the_loudest_cell_is_no_difference() {
        let mut grid = ramp(2, 33);
        grid.cells.fill(-110 * 128);
        grid.cells[7] = -5 * 128;
        let mut other = grid.clone();
        // In the loud column, 104 dB below the loudest: imprecise. In the quiet one: compared.
        other.cells[8] += 128;
        let difference = grid.difference(&other).expect("same shape");
        assert_eq!((difference.max_db, difference.max_of_all_db), (0.0, 1.0));
        assert_eq!((difference.cells, difference.imprecise_cells), (34, 32));
        other.cells[40] += 128;
        assert_eq!(grid.difference(&other).expect("same shape").max_db, 1.0);
    }
}
