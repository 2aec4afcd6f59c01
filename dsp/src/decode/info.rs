//! What a file says of itself.

use symphonia::core::{
    audio::Channels,
    codecs::audio::{AudioCodecParameters, AudioDecoder},
    formats::{FormatReader, Track},
};

use super::tags;
use crate::{analysis::Tag, measure::level, mix::ChannelMask, visualizer::SoundFormat};

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
    /// Loudspeakers of the channels, where the file names them and they are two or more.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub channel_mask: Option<ChannelMask>,
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

    /// The format of the samples that the decoder gives.
    pub fn format(&self) -> SoundFormat {
        let Self { sample_rate_hz, channels, bits_per_sample, channel_mask, .. } = *self;
        SoundFormat { sample_rate_hz, channels, bits_per_sample, channel_mask }
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

/// What reader and decoder have found in the header. `wave_mask` is the channel mask of a WAV file.
pub(super) fn describe(
    mut reader: Box<dyn FormatReader>,
    track: &Track,
    params: &AudioCodecParameters,
    decoder: &dyn AudioDecoder,
    wave_mask: Option<u32>,
) -> (Box<dyn FormatReader>, StreamInfo) {
    let tags = reader.metadata().skip_to_latest().map(tags::collect).unwrap_or_default();
    let refined = decoder.codec_params();
    let layout = params.channels.as_ref().or(refined.channels.as_ref());
    let channels = layout.map_or(0, |c| c.count() as u32);
    let codec = decoder.codec_info().short_name;
    let mask = wave_mask.or_else(|| tagged_mask(&tags)).or_else(|| coded_mask(codec, layout));
    let info = StreamInfo {
        container: reader.format_info().short_name.into(),
        codec: codec.into(),
        sample_rate_hz: params.sample_rate.or(refined.sample_rate).unwrap_or(0),
        channels,
        channel_mask: mask.and_then(|bits| ChannelMask::new(bits, channels)),
        bits_per_sample: params.bits_per_sample,
        frames: track.num_frames,
        tags,
    };
    (reader, info)
}

/// The mask that FLAC files with other than the usual loudspeakers have in a comment (RFC 9639, section 8.6.2).
fn tagged_mask(tags: &[Tag]) -> Option<u32> {
    let tag = tags.iter().find(|tag| tag.key.eq_ignore_ascii_case("WAVEFORMATEXTENSIBLE_CHANNEL_MASK"))?;
    let digits = tag.value.strip_prefix("0x").or_else(|| tag.value.strip_prefix("0X"))?;
    u32::from_str_radix(digits, 16).ok()
}

/// The loudspeakers of codecs that define them, in the order into which symphonia brings the channels. Those that it makes up
/// for PCM (the first of the mask, as many as there are channels) say nothing.
fn coded_mask(codec: &str, layout: Option<&Channels>) -> Option<u32> {
    const DEFINED: [&str; 4] = ["flac", "alac", "aac", "vorbis"];
    match layout? {
        Channels::Positioned(positions) if DEFINED.contains(&codec) => u32::try_from(positions.bits()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use symphonia::core::audio::Position;

    use super::*;

    #[test]
    fn masks_come_from_comments_and_codecs() {
        let tag = |value: &str| [Tag { key: "waveformatextensible_channel_mask".into(), value: value.into() }];
        for (value, mask) in
            [("0x000B", Some(0xb)), ("0X107", Some(0x107)), ("11", None), ("0x", None), ("0x1FFFFFFFF", None)]
        {
            assert_eq!(tagged_mask(&tag(value)), mask, "{value}");
        }
        // As the ALAC decoder describes MPEG 7.1 B: centre, left and right of it, left, right, surrounds, LFE.
        let wide = Channels::Positioned(Position::from_bits(0xff).expect("eight"));
        assert_eq!(coded_mask("alac", Some(&wide)), Some(0xff));
        assert_eq!(
            (coded_mask("pcm_s16le", Some(&wide)), coded_mask("flac", Some(&Channels::Discrete(6)))),
            (None, None)
        );
    }
}
