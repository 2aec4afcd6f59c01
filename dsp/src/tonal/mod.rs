//! Tuning, key and pitch of a recording.

mod histogram;
mod key;
mod meter;
mod over_time;
mod peaks;

pub use key::key;
pub use meter::{TonalMeter, TonalSeries};

pub use crate::analysis::{Key, KeyMatch, Mode, PitchClass, Tonal, Tuning};
