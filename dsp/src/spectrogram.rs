//! A spectrogram of bounded size over a stream of unknown length.

use alloc::vec::Vec;

/// Mean power spectra over equally long runs of STFT frames.
///
/// Starts with one frame per column. Whenever the columns are full, neighbours are merged and every column holds
/// twice as many frames, so that the result has between half and all of `max_columns` however long the stream is,
/// and does not depend on how it was cut into pieces.
pub struct PowerColumns {
    bins: usize,
    max_columns: usize,
    frames_per_column: u64,
    /// Sums of powers, column after column; the last column may hold fewer frames.
    sums: Vec<f32>,
    frames_in_last: u64,
    frames: u64,
}

impl PowerColumns {
    /// An empty spectrogram of `bins` cells a column; `max_columns` is even and above zero.
    pub fn new(bins: usize, max_columns: usize) -> Self {
        Self {
            bins: bins.max(1),
            max_columns: max_columns.next_multiple_of(2).max(2),
            frames_per_column: 1,
            sums: Vec::new(),
            frames_in_last: 0,
            frames: 0,
        }
    }

    /// Adds one power spectrum of `bins` cells.
    pub fn push(&mut self, power: &[f32]) {
        if self.sums.is_empty() || self.frames_in_last == self.frames_per_column {
            if self.columns() == self.max_columns {
                self.halve();
            }
            self.sums.extend_from_slice(power);
            self.sums.resize(self.sums.len().next_multiple_of(self.bins), 0.0);
            self.frames_in_last = 1;
        } else {
            let last = self.sums.len() - self.bins;
            for (sum, &p) in self.sums[last..].iter_mut().zip(power) {
                *sum += p;
            }
            self.frames_in_last += 1;
        }
        self.frames += 1;
    }

    fn halve(&mut self) {
        let bins = self.bins;
        for pair in 0..self.columns() / 2 {
            let (from, to) = (2 * pair * bins, pair * bins);
            for k in 0..bins {
                self.sums[to + k] = self.sums[from + k] + self.sums[from + bins + k];
            }
        }
        self.sums.truncate(self.columns() / 2 * bins);
        self.frames_per_column *= 2;
        self.frames_in_last = self.frames_per_column;
    }

    /// Number of columns so far.
    pub fn columns(&self) -> usize {
        self.sums.len() / self.bins
    }

    /// Cells in a column.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// STFT frames so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// STFT frames that make one column, now.
    pub fn frames_per_column(&self) -> u64 {
        self.frames_per_column
    }

    /// Mean powers, column after column, as sums and the factor that makes them means.
    pub fn iter(&self) -> impl Iterator<Item = (&[f32], f32)> {
        let last = self.columns().saturating_sub(1);
        self.sums.chunks_exact(self.bins).enumerate().map(move |(column, sums)| {
            let frames = if column == last { self.frames_in_last } else { self.frames_per_column };
            (sums, 1.0 / frames as f32)
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    #[test]
    fn columns_hold_the_mean_of_their_frames() {
        for frames in [1u32, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 100, 1000] {
            let mut columns = PowerColumns::new(2, 8);
            for i in 0..frames {
                columns.push(&[i as f32, 1.0]);
            }
            assert_eq!(columns.frames(), u64::from(frames));
            assert!(columns.columns() <= 8 && (frames < 8 || columns.columns() > 4), "{frames}");
            let per = columns.frames_per_column() as u32;
            for (c, (sums, scale)) in columns.iter().enumerate() {
                let first = c as u32 * per;
                let last = (first + per).min(frames) - 1;
                assert!((sums[0] * scale - (first + last) as f32 / 2.0).abs() < 1e-3, "{frames} {c}");
                assert!((sums[1] * scale - 1.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        let columns = PowerColumns::new(3, 4);
        assert_eq!(columns.iter().collect::<Vec<_>>(), vec![]);
    }
}
