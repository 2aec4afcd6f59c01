//! From the bytes of a file to planar samples, by symphonia: the same decoders in the browser and on the server.
//!
//! The record that counts must be whole: a packet that cannot be decoded, and a file that ends before the sound its
//! header promises, are errors, not gaps that are played over.

mod aiff;
mod claim;
mod error;
mod info;
mod limits;
mod mpeg;
mod ogg;
mod pcm;
mod probe;
mod tags;
mod telephone;
mod whole;

use std::io;

pub use error::{DecodeError, PANIC_REASON};
pub use info::StreamInfo;
pub use limits::Limits;
use probe::{guarded, probe};
pub use symphonia::core::io::MediaSource;
use symphonia::core::{codecs::audio::AudioDecoder, errors::Error as SymphoniaError, formats::FormatReader};

/// Packets that may give no sound before the caller gets a say: other tracks, tags, delay.
const MAX_SILENT_PACKETS: usize = 64;
/// The first frames of a cut MP3 point at a bit reservoir that is not there.
const RESERVOIR_PACKETS: u64 = 2;

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
        let claim = claim::claim(source.as_mut()).map_err(DecodeError::Io)?;
        if let Some(claim) = claim {
            limits::check_rate_and_channels(claim.sample_rate_hz, u32::from(claim.channels), limits)?;
            if claim.channels > claim.most_channels {
                let reason = format!("{} channels; at most {} can be decoded", claim.channels, claim.most_channels);
                return Err(DecodeError::UnsupportedCodec { reason });
            }
        }
        source = telephone::complete(source).map_err(DecodeError::Io)?;
        if let ogg::End::Cut { frames } = ogg::end(source.as_mut()).map_err(DecodeError::Io)? {
            return Err(DecodeError::Truncated { expected_frames: None, actual_frames: frames });
        }
        if let Some(aiff::Cut { expected_frames, actual_frames }) =
            aiff::cut(source.as_mut()).map_err(DecodeError::Io)?
        {
            let (expected_frames, actual_frames) = (Some(expected_frames), Some(actual_frames));
            return Err(DecodeError::Truncated { expected_frames, actual_frames });
        }
        let passed_over = tags::passed_over(source.as_mut()).map_err(DecodeError::Io)?;
        let walk = mpeg::walk(source.as_mut()).map_err(DecodeError::Io)?;
        if let Some(walk) = walk {
            whole::check_walk(walk)?;
            source = Box::new(mpeg::Frames::new(source, walk.end));
        }
        let (reader, decoder, track, params) = guarded(0, || probe(source, file_name, limits))?;
        let (reader, mut info) =
            info::describe(reader, &track, &params, decoder.as_ref(), claim.and_then(|claim| claim.channel_mask));
        tags::add(&mut info.tags, passed_over);
        if let Some(walk) = walk {
            info.frames = Some(whole::walked_frames(walk, &track)?);
        }
        limits::check(&info, limits)?;
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
                whole::check_end(&self.info, self.frames)?;
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
}
