//! One recording from bytes to result, in steps that can be watched and stopped.

mod ahead;
mod error;
mod front;

pub use ahead::Ahead;
pub use error::JobError;
pub use front::{Front, Here};

use crate::{
    Parameters,
    analysis::{Analysis, Engine, SCHEMA, Source, Timing},
    decode::{DecodeError, Decoder, Limits, MediaSource, StreamInfo},
    grid::Grid,
    visualizer::{Findings, Intake, Spectra, VisualizerError},
    waveform::Waveform,
};

/// Sound that one step analyses, about.
const STEP_S: f64 = 0.4;
/// Blocks that one step decodes at most, also when they are short or empty.
const STEP_BLOCKS: usize = 512;

/// What a step has left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is more.
    More,
    /// The end of the sound is reached; call [`Job::finish`].
    Done,
}

/// Which bytes were analysed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Length of the file.
    pub size_bytes: u64,
}

/// The finished work.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The document.
    pub analysis: Analysis,
    /// The spectrogram.
    pub grid: Grid,
    /// The waveform overview.
    pub waveform: Waveform,
}

/// Decoder and visualizer of one recording. `F` says where it is decoded: [`Here`], or [`Ahead`] on a second thread.
pub struct Job<F: Front = Here> {
    info: StreamInfo,
    front: F,
    spectra: Spectra,
    parameters: Parameters,
}

impl Job {
    /// Opens a recording; see [`Decoder::open`].
    pub fn open(
        source: Box<dyn MediaSource>,
        file_name: Option<&str>,
        parameters: Parameters,
        limits: &Limits,
    ) -> Result<Self, JobError> {
        let decoder = Decoder::open(source, file_name, limits)?;
        let info = decoder.info().clone();
        parameters.check().map_err(VisualizerError::from)?;
        let intake = Intake::prepare(&parameters, info.format())?.clipping_from(info.largest_sample());
        let front = Here::new(decoder, intake);
        let spectra = Spectra::prepare(&parameters, info.sample_rate_hz)?;
        Ok(Self { info, front, spectra, parameters })
    }

    /// Decodes on a second thread from here on, which takes the work at the source's rate along. The result is the
    /// same; where threads are not to be had (in the browser, or when the system refuses one), this fails.
    pub fn decode_ahead(self) -> Result<Job<Ahead>, JobError> {
        let Self { info, front, spectra, parameters } = self;
        let front = Ahead::spawn(front).map_err(DecodeError::Io)?;
        Ok(Job { info, front, spectra, parameters })
    }

    /// The waveform so far.
    pub fn waveform(&self) -> Waveform {
        self.front.waveform()
    }
}

impl<F: Front> Job<F> {
    /// What the header says.
    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// Decodes and analyses the next few milliseconds' worth of work.
    pub fn step(&mut self) -> Result<Step, JobError> {
        let until_s = self.analysed_s() + STEP_S;
        for _ in 0..STEP_BLOCKS {
            let Some(mono) = self.front.next_block()? else { return Ok(Step::Done) };
            self.spectra.push(mono)?;
            if self.analysed_s() >= until_s {
                break;
            }
        }
        Ok(Step::More)
    }

    /// Share of the work done, 0 to 1; `None` while the length is unknown.
    pub fn progress(&self) -> Option<f32> {
        let expected = self.info().frames.filter(|&frames| frames > 0)?;
        Some((self.front.frames() as f64 / expected as f64).min(1.0) as f32)
    }

    /// Seconds of sound done so far.
    pub fn analysed_s(&self) -> f64 {
        self.front.frames() as f64 / f64::from(self.info.sample_rate_hz)
    }

    /// The spectrogram so far.
    pub fn grid(&self) -> Grid {
        self.spectra.grid(self.analysed_s())
    }

    /// Puts the result together, after [`Step::Done`]. `elapsed_ms` is the caller's clock since it opened the job.
    pub fn finish(self, identity: Identity, elapsed_ms: f64) -> Result<Outcome, JobError> {
        let findings = Findings::new(self.front.finish()?, self.spectra)?;
        Ok(Outcome::assemble(self.info, self.parameters, findings, identity, elapsed_ms))
    }
}

impl Outcome {
    /// Puts what is known of the source, and what was found in it, into one document.
    pub(crate) fn assemble(
        info: StreamInfo,
        parameters: Parameters,
        findings: Findings,
        identity: Identity,
        elapsed_ms: f64,
    ) -> Self {
        let duration_s = findings.frames as f64 / f64::from(info.sample_rate_hz.max(1));
        let mut analysis = Analysis {
            schema: SCHEMA,
            engine: Engine::this(),
            source: Source {
                sha256: identity.sha256,
                size_bytes: identity.size_bytes,
                container: info.container,
                codec: info.codec,
                sample_rate_hz: info.sample_rate_hz,
                channels: info.channels,
                channel_mask: info.channel_mask,
                bits_per_sample: info.bits_per_sample,
                frames: findings.frames,
                duration_s,
                tags: info.tags,
            },
            parameters,
            level: findings.level,
            loudness: None,
            noise: None,
            spectral: findings.spectral,
            spectral_frames: None,
            third_octaves: None,
            partials: None,
            rhythm: None,
            tonal: None,
            series: None,
            spectrogram: findings.grid.geometry().clone(),
            timing: Timing {
                elapsed_ms,
                realtime_factor: if elapsed_ms > 0.0 { duration_s * 1000.0 / elapsed_ms } else { 0.0 },
            },
        };
        if let Some(full) = findings.full {
            analysis.loudness = Some(full.loudness);
            analysis.noise = Some(full.noise);
            analysis.spectral_frames = Some(full.spectral_frames);
            analysis.third_octaves = Some(full.third_octaves);
            analysis.partials = Some(full.partials);
            analysis.rhythm = Some(full.rhythm);
            analysis.tonal = Some(full.tonal);
            analysis.series = Some(full.series);
        }
        Self { analysis, grid: findings.grid, waveform: findings.waveform }
    }
}
