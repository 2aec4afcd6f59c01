//! The frequency visualizer: the whole pipeline as one streaming pass.
//!
//! Levels at the source rate; mix to mono; waveform; resample; STFT; spectral statistics; spectrogram. Mixing comes
//! before resampling: both are linear, so the result is the same and the work does not grow with the channels.

use crate::{
    ParameterError, Parameters,
    analysis::{Level, Spectral},
    fft::FftError,
    grid::Grid,
    measure::{
        level::{LevelMeter, NotFinite},
        spectral::SpectralMeter,
    },
    mix,
    resample::{MonoResampler, ResampleFailure},
    spectrogram::PowerColumns,
    stft::Stft,
    waveform::{Waveform, WaveformBuilder},
};

/// Why sound could not be analysed.
#[derive(Debug, thiserror::Error)]
pub enum VisualizerError {
    /// A parameter is out of range.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The transform could not be planned or fed.
    #[error(transparent)]
    Fft(#[from] FftError),
    /// The sample rate could not be converted.
    #[error(transparent)]
    Resample(#[from] ResampleFailure),
    /// A sample is NaN, infinite or absurdly large.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// The source has no channel or no sample rate.
    #[error("sound with {channels} channels at {sample_rate_hz} Hz cannot be analysed")]
    Format {
        /// Channels of the source.
        channels: u32,
        /// Sample rate of the source.
        sample_rate_hz: u32,
    },
}

/// Format of the sound that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoundFormat {
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Bits of one sample before it became `f32`, where that is known: where clipping begins depends on it.
    pub bits_per_sample: Option<u32>,
}

/// What a finished pass has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Frames of the source.
    pub frames: u64,
    /// Levels of the source samples.
    pub level: Level,
    /// Statistics of the spectra.
    pub spectral: Spectral,
    /// Spectrogram in decibels.
    pub grid: Grid,
    /// Overview of the mono mix.
    pub waveform: Waveform,
}

/// One streaming pass over one sound; memory does not grow with its length.
pub struct Visualizer {
    sample_rate_hz: u32,
    frames: u64,
    level: LevelMeter,
    waveform: WaveformBuilder,
    mono: Vec<f32>,
    resampler: MonoResampler,
    spectra: Spectra,
}

/// Everything behind the resampler.
struct Spectra {
    parameters: Parameters,
    stft: Stft,
    meter: SpectralMeter,
    columns: PowerColumns,
}

impl Spectra {
    fn push(&mut self, samples: &[f32]) -> Result<(), VisualizerError> {
        let Self { stft, meter, columns, .. } = self;
        Ok(stft.push(samples, |power| {
            meter.push(power);
            columns.push(power);
        })?)
    }

    fn finish(&mut self) -> Result<(), VisualizerError> {
        let Self { stft, meter, columns, .. } = self;
        stft.finish(|power| {
            meter.push(power);
            columns.push(power);
        })?;
        Ok(())
    }
}

impl Visualizer {
    /// Plans a pass over sound of the given format.
    pub fn prepare(parameters: &Parameters, format: SoundFormat) -> Result<Self, VisualizerError> {
        parameters.check()?;
        let SoundFormat { sample_rate_hz, channels, bits_per_sample } = format;
        if channels == 0 || sample_rate_hz == 0 {
            return Err(VisualizerError::Format { channels, sample_rate_hz });
        }
        Ok(Self {
            sample_rate_hz,
            frames: 0,
            level: LevelMeter::new(channels as usize, bits_per_sample),
            waveform: WaveformBuilder::new(sample_rate_hz, parameters.max_buckets as usize),
            mono: Vec::new(),
            resampler: MonoResampler::prepare(sample_rate_hz, parameters.analysis_rate_hz)?,
            spectra: Spectra {
                stft: Stft::prepare(parameters)?,
                meter: SpectralMeter::new(parameters.bins(), parameters.bin_width_hz()),
                columns: PowerColumns::new(parameters.bins(), parameters.max_columns as usize),
                parameters: parameters.clone(),
            },
        })
    }

    /// Takes a block of planar sound: one slice per channel, equally long, any length.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), VisualizerError> {
        self.level.push(channels)?;
        mix::to_mono(channels, &mut self.mono);
        self.frames += self.mono.len() as u64;
        self.waveform.push(&self.mono);
        let spectra = &mut self.spectra;
        self.resampler.push(&self.mono, |samples| spectra.push(samples))
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Seconds of sound taken so far.
    pub fn duration_s(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate_hz)
    }

    /// The spectrogram so far.
    pub fn grid(&self) -> Grid {
        Grid::from_columns(&self.spectra.columns, &self.spectra.parameters, self.duration_s())
    }

    /// The waveform so far.
    pub fn waveform(&self) -> Waveform {
        self.waveform.snapshot()
    }

    /// Flushes resampler and STFT and hands out all results.
    pub fn finish(mut self) -> Result<Findings, VisualizerError> {
        let spectra = &mut self.spectra;
        self.resampler.finish(|samples| spectra.push(samples))?;
        self.spectra.finish()?;
        Ok(Findings {
            frames: self.frames,
            grid: self.grid(),
            waveform: self.waveform(),
            level: self.level.finish(),
            spectral: self.spectra.meter.finish(),
        })
    }
}
