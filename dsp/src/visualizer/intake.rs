//! The first half of the pass, at the rate of the source: levels, mix to mono, waveform, and the way to the analysis
//! rate.

use super::{
    SoundFormat, VisualizerError,
    full::{SourceFindings, SourceMeasures},
};
use crate::{
    Measures, Parameters,
    analysis::Level,
    measure::level::LevelMeter,
    mix,
    resample::MonoResampler,
    waveform::{Waveform, WaveformBuilder},
};

/// What is known about the sound when all of it has come in.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Frames of the source.
    pub frames: u64,
    /// The same in seconds.
    pub duration_s: f64,
    /// Levels of the source samples.
    pub level: Level,
    /// Loudness, true peak, noise and level over time, with [`Measures::Full`].
    pub full: Option<SourceFindings>,
    /// Overview of the mono mix.
    pub waveform: Waveform,
}

/// Takes planar sound in and hands its mono mix on, at the analysis rate. Needs nothing of the second half, so that it
/// may run on the thread that decodes.
pub struct Intake {
    sample_rate_hz: u32,
    channels: usize,
    frames: u64,
    level: LevelMeter,
    full: Option<SourceMeasures>,
    waveform: WaveformBuilder,
    mono: Vec<f32>,
    resampler: MonoResampler,
    resampled: Vec<f32>,
}

impl Intake {
    /// Plans the intake of sound of the given format; `parameters` must have passed their own check.
    pub fn prepare(parameters: &Parameters, format: SoundFormat) -> Result<Self, VisualizerError> {
        let SoundFormat { sample_rate_hz, channels, bits_per_sample, .. } = format;
        if channels == 0 || sample_rate_hz == 0 {
            return Err(VisualizerError::Format { channels, sample_rate_hz });
        }
        Ok(Self {
            sample_rate_hz,
            channels: channels as usize,
            frames: 0,
            level: LevelMeter::new(channels as usize, bits_per_sample),
            full: (parameters.measures == Measures::Full).then(|| SourceMeasures::new(format)),
            waveform: WaveformBuilder::new(sample_rate_hz, parameters.max_buckets as usize),
            mono: Vec::new(),
            resampler: MonoResampler::prepare(sample_rate_hz, parameters.analysis_rate_hz)?,
            resampled: Vec::new(),
        })
    }

    /// Counts samples as clipped from this magnitude on, where the bits of a sample do not tell. Before the first block.
    #[must_use]
    pub fn clipping_from(mut self, largest_sample: f32) -> Self {
        self.level = LevelMeter::clipping_from(self.channels, largest_sample);
        self.full = self.full.map(|full| full.clipping_from(largest_sample));
        self
    }

    /// Takes a block, one slice per channel, equally long; answers what became complete of the mono mix at the analysis rate.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<&[f32], VisualizerError> {
        self.level.push(channels)?;
        if let Some(full) = &mut self.full {
            full.push(channels);
        }
        mix::to_mono(channels, &mut self.mono);
        self.frames += self.mono.len() as u64;
        self.waveform.push(&self.mono);
        let Self { resampler, mono, resampled, .. } = self;
        resampled.clear();
        resampler.push(mono, |samples| collect(resampled, samples))?;
        Ok(resampled)
    }

    /// Answers the rest of the mono mix, at the end of the sound.
    pub fn flush(&mut self) -> Result<&[f32], VisualizerError> {
        let Self { resampler, resampled, .. } = self;
        resampled.clear();
        resampler.finish(|samples| collect(resampled, samples))?;
        Ok(resampled)
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Seconds of sound taken so far.
    pub fn duration_s(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate_hz)
    }

    /// The waveform so far.
    pub fn waveform(&self) -> Waveform {
        self.waveform.snapshot()
    }

    /// Hands out all results.
    pub fn finish(self) -> Taken {
        Taken {
            frames: self.frames,
            duration_s: self.duration_s(),
            waveform: self.waveform.snapshot(),
            level: self.level.finish(),
            full: self.full.map(SourceMeasures::finish),
        }
    }
}

fn collect(to: &mut Vec<f32>, samples: &[f32]) -> Result<(), VisualizerError> {
    to.extend_from_slice(samples);
    Ok(())
}
