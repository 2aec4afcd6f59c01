//! What a file says of itself.

use symphonia::core::{
    codecs::audio::{AudioCodecParameters, AudioDecoder},
    formats::{FormatReader, Track},
};

use super::tags;
use crate::{analysis::Tag, measure::level};

/// What the header says about the sound.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StreamInfo {
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
    /// Frames that the header promises, where it does.
    pub frames: Option<u64>,
    /// Text tags in file order.
    pub tags: Vec<Tag>,
}

impl StreamInfo {
    /// Length that the header promises, where it does.
    pub fn duration_s(&self) -> Option<f64> {
        self.frames.map(|frames| frames as f64 / f64::from(self.sample_rate_hz.max(1)))
    }

    /// Largest positive sample that the codec can write, where clipping begins. The telephone codes of ITU-T G.711 end
    /// below full scale.
    pub fn largest_sample(&self) -> f32 {
        match self.codec.as_str() {
            "pcm_mulaw" => 32_124.0 / 32_768.0,
            "pcm_alaw" => 32_256.0 / 32_768.0,
            _ => level::largest_sample(self.bits_per_sample),
        }
    }
}

/// What reader and decoder have found in the header.
pub(super) fn describe(
    mut reader: Box<dyn FormatReader>,
    track: &Track,
    params: &AudioCodecParameters,
    decoder: &dyn AudioDecoder,
) -> (Box<dyn FormatReader>, StreamInfo) {
    let tags = reader.metadata().skip_to_latest().map(tags::collect).unwrap_or_default();
    let refined = decoder.codec_params();
    let info = StreamInfo {
        container: reader.format_info().short_name.into(),
        codec: decoder.codec_info().short_name.into(),
        sample_rate_hz: params.sample_rate.or(refined.sample_rate).unwrap_or(0),
        channels: params.channels.as_ref().or(refined.channels.as_ref()).map_or(0, |c| c.count() as u32),
        bits_per_sample: params.bits_per_sample,
        frames: track.num_frames,
        tags,
    };
    (reader, info)
}
