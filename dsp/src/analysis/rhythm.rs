//! Section `rhythm`: onsets, tempo and beats.

use alloc::vec::Vec;

/// Most events whose times are kept: over an hour of beats at 120 BPM. The count goes on.
pub const MAX_EVENTS: usize = 8_192;

/// Onsets, tempo and beats of a recording. Definitions: `dsp::rhythm`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rhythm {
    /// Tempo of the whole recording; `None` where nothing repeats, or in less than 4 s of sound.
    pub tempo: Option<Tempo>,
    /// Beginnings of notes, strokes and syllables.
    pub onsets: Events,
    /// Beats; none where there is no tempo.
    pub beats: Events,
}

/// A tempo and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tempo {
    /// Beats per minute, 30 to 300.
    pub bpm: f64,
    /// Autocorrelation of the onset strength at the period of the beat: 1 where every beat is like the next, around 0
    /// where there is no beat, at least 0.1, and more in short recordings whose strength varies no more than that of noise.
    pub confidence: f64,
}

/// Events in time.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Events {
    /// How many there are.
    pub count: u64,
    /// When they are, in seconds from the start of the sound, rounded to 0.1 ms; the first [`MAX_EVENTS`].
    pub times_s: Vec<f64>,
}
