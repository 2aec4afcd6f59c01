//! The frequency visualizer: the whole pipeline as one streaming pass.
//!
//! Levels at the source rate; mix to mono; waveform; resample; STFT; spectral statistics; spectrogram. Mixing comes
//! before resampling: both are linear, so the result is the same and the work does not grow with the channels.

mod band;
mod full;
mod intake;
mod spectra;

pub use full::{Full, SourceFindings, SpectrumFindings};
pub use intake::{Intake, Taken};
pub use spectra::{Seen, Spectra};

use crate::{
    ParameterError, Parameters,
    analysis::{Level, Spectral},
    fft::FftError,
    grid::Grid,
    measure::level::NotFinite,
    mix::ChannelMask,
    pitch::PitchError,
    resample::ResampleFailure,
    rhythm::RhythmError,
    waveform::Waveform,
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
    /// The spectra are no ground for rhythm.
    #[error(transparent)]
    Rhythm(#[from] RhythmError),
    /// Pitch cannot be looked for.
    #[error(transparent)]
    Pitch(#[from] PitchError),
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
    /// Loudspeakers of the channels, where they are known: the weights of loudness depend on them.
    pub channel_mask: Option<ChannelMask>,
}

/// What a finished pass has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Frames of the source.
    pub frames: u64,
    /// Levels of the source samples.
    pub level: Level,
    /// Statistics of the mean spectrum.
    pub spectral: Spectral,
    /// Everything else that is measured, with [`Measures::Full`](crate::Measures::Full).
    pub full: Option<Full>,
    /// Spectrogram in decibels.
    pub grid: Grid,
    /// Overview of the mono mix.
    pub waveform: Waveform,
}

impl Findings {
    /// Puts the two halves of a pass together.
    pub fn new(taken: Taken, spectra: Spectra) -> Result<Self, VisualizerError> {
        let Taken { frames, duration_s, level, full: of_source, waveform } = taken;
        let Seen { grid, spectral, full: of_spectra } = spectra.finish(duration_s)?;
        let full = of_source.zip(of_spectra).map(|(source, spectra)| Full::new(source, spectra));
        Ok(Self { frames, level, spectral, full, grid, waveform })
    }
}

/// One streaming pass over one sound; memory does not grow with its length.
///
/// Its two halves, [`Intake`] and [`Spectra`], may also run on a thread each.
pub struct Visualizer {
    intake: Intake,
    spectra: Spectra,
}

impl Visualizer {
    /// Plans a pass over sound of the given format.
    pub fn prepare(parameters: &Parameters, format: SoundFormat) -> Result<Self, VisualizerError> {
        parameters.check()?;
        Ok(Self {
            intake: Intake::prepare(parameters, format)?,
            spectra: Spectra::prepare(parameters, format.sample_rate_hz)?,
        })
    }

    /// Counts samples as clipped from this magnitude on, where the bits of a sample do not tell. Before the first block.
    #[must_use]
    pub fn clipping_from(self, largest_sample: f32) -> Self {
        Self { intake: self.intake.clipping_from(largest_sample), ..self }
    }

    /// Takes a block of planar sound: one slice per channel, equally long, any length.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), VisualizerError> {
        self.spectra.push(self.intake.push(channels)?)
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.intake.frames()
    }

    /// Seconds of sound taken so far.
    pub fn duration_s(&self) -> f64 {
        self.intake.duration_s()
    }

    /// The spectrogram so far.
    pub fn grid(&self) -> Grid {
        self.spectra.grid(self.duration_s())
    }

    /// The waveform so far.
    pub fn waveform(&self) -> Waveform {
        self.intake.waveform()
    }

    /// Flushes resampler and STFT and hands out all results.
    pub fn finish(mut self) -> Result<Findings, VisualizerError> {
        self.spectra.push(self.intake.flush()?)?;
        Findings::new(self.intake.finish(), self.spectra)
    }
}
