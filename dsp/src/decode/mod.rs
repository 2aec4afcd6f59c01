//! From the bytes of a file to planar samples, by symphonia: the same decoders in the browser and on the server.
//!
//! The record that counts must be whole: a packet that cannot be decoded, and a file that ends before the sound its
//! header promises, are errors, not gaps that are played over.

mod claim;
mod error;
mod mpeg;
mod ogg;
mod pcm;
mod tags;
mod telephone;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

pub use error::{DecodeError, PANIC_REASON};
pub use symphonia::core::io::MediaSource;
use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions},
    },
    errors::Error as SymphoniaError,
    formats::{FormatOptions, FormatReader, Track, TrackType, probe::Hint},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use crate::{analysis::Tag, measure::level};

/// What is accepted. The defaults only keep a header from promising nonsense; a server has tighter ones in its
/// configuration.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Limits {
    /// Largest file.
    pub max_bytes: u64,
    /// Longest recording.
    pub max_duration_s: f64,
    /// Most channels.
    pub max_channels: u32,
    /// Highest sample rate.
    pub max_sample_rate_hz: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 4 << 30, max_duration_s: 24.0 * 3600.0, max_channels: 32, max_sample_rate_hz: 768_000 }
    }
}

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

/// Codecs whose headers count frames to the last one; the others may be off by encoder delay and padding.
const EXACT_CODECS: [&str; 2] = ["flac", "alac"];
/// What a lossy codec's frame count may be off: delay and padding of the encoder.
const LOSSY_TOLERANCE_FRAMES: u64 = 4_608;
/// Below this, a spectrogram shows nothing.
const MIN_SAMPLE_RATE_HZ: u32 = 100;
/// Packets that may give no sound before the caller gets a say: other tracks, tags, delay.
const MAX_SILENT_PACKETS: usize = 64;
/// The first frames of a cut MP3 point at a bit reservoir that is not there.
const RESERVOIR_PACKETS: u64 = 2;
/// Read-ahead buffer of symphonia.
const BUFFER_BYTES: usize = 256 * 1024;

/// Reads a file block by block.
pub struct Decoder {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    /// Where the samples need no decoder.
    words: Option<pcm::Words>,
    track_id: u32,
    info: StreamInfo,
    limits: Limits,
    frames: u64,
    packets: u64,
    /// MP3 and ADTS: every frame has been seen to be there, and the reader cannot know where they end.
    walked: bool,
    planar: Vec<Vec<f32>>,
}

