//! What is written down about rhythm.

use super::tempo::Tempo;
use crate::{analysis::TimeSeries, math};

/// Most events whose times are kept: over an hour of beats at 120 BPM. The count goes on.
pub const MAX_EVENTS: usize = 8_192;

/// Onsets, tempo and beats of a recording.
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

/// Events in time.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Events {
    /// How many there are.
    pub count: u64,
    /// When they are, in seconds from the start of the sound, rounded to 0.1 ms; the first [`MAX_EVENTS`].
    pub times_s: Vec<f64>,
}

/// Rhythm over time.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RhythmSeries {
    /// [`super::OnsetStrength`]; a point holds the largest strength of its frames.
    pub onset_strength_db: TimeSeries,
    /// Tempo that the beats follow, from about 8 s of sound around each point, later ones weighing more than the three
    /// before; a point holds the mean. Undefined where nothing repeats.
    pub tempo_bpm: TimeSeries,
}

impl Events {
    pub(super) fn push(&mut self, time_s: f64) {
        self.count += 1;
        if self.times_s.len() < MAX_EVENTS {
            self.times_s.push(math::round(time_s.max(0.0) * 1e4) / 1e4);
        }
    }

    /// Takes back the last `excess` events.
    pub(super) fn drop_last(&mut self, excess: u64) {
        self.count = self.count.saturating_sub(excess);
        self.times_s.truncate(usize::try_from(self.count).unwrap_or(usize::MAX));
    }
}
