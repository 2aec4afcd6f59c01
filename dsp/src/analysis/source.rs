//! Section `source`: the recording as it came in.

use alloc::{string::String, vec::Vec};

use crate::mix::ChannelMask;

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
    /// Loudspeakers of the channels, where the file names them and they are two or more: the mask of WAVE files, bit 0 front
    /// left, 1 front right, 2 centre, 3 LFE and so on.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub channel_mask: Option<ChannelMask>,
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
