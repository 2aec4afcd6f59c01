//! Onsets, tempo and beats.

mod autocorrelation;
mod beats;
mod events;
mod meter;
mod picker;
mod strength;
mod tempo;
mod timeline;

pub use meter::{RhythmError, RhythmMeter, RhythmSeries};
pub use picker::THRESHOLD_DB;
pub use strength::{FLOOR_DBFS, OnsetStrength};
pub use tempo::{MAX_BPM, MIN_BPM, MIN_CONFIDENCE, PREFERENCE_OCTAVES, PREFERRED_BPM};

pub use crate::analysis::{Events, MAX_EVENTS, Rhythm, Tempo};
