//! Sound in memory.

use std::{fs::File, ops::RangeInclusive, path::Path};

use super::{EngineError, output::Output};
use crate::{
    ParameterError,
    decode::{Decoder, Limits},
    measure::level::{self, NotFinite},
    mix::ChannelMask,
    wav::{Encoding, WavFormat, WavSummary, WavWriter},
};

/// Sample rates that the engine takes and makes.
pub const RATES_HZ: RangeInclusive<u32> = 100..=768_000;
/// Most channels.
pub const MAX_CHANNELS: usize = 64;
/// Most samples over all channels of a sound in memory: 2 GiB.
pub const MAX_SAMPLES: u64 = 1 << 29;

/// Planar sound, full scale ±1.0. Every value of this type has at least one channel, channels of equal length, a rate
/// within [`RATES_HZ`], and samples that are numbers of at most [`level::MAX_SAMPLE`]; it may have no frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    sample_rate_hz: u32,
    channels: Vec<Vec<f32>>,
    channel_mask: Option<ChannelMask>,
}

impl Sound {
    /// Checks and takes channels of equal length.
    pub fn new(sample_rate_hz: u32, channels: Vec<Vec<f32>>) -> Result<Self, EngineError> {
        let frames = channels.first().map_or(0, Vec::len);
        check_format(sample_rate_hz, channels.len())?;
        check_size(channels.len(), frames as u64)?;
        for (channel, samples) in channels.iter().enumerate() {
            if samples.len() != frames {
                return Err(EngineError::Ragged { channel, expected: frames, actual: samples.len() });
            }
            if let Some(at) = level::first_refused(samples) {
                return Err(NotFinite { offset_frames: at as u64, channel }.into());
            }
        }
        Ok(Self { sample_rate_hz, channels, channel_mask: None })
    }

    /// The same sound with loudspeakers for its channels; a mask of another number of channels is dropped.
    #[must_use]
    pub fn with_channel_mask(self, channel_mask: Option<ChannelMask>) -> Self {
        let channel_mask = channel_mask.filter(|mask| mask.channels() == self.channels.len());
        Self { channel_mask, ..self }
    }

    /// Takes frames whose samples stand together: left, right, left, right for two channels.
    pub fn from_interleaved(sample_rate_hz: u32, channels: usize, samples: &[f32]) -> Result<Self, EngineError> {
        check_format(sample_rate_hz, channels)?;
        if !samples.len().is_multiple_of(channels) {
            let expected = samples.len().div_ceil(channels);
            return Err(EngineError::Ragged { channel: channels - 1, expected, actual: expected - 1 });
        }
        check_size(channels, (samples.len() / channels) as u64)?;
        Self::new(sample_rate_hz, deinterleave(channels, samples))
    }

    /// Decodes a whole file. A file that is damaged or passes `limits` is refused, see [`Decoder`].
    pub fn load(path: &Path, limits: &Limits) -> Result<Self, EngineError> {
        let mut decoder = open(path, limits)?;
        let info = decoder.info();
        let (sample_rate_hz, count, mask) = (info.sample_rate_hz, info.channels as usize, info.channel_mask);
        check_format(sample_rate_hz, count)?;
        check_size(count, info.frames.unwrap_or(0))?;
        let mut channels = vec![Vec::new(); count];
        while let Some(block) = decoder.next_block()? {
            channels.iter_mut().zip(block).for_each(|(all, block)| all.extend_from_slice(block));
            check_size(count, channels.first().map_or(0, Vec::len) as u64)?;
        }
        Ok(Self::new(sample_rate_hz, channels)?.with_channel_mask(mask))
    }

    /// Writes a WAV file.
    pub fn save(&self, path: &Path, encoding: Encoding) -> Result<WavSummary, EngineError> {
        let (sample_rate_hz, channels) = (self.sample_rate_hz, self.channels.len() as u32);
        let format = WavFormat { sample_rate_hz, channels, channel_mask: self.channel_mask, encoding };
        let mut writer = WavWriter::new(Output::create(path)?, format)?;
        // Blocks keep the writer's buffer small.
        for start in (0..self.frames()).step_by(BLOCK_FRAMES) {
            let end = (start + BLOCK_FRAMES).min(self.frames());
            let block: Vec<&[f32]> = self.channels.iter().map(|c| &c[start..end]).collect();
            writer.push(&block)?;
        }
        let (output, summary) = writer.finish()?;
        output.commit()?;
        Ok(summary)
    }

    /// Frames per second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// One slice per channel, equally long.
    pub fn channels(&self) -> &[Vec<f32>] {
        &self.channels
    }

    /// Loudspeakers of the channels, where they are known and two or more.
    pub fn channel_mask(&self) -> Option<ChannelMask> {
        self.channel_mask
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }
}

const BLOCK_FRAMES: usize = 16_384;

/// Opens a file for decoding; a path that cannot be opened is an input error, not damage.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<Decoder, EngineError> {
    let file = open_file(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    Ok(Decoder::open(Box::new(file), name.as_deref(), limits)?)
}

/// Opens a regular file: a pipe or device would wait or never end, a folder has no bytes.
pub(super) fn open_file(path: &Path) -> Result<File, EngineError> {
    let input = |source| EngineError::Input { path: path.to_path_buf(), source };
    // Before opening: opening a pipe waits for its writer.
    if !std::fs::metadata(path).map_err(input)?.is_file() {
        return Err(input(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file")));
    }
    File::open(path).map_err(input)
}

/// Separates the channels of interleaved sound; `samples` is a whole number of frames.
pub(super) fn deinterleave(channels: usize, samples: &[f32]) -> Vec<Vec<f32>> {
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

pub(super) fn check_rate(name: &'static str, sample_rate_hz: u32) -> Result<(), ParameterError> {
    if RATES_HZ.contains(&sample_rate_hz) {
        return Ok(());
    }
    Err(ParameterError { name, allowed: "100 to 768000", actual: f64::from(sample_rate_hz) })
}

pub(super) fn check_format(sample_rate_hz: u32, channels: usize) -> Result<(), ParameterError> {
    check_rate("sample_rate_hz", sample_rate_hz)?;
    if (1..=MAX_CHANNELS).contains(&channels) {
        return Ok(());
    }
    Err(ParameterError { name: "channels", allowed: "1 to 64", actual: channels as f64 })
}

pub(super) fn check_size(channels: usize, frames: u64) -> Result<(), EngineError> {
    let actual = frames.saturating_mul(channels as u64);
    if actual <= MAX_SAMPLES { Ok(()) } else { Err(EngineError::TooManySamples { limit: MAX_SAMPLES, actual }) }
}
