//! The grid as a file, little endian:
//!
//! | offset | bytes | content                                   |
//! |-------:|------:|-------------------------------------------|
//! |      0 |     8 | `DASGRID1`                                |
//! |      8 |     4 | columns, u32                              |
//! |     12 |     4 | bins, u32                                 |
//! |     16 |     8 | time from column to column in s, f64      |
//! |     24 |     8 | frequency from cell to cell in Hz, f64    |
//! |     32 |     8 | length of the sound in s, f64             |
//! |     40 |     8 | STFT frames, u64                          |
//! |     48 |     8 | STFT frames per column, u64               |
//! |     56 |     4 | floor in dBFS, f32                        |
//! |     60 |     4 | zero                                      |
//! |     64 | 2 c b | levels in 1/128 dB, i16, column by column |

use alloc::vec::Vec;

use super::{Grid, GridError};
use crate::analysis::Geometry;

const MAGIC: &[u8; 8] = b"DASGRID1";
const HEADER_BYTES: usize = 64;
/// Cells that the longest window of an analysis, 65,536 frames, gives. A file without columns could promise any number.
const MAX_BINS: u32 = 32_769;

impl Grid {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let g = &self.geometry;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 2 * self.cells.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&g.columns.to_le_bytes());
        bytes.extend_from_slice(&g.bins.to_le_bytes());
        bytes.extend_from_slice(&g.column_duration_s.to_le_bytes());
        bytes.extend_from_slice(&g.bin_width_hz.to_le_bytes());
        bytes.extend_from_slice(&g.duration_s.to_le_bytes());
        bytes.extend_from_slice(&g.stft_frames.to_le_bytes());
        bytes.extend_from_slice(&g.stft_frames_per_column.to_le_bytes());
        bytes.extend_from_slice(&g.floor_dbfs.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend(self.cells.iter().flat_map(|cell| cell.to_le_bytes()));
        bytes
    }

    /// Reads a file's bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GridError> {
        let Some((header, body)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
            return Err(GridError::Format { reason: "shorter than a header" });
        };
        if !header.starts_with(MAGIC) {
            return Err(GridError::Format { reason: "no DASGRID1 at the start" });
        }
        let geometry = Geometry {
            columns: u32::from_le_bytes(field(header, 8)),
            bins: u32::from_le_bytes(field(header, 12)),
            column_duration_s: f64::from_le_bytes(field(header, 16)),
            bin_width_hz: f64::from_le_bytes(field(header, 24)),
            duration_s: f64::from_le_bytes(field(header, 32)),
            stft_frames: u64::from_le_bytes(field(header, 40)),
            stft_frames_per_column: u64::from_le_bytes(field(header, 48)),
            floor_dbfs: f32::from_le_bytes(field(header, 56)),
        };
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if !positive(geometry.column_duration_s) || !positive(geometry.bin_width_hz) || geometry.bins == 0 {
            return Err(GridError::Format { reason: "no valid units" });
        }
        if geometry.bins > MAX_BINS {
            return Err(GridError::Format { reason: "more cells in a column than the longest window gives" });
        }
        if !(geometry.duration_s.is_finite() && geometry.floor_dbfs.is_finite()) {
            return Err(GridError::Format { reason: "no valid range" });
        }
        let expected = 2 * u128::from(geometry.columns) * u128::from(geometry.bins);
        if expected != body.len() as u128 {
            let expected = u64::try_from(expected).unwrap_or(u64::MAX).saturating_add(HEADER_BYTES as u64);
            return Err(GridError::Length { expected, actual: bytes.len() as u64 });
        }
        let cells = body.as_chunks::<2>().0.iter().map(|&cell| i16::from_le_bytes(cell)).collect();
        Ok(Self { geometry, cells })
    }
}

/// The `N` bytes of the header at a fixed offset.
fn field<const N: usize>(header: &[u8; HEADER_BYTES], offset: usize) -> [u8; N] {
    core::array::from_fn(|i| header[offset + i])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::tests::ramp;

    #[test]
    fn survives_the_file() {
        let grid = ramp(5, 33);
        let bytes = grid.to_bytes();
        assert_eq!(bytes.len(), 64 + 2 * 5 * 33);
        assert_eq!(Grid::from_bytes(&bytes), Ok(grid));
    }

    #[test]
    fn refuses_other_bytes() {
        let bytes = ramp(5, 33).to_bytes();
        assert!(matches!(Grid::from_bytes(&[]), Err(GridError::Format { .. })));
        assert!(matches!(
            Grid::from_bytes(&bytes[..bytes.len() - 1]),
            Err(GridError::Length { expected: 394, actual: 393 })
        ));
        let mut magic = bytes.clone();
        magic[7] = b'2';
        assert!(matches!(Grid::from_bytes(&magic), Err(GridError::Format { .. })));
        let mut huge = bytes.clone();
        huge[8..12].fill(0xff);
        assert!(matches!(Grid::from_bytes(&huge), Err(GridError::Length { .. })));
        huge[12..16].fill(0xff);
        assert!(matches!(Grid::from_bytes(&huge), Err(GridError::Format { .. })));
        // No column at all, so that the length fits whatever a column would have.
        let mut empty = bytes[..HEADER_BYTES].to_vec();
        empty[8..12].fill(0);
        assert!(Grid::from_bytes(&empty).is_ok());
        empty[12..16].copy_from_slice(&32_770u32.to_le_bytes());
        assert!(matches!(Grid::from_bytes(&empty), Err(GridError::Format { .. })));
        let mut units = bytes;
        units[16..24].copy_from_slice(&f64::NAN.to_le_bytes());
        assert!(matches!(Grid::from_bytes(&units), Err(GridError::Format { .. })));
    }
}