impl Decoder {
    /// Finds out what `source` is and checks its header against `limits`. `file_name` is a hint, never trusted.
    pub fn open(
        mut source: Box<dyn MediaSource>,
        file_name: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, DecodeError> {
        match source.byte_len() {
            Some(0) => return Err(DecodeError::Empty),
            Some(actual_bytes) if actual_bytes > limits.max_bytes => {
                return Err(DecodeError::TooLarge { limit_bytes: limits.max_bytes, actual_bytes });
            }
            _ => {}
        }
        if let Some(claim) = claim::claim(source.as_mut()).map_err(DecodeError::Io)? {
            check_rate_and_channels(claim.sample_rate_hz, u32::from(claim.channels), limits)?;
            if claim.channels > claim.most_channels {
                let reason = format!("{} channels; at most {} can be decoded", claim.channels, claim.most_channels);
                return Err(DecodeError::UnsupportedCodec { reason });
            }
        }
        source = telephone::complete(source).map_err(DecodeError::Io)?;
        if !ogg::ends_well(source.as_mut()).map_err(DecodeError::Io)? {
            return Err(DecodeError::Truncated { expected_frames: 0, actual_frames: 0 });
        }
        let passed_over = tags::passed_over(source.as_mut()).map_err(DecodeError::Io)?;
        let walk = mpeg::walk(source.as_mut()).map_err(DecodeError::Io)?;
        if let Some(walk) = walk {
            check_walk(walk)?;
            source = Box::new(mpeg::Frames::new(source, walk.end));
        }
        let (reader, decoder, track, params) = guarded(0, || probe(source, file_name, limits))?;
        let (reader, mut info) = describe(reader, &track, &params, decoder.as_ref());
        tags::add(&mut info.tags, passed_over);
        if let Some(walk) = walk {
            info.frames = Some(walked_frames(walk, &track)?);
        }
        check(&info, limits)?;
        Ok(Self {
            reader,
            decoder,
            words: pcm::Words::of(&params, info.channels),
            track_id: track.id,
            planar: Vec::new(),
            info,
            limits: limits.clone(),
            frames: 0,
            packets: 0,
            walked: walk.is_some(),
        })
    }

    /// What the header says.
    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// Frames decoded so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Decodes the next block: one slice per channel, equally long. `None` at the end of a whole file; the slices may be
    /// empty where a stretch of the file holds no sound.
    pub fn next_block(&mut self) -> Result<Option<&[Vec<f32>]>, DecodeError> {
        let offset = self.frames;
        for _ in 0..MAX_SILENT_PACKETS {
            let got = guarded(offset, || self.next_packet())?;
            let Some(frames) = got else {
                self.check_end()?;
                return Ok(None);
            };
            if frames > 0 {
                self.frames += frames as u64;
                let actual_s = self.frames as f64 / f64::from(self.info.sample_rate_hz);
                if actual_s > self.limits.max_duration_s {
                    return Err(DecodeError::TooLong { limit_s: self.limits.max_duration_s, actual_s });
                }
                return Ok(Some(&self.planar));
            }
        }
        self.planar.iter_mut().for_each(Vec::clear);
        Ok(Some(&self.planar))
    }

    /// Decodes one packet into `planar`; the number of its frames, or `None` at the end.
    fn next_packet(&mut self) -> Result<Option<usize>, DecodeError> {
        let (offset, expected) = (self.frames, self.info.frames);
        let failed = |error| DecodeError::while_decoding(error, offset, expected);
        let packet = match self.reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(None),
            // The reader looks for a frame behind the last one, of which the walk knows that it is the last.
            Err(SymphoniaError::IoError(error)) if self.walked && error.kind() == io::ErrorKind::UnexpectedEof => {
                return Ok(None);
            }
            Err(error) => return Err(failed(error)),
        };
        self.packets += 1;
        if packet.track_id != self.track_id {
            return Ok(Some(0));
        }
        // The FLAC reader drops frames whose checksum fails; the next one then starts too late.
        if self.info.codec == "flac" && u64::try_from(packet.pts.get()).is_ok_and(|start| start > offset) {
            let reason = "a frame is missing or its checksum is wrong".to_string();
            return Err(DecodeError::Corrupt { offset_frames: offset, reason });
        }
        if let Some(words) = self.words
            && packet.trim_start.get() == 0
            && packet.trim_end.get() == 0
        {
            return Ok(Some(words.decode(&packet.data, &mut self.planar)));
        }
        let buffer = match self.decoder.decode(&packet) {
            Ok(buffer) => buffer,
            // Silence by design, not damage.
            Err(SymphoniaError::DecodeError(_)) if self.info.codec == "mp3" && self.packets <= RESERVOIR_PACKETS => {
                return Ok(Some(0));
            }
            Err(error) => return Err(failed(error)),
        };
        let (channels, rate) = (buffer.spec().channels().count(), buffer.spec().rate());
        if channels != self.info.channels as usize || rate != self.info.sample_rate_hz {
            let reason = "the format changes in the middle".to_string();
            return Err(DecodeError::Corrupt { offset_frames: offset, reason });
        }
        buffer.copy_to_vecs_planar(&mut self.planar);
        Ok(Some(self.planar.first().map_or(0, Vec::len)))
    }

    fn check_end(&self) -> Result<(), DecodeError> {
        let actual_frames = self.frames;
        let expected_frames = self.info.frames.unwrap_or(0);
        let exact = self.info.codec.starts_with("pcm") || EXACT_CODECS.contains(&self.info.codec.as_str());
        let tolerance = if exact { 0 } else { LOSSY_TOLERANCE_FRAMES };
        if actual_frames.saturating_add(tolerance) < expected_frames {
            return Err(DecodeError::Truncated { expected_frames, actual_frames });
        }
        if actual_frames == 0 { Err(DecodeError::Empty) } else { Ok(()) }
    }
}

