//! `do_mixing`: many channels to one.

use super::{EngineError, Sound};
use crate::mix;

/// What [`do_mixing`] is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MixingRequest {
    /// How the samples are written, where the result is a file.
    pub encoding: crate::wav::Encoding,
}

/// Mixes all channels to one, each with weight 1 / C: see [`mix::to_mono`].
pub fn do_mixing(sound: &Sound, _request: &MixingRequest) -> Result<Sound, EngineError> {
    let mut mono = Vec::with_capacity(sound.frames());
    mix::to_mono(sound.channels(), &mut mono);
    Sound::new(sound.sample_rate_hz(), vec![mono])
}
