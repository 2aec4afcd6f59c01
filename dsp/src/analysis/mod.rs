//! The result of an analysis as it is written down: schema version 2, one file per section.
//!
//! Units stand in the key names. A value that does not exist (digital silence has no decibels) is `null`; a section
//! that was not computed ([`Measures::Overview`](crate::parameters::Measures::Overview)) is absent.
//! `dsp/schema/analysis-2.schema.json` describes the same document, and a test holds the two together.
//!
//! | section           | when      | from                                                   |
//! |-------------------|-----------|--------------------------------------------------------|
//! | `level`           | always    | samples of the source: [`crate::measure::level`]       |
//! | `loudness`        | full      | samples of the source: [`crate::measure::loudness`]    |
//! | `noise`           | full      | samples of the source: [`crate::measure::short_term`]  |
//! | `spectral`        | always    | mean spectrum of the mix: [`crate::measure::spectral`] |
//! | `spectral_frames` | full      | every spectrum of the mix: [`crate::measure::spectral`]|
//! | `third_octaves`   | full      | mean spectrum: [`crate::measure::third_octave`]        |
//! | `partials`        | full      | mean spectrum: [`crate::measure::partials`]            |
//! | `rhythm`          | full      | every spectrum of the mix: `dsp::rhythm`               |
//! | `tonal`           | full      | spectra and samples of the mix: `dsp::tonal`           |
//! | `series`          | full      | what of these changes over time: see [`SeriesSet`]     |

mod geometry;
mod level;
mod loudness;
mod noise;
mod rhythm;
mod series;
mod source;
mod spectral;
mod third_octaves;
mod tonal;

use alloc::{string::String, vec::Vec};

pub use geometry::Geometry;
pub use level::{ChannelLevel, ClippedRun, Level};
pub use loudness::Loudness;
pub use noise::Noise;
pub use rhythm::{Events, MAX_EVENTS, Rhythm, Tempo};
pub use series::{MAX_POINTS, MatrixSeries, SeriesSet, TimeSeries};
pub use source::{Source, Tag};
pub use spectral::{BandContrast, Partial, Spectral, SpectralFrames, Statistics};
pub use third_octaves::{ThirdOctave, ThirdOctaves};
pub use tonal::{Key, KeyMatch, Mode, Pitch, PitchClass, Tonal, Tuning};

/// Version of the document that [`Analysis`] serializes to.
pub const SCHEMA: u32 = 2;

/// Everything that the frequency visualizer finds out about one recording.
///
/// Documents of schema 1 can still be read: they have none of the sections that came later.
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
    /// Loudness and true peak of the source samples.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub loudness: Option<Loudness>,
    /// Noise floor and signal-to-noise ratio, estimated from the source samples.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub noise: Option<Noise>,
    /// Statistics of the mean spectrum of the mono mix at the analysis rate.
    pub spectral: Spectral,
    /// Statistics over the single spectra.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub spectral_frames: Option<SpectralFrames>,
    /// Long-term average spectrum in third octaves.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub third_octaves: Option<ThirdOctaves>,
    /// Strongest partials of the mean spectrum, the strongest first.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub partials: Option<Vec<Partial>>,
    /// Onsets, tempo and beats of the mono mix.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub rhythm: Option<Rhythm>,
    /// Tuning, key and pitch of the mono mix.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub tonal: Option<Tonal>,
    /// What was measured, over time.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub series: Option<SeriesSet>,
    /// Shape of the spectrogram that belongs to this analysis.
    pub spectrogram: Geometry,
    /// How long the work took. The only part that differs between two runs on the same bytes.
    pub timing: Timing,
}

impl Analysis {
    /// The document without what only programs read, tens of kilobytes: series, and the times of onsets and beats.
    #[must_use]
    pub fn without_lists(mut self) -> Self {
        self.series = None;
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.onsets.times_s.clear();
            rhythm.beats.times_s.clear();
        }
        self
    }
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

/// How long the work took.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Timing {
    /// Wall-clock time from opening the file to the finished analysis.
    pub elapsed_ms: f64,
    /// Seconds of sound per second of work.
    pub realtime_factor: f64,
}