/// Refuses MP3 and ADTS files with a hole or a cut last frame.
fn check_walk(walk: mpeg::Walk) -> Result<(), DecodeError> {
    if let Some(offset_frames) = walk.gap {
        return Err(DecodeError::Corrupt { offset_frames, reason: "a stretch that is no sound".into() });
    }
    if walk.cut_off {
        return Err(DecodeError::Truncated { expected_frames: 0, actual_frames: walk.frames });
    }
    Ok(())
}

/// What an MP3 or ADTS file holds: by its own header (which knows delay and padding) where that fits the walk.
fn walked_frames(walk: mpeg::Walk, track: &Track) -> Result<u64, DecodeError> {
    let Some(declared) = track.num_frames else { return Ok(walk.frames) };
    let trimmed = u64::from(track.delay.unwrap_or(0)) + u64::from(track.padding.unwrap_or(0));
    // The reader would stop where its header says, and leave the rest unheard.
    if declared + trimmed + LOSSY_TOLERANCE_FRAMES < walk.frames {
        let reason = format!("its header counts {declared} frames, but {} are there", walk.frames);
        return Err(DecodeError::Corrupt { offset_frames: declared, reason });
    }
    Ok(declared)
}

/// Runs a piece of a decoder library. A panic in it is damage to this file, not to the program; where a panic cannot be
/// caught (in the browser), it ends the worker, and the page starts another.
fn guarded<T>(offset_frames: u64, work: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(DecodeError::panicked(offset_frames)))
}

type Opened = (Box<dyn FormatReader>, Box<dyn AudioDecoder>, Track, AudioCodecParameters);

fn probe(source: Box<dyn MediaSource>, file_name: Option<&str>, limits: &Limits) -> Result<Opened, DecodeError> {
    let mut hint = Hint::new();
    if let Some((_, extension)) = file_name.and_then(|name| name.rsplit_once('.')) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions { buffer_len: BUFFER_BYTES });
    let reader = symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(DecodeError::while_probing)?;
    let no_track = || DecodeError::UnsupportedCodec { reason: "no track with sound".into() };
    let track = reader.default_track(TrackType::Audio).ok_or_else(no_track)?.clone();
    let Some(CodecParameters::Audio(params)) = track.codec_params.clone() else { return Err(no_track()) };
    // Checked before the decoder is made: some divide by it.
    if params.sample_rate == Some(0) {
        return Err(DecodeError::SampleRate { limit_hz: limits.max_sample_rate_hz, actual_hz: 0 });
    }
    let decoder = symphonia::default::get_codecs()
        .make_audio_decoder(&params, &AudioDecoderOptions::default().verify(true))
        .map_err(|error| DecodeError::UnsupportedCodec { reason: error.to_string() })?;
    Ok((reader, decoder, track, params))
}

fn describe(
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

fn check_rate_and_channels(actual_hz: u32, channels: u32, limits: &Limits) -> Result<(), DecodeError> {
    let (limit_hz, limit) = (limits.max_sample_rate_hz, limits.max_channels);
    if !(MIN_SAMPLE_RATE_HZ..=limit_hz).contains(&actual_hz) {
        return Err(DecodeError::SampleRate { limit_hz, actual_hz });
    }
    if channels == 0 {
        return Err(DecodeError::UnsupportedCodec { reason: "no channels".into() });
    }
    if channels > limit {
        return Err(DecodeError::TooManyChannels { limit, actual: channels });
    }
    Ok(())
}

fn check(info: &StreamInfo, limits: &Limits) -> Result<(), DecodeError> {
    check_rate_and_channels(info.sample_rate_hz, info.channels, limits)?;
    match info.duration_s() {
        Some(actual_s) if actual_s > limits.max_duration_s => {
            Err(DecodeError::TooLong { limit_s: limits.max_duration_s, actual_s })
        }
        _ => Ok(()),
    }
}
