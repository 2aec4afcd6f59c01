//! How far two analyses of the same sound lie apart.

use super::{Grid, GridError, STEPS_PER_DB};

/// Two runs of the same engine on the same bytes agree to this, whatever the processor: 0.1 dB in the worst cell.
///
/// Transforms add up in different orders with different vector units, an error of some 1e-8 of the loudest cell
/// (-160 dB); in a cell at the floor of -120 dBFS that is at most 0.1 dB, and less the louder the cell is.
pub const TOLERANCE_DB: f32 = 0.1;

/// Differences over all cells.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Difference {
    /// Largest magnitude.
    pub max_db: f32,
    /// Mean magnitude.
    pub mean_db: f32,
    /// Cells that were compared.
    pub cells: u64,
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
        let (mut max, mut sum) = (0u16, 0u64);
        for (&a, &b) in self.cells.iter().zip(&other.cells) {
            let steps = a.abs_diff(b);
            max = max.max(steps);
            sum += u64::from(steps);
        }
        let cells = self.cells.len() as u64;
        Ok(Difference {
            max_db: f32::from(max) / STEPS_PER_DB,
            mean_db: (sum as f64 / cells.max(1) as f64) as f32 / STEPS_PER_DB,
            cells,
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
        assert!(matches!(
            grid.difference(&ramp(5, 33)),
            Err(GridError::Shape { left_columns: 4, right_columns: 5, .. })
        ));
    }
}
