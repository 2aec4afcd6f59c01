//! Writing WAV files block by block (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0",
//! with the extensible format of "Multiple channel audio data and WAVE files").
//!
//! The numbers are those of [`crate::decode`]: what was read from 16 or 24 bits is written back bit by bit.

mod header;
mod sample;

use std::io::{self, Seek, SeekFrom, Write};

pub use header::WavFormat;
use header::{HEADER_BYTES, MAX_DATA_BYTES};

/// How one sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Encoding {
    /// 16-bit integers: x is written as the integer nearest to 32,768 x, limited to what 16 bits hold.
    Pcm16,
    /// 24-bit integers: x is written as the integer nearest to 8,388,608 x, limited to what 24 bits hold.
    Pcm24,
    /// 32-bit floating point, as it is.
    #[default]
    Float32,
}

impl Encoding {
    /// Bytes of one sample.
    pub fn bytes(self) -> u32 {
        match self {
            Self::Pcm16 => 2,
            Self::Pcm24 => 3,
            Self::Float32 => 4,
        }
    }
}

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// No channels, more than 65,535 bytes in a frame, or no sample rate.
    #[error("a WAV file cannot have {channels} channels at {sample_rate_hz} Hz")]
    Format {
        /// Channels that were asked for.
        channels: u32,
        /// Rate that was asked for.
        sample_rate_hz: u32,
    },
    /// A block with another number of channels, or channels of different length.
    #[error("the block has {actual} channels of equal length, the file {expected}")]
    Block {
        /// Channels of the file.
        expected: usize,
        /// Channels of the block that are as long as its first.
        actual: usize,
    },
    /// The lengths in a WAV header have 32 bits.
    #[error("the sound needs more than the {limit_bytes} bytes that a WAV file holds")]
    TooLong {
        /// Most bytes of samples.
        limit_bytes: u64,
    },
    /// The bytes could not be written.
    #[error("the WAV file could not be written")]
    Io(#[from] io::Error),
}

/// What has been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavSummary {
    /// Frames of the file.
    pub frames: u64,
    /// Samples beyond what the integers hold, written as the largest or smallest; always 0 in floating point.
    pub limited_samples: u64,
}

/// Writes a WAV file; its memory does not grow with the length of the sound.
pub struct WavWriter<W> {
    out: W,
    format: WavFormat,
    frames: u64,
    limited_samples: u64,
    bytes: Vec<u8>,
}

impl<W: Write + Seek> WavWriter<W> {
    /// Begins a file at the current position of `out`, which must be its start. Many small writes follow: buffer them.
    pub fn new(mut out: W, format: WavFormat) -> Result<Self, WavError> {
        format.check()?;
        out.write_all(&format.header(0))?;
        Ok(Self { out, format, frames: 0, limited_samples: 0, bytes: Vec::new() })
    }

    /// Appends a block of planar sound: one slice per channel, equally long, any length.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), WavError> {
        let frames = channels.first().map_or(0, |first| first.as_ref().len());
        let (expected, actual) =
            (self.format.channels as usize, channels.iter().filter(|c| c.as_ref().len() == frames).count());
        if channels.len() != expected || actual != expected {
            return Err(WavError::Block { expected, actual });
        }
        let all = self.frames + frames as u64;
        if all.saturating_mul(u64::from(self.format.frame_bytes())) > MAX_DATA_BYTES {
            return Err(WavError::TooLong { limit_bytes: MAX_DATA_BYTES });
        }
        self.bytes.clear();
        for frame in 0..frames {
            for channel in channels {
                let limited = sample::write(channel.as_ref()[frame], self.format.encoding, &mut self.bytes);
                self.limited_samples += u64::from(limited);
            }
        }
        self.out.write_all(&self.bytes)?;
        self.frames = all;
        Ok(())
    }

    /// Pads the data to an even length, writes the lengths into the header and hands the file back, positioned at its end.
    pub fn finish(mut self) -> Result<(W, WavSummary), WavError> {
        let data_bytes = self.frames * u64::from(self.format.frame_bytes());
        if !data_bytes.is_multiple_of(2) {
            self.out.write_all(&[0])?;
        }
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&self.format.header(data_bytes as u32))?;
        self.out.seek(SeekFrom::Start(HEADER_BYTES + data_bytes.next_multiple_of(2)))?;
        self.out.flush()?;
        Ok((self.out, WavSummary { frames: self.frames, limited_samples: self.limited_samples }))
    }
}

#[cfg(test)]
mod tests;
