//! Onsets, tempo and beats.

mod autocorrelation;
mod beats;
mod meter;
mod picker;
mod result;
mod strength;
mod tempo;
mod timeline;

pub use meter::{RhythmError, RhythmMeter};
pub use picker::THRESHOLD_DB;
pub use result::{Events, MAX_EVENTS, Rhythm, RhythmSeries};
pub use strength::{FLOOR_DBFS, OnsetStrength};
pub use tempo::{MAX_BPM, MIN_BPM, MIN_CONFIDENCE, PREFERENCE_OCTAVES, PREFERRED_BPM, Tempo};
