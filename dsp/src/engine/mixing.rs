//! `do_mixing`: many channels to one or two, and many sounds to one.

use super::{EngineError, Sound};
use crate::{
    ParameterError,
    mix::{self, ChannelMask, DownMix, Layout, Scale, Track},
    wav::Encoding,
};

/// What channels are mixed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MixTarget {
    /// One channel, the mean of all: see [`mix::to_mono`].
    #[default]
    Mean,
    /// One channel by ITU-R BS.775, the layout that of the file, or told by the number of channels where the
    /// file names no loudspeakers: see [`DownMix::to_mono`].
    Mono,
    /// Left and right by ITU-R BS.775: see [`DownMix::to_stereo`].
    Stereo,
}

/// What [`do_mixing`] is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MixingRequest {
    /// What the channels are mixed to.
    pub to: MixTarget,
    /// Whether a mix by BS.775 may be louder than full scale; the mean never is.
    pub scale: Scale,
    /// How the samples are written, where the result is a file.
    pub encoding: Encoding,
}

/// Mixes the channels of a sound.
pub fn do_mixing(sound: &Sound, request: &MixingRequest) -> Result<Sound, EngineError> {
    let mixer = Mixer::prepare(request, sound.channels().len(), sound.channel_mask())?;
    let mut mixed = vec![Vec::new(); mixer.channels()];
    mixer.mix(sound.channels(), &mut mixed)?;
    Sound::new(sound.sample_rate_hz(), mixed)
}

/// One sound among those that [`mix_sounds`] mixes.
#[derive(Debug, Clone, Copy)]
pub struct SoundTrack<'a> {
    /// One or two channels.
    pub sound: &'a Sound,
    /// Gain in decibels, -120 to 120.
    pub gain_db: f64,
    /// From -1 (left) to 1 (right).
    pub pan: f64,
    /// Frames of the mix before the sound begins.
    pub start_frame: usize,
}

/// A mix of sounds.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedSounds {
    /// Left and right.
    pub sound: Sound,
    /// What the mix was turned down by to stay under the ceiling: 0 or less.
    pub headroom_db: f64,
}

/// Mixes sounds of one rate to stereo, and turns the sum down as far as it must be to stay under `ceiling_dbfs`: see
/// [`mix::mix_tracks`].
pub fn mix_sounds(tracks: &[SoundTrack<'_>], ceiling_dbfs: f64) -> Result<MixedSounds, EngineError> {
    let count = tracks.len() as f64;
    let Some(first) = tracks.first() else {
        return Err(ParameterError { name: "tracks", allowed: "at least 1", actual: count }.into());
    };
    let sample_rate_hz = first.sound.sample_rate_hz();
    if let Some(other) = tracks.iter().find(|track| track.sound.sample_rate_hz() != sample_rate_hz) {
        let actual = f64::from(other.sound.sample_rate_hz());
        return Err(ParameterError { name: "sample_rate_hz", allowed: "the same for all tracks", actual }.into());
    }
    let ends = tracks.iter().map(|track| track.start_frame.saturating_add(track.sound.frames()));
    super::sound::check_size(2, ends.max().unwrap_or(0) as u64)?;
    let planar: Vec<Track<'_, Vec<f32>>> = tracks
        .iter()
        .map(|&SoundTrack { sound, gain_db, pan, start_frame }| Track {
            channels: sound.channels(),
            gain_db,
            pan,
            start_frame,
        })
        .collect();
    let mixed = mix::mix_tracks(&planar, ceiling_dbfs)?;
    Ok(MixedSounds { sound: Sound::new(sample_rate_hz, mixed.channels.into())?, headroom_db: mixed.headroom_db })
}

/// A planned mix of blocks.
pub(super) enum Mixer {
    Mean,
    Matrix(DownMix),
}

impl Mixer {
    pub(super) fn prepare(
        request: &MixingRequest,
        channels: usize,
        mask: Option<ChannelMask>,
    ) -> Result<Self, EngineError> {
        let layout = Layout::with_mask(u16::try_from(channels).unwrap_or(0), mask);
        Ok(match request.to {
            MixTarget::Mean => Self::Mean,
            MixTarget::Mono => Self::Matrix(DownMix::to_mono(layout, request.scale)?),
            MixTarget::Stereo => Self::Matrix(DownMix::to_stereo(layout, request.scale)?),
        })
    }

    /// Channels of the result.
    pub(super) fn channels(&self) -> usize {
        match self {
            Self::Mean => 1,
            Self::Matrix(matrix) => matrix.coefficients().len(),
        }
    }

    /// Mixes a block; `mixed` has as many channels as the result and is overwritten.
    pub(super) fn mix(&self, block: &[Vec<f32>], mixed: &mut [Vec<f32>]) -> Result<(), EngineError> {
        match (self, mixed) {
            (Self::Mean, [mono]) => mix::to_mono(block, mono),
            (Self::Mean, _) => return Err(EngineError::Internal),
            (Self::Matrix(matrix), mixed) => matrix.process(block, mixed)?,
        }
        Ok(())
    }
}
