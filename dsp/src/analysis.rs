//! The result of an analysis as it is written down: schema version 1.
//!
//! Units stand in the key names. A level that does not exist (digital silence has no decibels) is `null`.
//! `dsp/schema/analysis-1.schema.json` describes the same document, and a test holds the two together.

use alloc::string::String;
use alloc::vec::Vec;

/// Version of the document that [`Analysis`] serializes to.
pub const SCHEMA: u32 = 1;

/// Everything that the frequency visualizer finds out about one recording.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Analysis {
    /// Version of this document's layout, [`SCHEMA`].
    pub schema: u32,
    /// The program that made it.
    pub engine: Engine,
    /// What was read.
    pub source: Source,
    /// How it was analysed.
    pub parameters: crate::Parameters,
    /// Levels of the source samples, before resampling and mixing.
    pub level: Level,
    /// Spectral statistics of the mono mix at the analysis rate.
    pub spectral: Spectral,
    /// Shape of the spectrogram that belongs to this analysis.
    pub spectrogram: Geometry,
    /// How long the work took. The only part that differs between two runs on the same bytes.
    pub timing: Timing,
}

/// Name and version of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Engine {
    /// `das-dsp`.
    pub name: String,
    /// Version of the `dsp` crate.
    pub version: String,
}

impl Engine {
    /// The engine that is running.
    pub fn this() -> Self {
        Self { name: "das-dsp".into(), version: env!("CARGO_PKG_VERSION").into() }
    }
}

/// The sound as it came in.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Source {
    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Length of the file in bytes.
    pub size_bytes: u64,
    /// Container, for example `wave`, `ogg`, `isomp4`.
    pub container: String,
    /// Codec, for example `pcm_s16le`, `flac`, `mp3`.
    pub codec: String,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Bits of one sample where the codec states them.
    pub bits_per_sample: Option<u32>,
    /// Decoded frames (one frame holds a sample of every channel).
    pub frames: u64,
    /// Decoded frames divided by the sample rate.
    pub duration_s: f64,
    /// Text tags in file order.
    pub tags: Vec<Tag>,
}

/// One text tag of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tag {
    /// Standard name where the tag is known (`artist`, `track_title`), otherwise the file's own key.
    pub key: String,
    /// The text, control characters removed, at most 1,024 characters.
    pub value: String,
}

/// Levels over all channels; full scale is ±1.0 = 0 dBFS, also for RMS (a full-scale sine is -3.01 dBFS).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Level {
    /// Largest magnitude of any sample.
    pub peak_dbfs: Option<f64>,
    /// Root mean square of all samples of all channels.
    pub rms_dbfs: Option<f64>,
    /// Peak minus RMS.
    pub crest_factor_db: Option<f64>,
    /// Mean of all samples, in full scales.
    pub dc_offset: f64,
    /// Smallest sample, in full scales.
    pub min: f64,
    /// Largest sample, in full scales.
    pub max: f64,
    /// Samples at or beyond the largest value of the source's samples: 127/128 with 8 bits, 32767/32768 with 16 or more.
    pub clipped_samples: u64,
}

/// Statistics of the power spectra of all STFT frames, each frame weighted by its power unless stated otherwise.
/// `None` where the recording is digital silence.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Spectral {
    /// Centre of mass of the power spectrum.
    pub centroid_hz: Option<f64>,
    /// Standard deviation of the power spectrum around its centroid.
    pub bandwidth_hz: Option<f64>,
    /// Frequency below which 85 % of the power lies, in the mean spectrum.
    pub rolloff_85_hz: Option<f64>,
    /// Geometric over arithmetic mean of the power spectrum, 0 (tone) to 1 (white noise); mean over frames that are not silent.
    pub flatness: Option<f64>,
    /// Frequency of the strongest partial of the mean spectrum, parabolic interpolation in decibels.
    pub peak_frequency_hz: Option<f64>,
    /// Level of that partial: a sine of amplitude 1.0 is 0 dBFS.
    pub peak_level_dbfs: Option<f64>,
}

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

/// How long the work took.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Timing {
    /// Wall-clock time from opening the file to the finished analysis.
    pub elapsed_ms: f64,
    /// Seconds of sound per second of work.
    pub realtime_factor: f64,
}
