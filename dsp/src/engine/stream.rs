//! The analysis of sound that comes in pieces and is no file.

use std::time::Instant;

use sha2::{Digest, Sha256};

use super::{EngineError, sound};
use crate::{
    Parameters,
    decode::StreamInfo,
    grid::Grid,
    job::{Identity, Outcome},
    visualizer::{SoundFormat, Visualizer},
};

/// Samples that are hashed at a time.
const HASHED: usize = 1024;

/// The whole analysis as one streaming pass over samples. The source that the document names is the samples
/// themselves: container `memory`, codec `pcm_f32le`, and the SHA-256 and length of the interleaved little-endian bytes.
pub struct AnalysisStream {
    parameters: Parameters,
    format: SoundFormat,
    visualizer: Visualizer,
    hash: Sha256,
    begun: Instant,
}

impl AnalysisStream {
    /// Plans the analysis of sound of the given format.
    pub fn prepare(parameters: &Parameters, format: SoundFormat) -> Result<Self, EngineError> {
        sound::check_format(format.sample_rate_hz, format.channels as usize)?;
        let visualizer = Visualizer::prepare(parameters, format)?;
        Ok(Self { parameters: parameters.clone(), format, visualizer, hash: Sha256::new(), begun: Instant::now() })
    }

    /// Takes a block of planar sound: one slice per channel, equally long, any length.
    pub fn push<C: AsRef<[f32]>>(&mut self, block: &[C]) -> Result<(), EngineError> {
        let frames = block.first().map_or(0, |first| first.as_ref().len());
        if let Some(channel) = block.iter().position(|c| c.as_ref().len() != frames) {
            return Err(EngineError::Ragged { channel, expected: frames, actual: block[channel].as_ref().len() });
        }
        if block.len() != self.format.channels as usize {
            sound::check_format(self.format.sample_rate_hz, block.len())?;
            return Err(EngineError::Ragged { channel: block.len(), expected: frames, actual: 0 });
        }
        self.visualizer.push(block)?;
        let mut bytes = [0; HASHED * 4];
        let mut filled = 0;
        for frame in 0..frames {
            for channel in block {
                bytes[filled..filled + 4].copy_from_slice(&channel.as_ref()[frame].to_le_bytes());
                filled += 4;
                if filled == bytes.len() {
                    self.hash.update(bytes);
                    filled = 0;
                }
            }
        }
        self.hash.update(&bytes[..filled]);
        Ok(())
    }

    /// Number of channels that [`AnalysisStream::push`] takes.
    pub fn channels(&self) -> usize {
        self.format.channels as usize
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.visualizer.frames()
    }

    /// The spectrogram so far.
    pub fn grid(&self) -> Grid {
        self.visualizer.grid()
    }

    /// Flushes everything and puts the result together; without a single frame there is none.
    pub fn finish(self) -> Result<Outcome, EngineError> {
        let SoundFormat { sample_rate_hz, channels, bits_per_sample, channel_mask } = self.format;
        let frames = self.visualizer.frames();
        if frames == 0 {
            return Err(EngineError::Empty);
        }
        let info = StreamInfo {
            container: "memory".into(),
            codec: "pcm_f32le".into(),
            sample_rate_hz,
            channels,
            channel_mask,
            bits_per_sample,
            frames: Some(frames),
            tags: Vec::new(),
        };
        let identity = Identity { sha256: hex(&self.hash.finalize()), size_bytes: frames * u64::from(channels) * 4 };
        let findings = self.visualizer.finish()?;
        Ok(Outcome::assemble(info, self.parameters, findings, identity, self.begun.elapsed().as_secs_f64() * 1000.0))
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
