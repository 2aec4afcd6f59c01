//! The first half of the pass, at the rate of the source: levels, mix to mono, waveform.

use super::{SoundFormat, VisualizerError};
use crate::{
    Parameters,
    analysis::Level,
    measure::level::LevelMeter,
    mix,
    waveform::{Waveform, WaveformBuilder},
};

/// What is known about the sound when all of it has come in.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Frames of the source.
    pub frames: u64,
    /// Levels of the source samples.
    pub level: Level,
    /// Overview of the mono mix.
    pub waveform: Waveform,
}

/// Takes planar sound in and hands its mono mix on. Needs nothing of the second half, so that it may run on the thread
/// that decodes.
pub struct Intake {
    frames: u64,
    level: LevelMeter,
    waveform: WaveformBuilder,
    mono: Vec<f32>,
}

impl Intake {
    /// Plans the intake of sound of the given format; `parameters` must have passed their own check.
    pub fn prepare(parameters: &Parameters, format: SoundFormat) -> Result<Self, VisualizerError> {
        let SoundFormat { sample_rate_hz, channels, bits_per_sample } = format;
        if channels == 0 || sample_rate_hz == 0 {
            return Err(VisualizerError::Format { channels, sample_rate_hz });
        }
        Ok(Self {
            frames: 0,
            level: LevelMeter::new(channels as usize, bits_per_sample),
            waveform: WaveformBuilder::new(sample_rate_hz, parameters.max_buckets as usize),
            mono: Vec::new(),
        })
    }

    /// Takes a block, one slice per channel, equally long; answers its mono mix.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<&[f32], VisualizerError> {
        self.level.push(channels)?;
        mix::to_mono(channels, &mut self.mono);
        self.frames += self.mono.len() as u64;
        self.waveform.push(&self.mono);
        Ok(&self.mono)
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The waveform so far.
    pub fn waveform(&self) -> Waveform {
        self.waveform.snapshot()
    }

    /// Hands out all results.
    pub fn finish(self) -> Taken {
        Taken { frames: self.frames, waveform: self.waveform.snapshot(), level: self.level.finish() }
    }
}
