//! Section `spectrogram`: its shape. The cells are in the grid file.

/// Shape of a spectrogram: `columns` of `bins` cells each.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Geometry {
    /// Number of columns in time.
    pub columns: u32,
    /// Number of cells in a column; cell k is centred on k x `bin_width_hz`.
    pub bins: u32,
    /// STFT frames that were computed.
    pub stft_frames: u64,
    /// STFT frames whose mean power makes one column (the last may hold fewer).
    pub stft_frames_per_column: u64,
    /// Time from one column to the next.
    pub column_duration_s: f64,
    /// Frequency from one cell to the next.
    pub bin_width_hz: f64,
    /// Length of the sound, the end of the time axis.
    pub duration_s: f64,
    /// Lowest level that a cell holds; everything quieter is written as this.
    pub floor_dbfs: f32,
}
