//! One recording from bytes to result, in steps that can be watched and stopped.

use crate::{
    Parameters,
    analysis::{Analysis, Engine, SCHEMA, Source, Timing},
    decode::{DecodeAhead, DecodeError, Decoder, Limits, MediaSource, StreamInfo},
    grid::Grid,
    visualizer::{Findings, SoundFormat, Visualizer, VisualizerError},
    waveform::Waveform,
};

/// Sound that one step analyses, about.
const STEP_S: f64 = 0.4;
/// Blocks that one step decodes at most, also when they are short or empty.
const STEP_BLOCKS: usize = 512;

/// Why a recording has no result.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The file is not acceptable.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The samples are not.
    #[error("The sound cannot be analysed: {0}.")]
    Visualizer(#[from] VisualizerError),
}

impl JobError {
    /// Stable machine-readable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Visualizer(VisualizerError::NotFinite(_)) => "not_finite",
            Self::Visualizer(VisualizerError::Parameter(_)) => "bad_request",
            Self::Visualizer(VisualizerError::Format { .. }) => "unsupported_codec",
            Self::Visualizer(VisualizerError::Fft(_) | VisualizerError::Resample(_)) => "internal",
        }
    }

    /// The limit that was passed, where there is one.
    pub fn limit(&self) -> Option<f64> {
        match self {
            Self::Decode(error) => error.limit(),
            Self::Visualizer(_) => None,
        }
    }

    /// The value that was found, where there is one.
    pub fn actual(&self) -> Option<f64> {
        match self {
            Self::Decode(error) => error.actual(),
            Self::Visualizer(_) => None,
        }
    }

    /// Frame at which the damage lies, where it is known.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Decode(error) => error.offset(),
            Self::Visualizer(VisualizerError::NotFinite(place)) => Some(place.offset_frames),
            Self::Visualizer(_) => None,
        }
    }
}

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

/// Where the decoded blocks come from.
enum Blocks {
    Here(Box<Decoder>),
    Ahead(DecodeAhead),
}

impl Blocks {
    fn next(&mut self) -> Result<Option<&[Vec<f32>]>, DecodeError> {
        match self {
            Self::Here(decoder) => decoder.next_block(),
            Self::Ahead(ahead) => ahead.next_block(),
        }
    }
}

/// Decoder and visualizer of one recording.
pub struct Job {
    info: StreamInfo,
    blocks: Blocks,
    visualizer: Visualizer,
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
        let format = SoundFormat {
            sample_rate_hz: info.sample_rate_hz,
            channels: info.channels,
            bits_per_sample: info.bits_per_sample,
        };
        let visualizer = Visualizer::prepare(&parameters, format)?;
        Ok(Self { info, blocks: Blocks::Here(Box::new(decoder)), visualizer, parameters })
    }

    /// Decodes on a second thread from here on. The result is the same; where threads are not to be had
    /// (in the browser, or when the system refuses one), the error leaves the job unusable.
    pub fn decode_ahead(self) -> Result<Self, JobError> {
        let blocks = match self.blocks {
            Blocks::Here(decoder) => Blocks::Ahead(DecodeAhead::spawn(*decoder).map_err(DecodeError::Io)?),
            ahead => ahead,
        };
        Ok(Self { blocks, ..self })
    }

    /// What the header says.
    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// Decodes and analyses the next few milliseconds' worth of work.
    pub fn step(&mut self) -> Result<Step, JobError> {
        self.step_with(|_| {})
    }

    /// As [`Job::step`]; `also` sees every block, so that a file is decoded once for several purposes.
    pub fn step_with(&mut self, mut also: impl FnMut(&[Vec<f32>])) -> Result<Step, JobError> {
        let until_s = self.visualizer.duration_s() + STEP_S;
        for _ in 0..STEP_BLOCKS {
            let Some(block) = self.blocks.next()? else { return Ok(Step::Done) };
            self.visualizer.push(block)?;
            also(block);
            if self.visualizer.duration_s() >= until_s {
                break;
            }
        }
        Ok(Step::More)
    }

    /// Share of the work done, 0 to 1; `None` while the length is unknown.
    pub fn progress(&self) -> Option<f32> {
        let expected = self.info().frames.filter(|&frames| frames > 0)?;
        Some((self.visualizer.frames() as f64 / expected as f64).min(1.0) as f32)
    }

    /// Seconds of sound done so far.
    pub fn analysed_s(&self) -> f64 {
        self.visualizer.duration_s()
    }

    /// The spectrogram so far.
    pub fn grid(&self) -> Grid {
        self.visualizer.grid()
    }

    /// The waveform so far.
    pub fn waveform(&self) -> Waveform {
        self.visualizer.waveform()
    }

    /// Puts the result together, after [`Step::Done`]. `elapsed_ms` is the caller's clock since it opened the job.
    pub fn finish(self, identity: Identity, elapsed_ms: f64) -> Result<Outcome, JobError> {
        let findings = self.visualizer.finish()?;
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
        let analysis = Analysis {
            schema: SCHEMA,
            engine: Engine::this(),
            source: Source {
                sha256: identity.sha256,
                size_bytes: identity.size_bytes,
                container: info.container,
                codec: info.codec,
                sample_rate_hz: info.sample_rate_hz,
                channels: info.channels,
                bits_per_sample: info.bits_per_sample,
                frames: findings.frames,
                duration_s,
                tags: info.tags,
            },
            parameters,
            level: findings.level,
            spectral: findings.spectral,
            spectrogram: findings.grid.geometry().clone(),
            timing: Timing {
                elapsed_ms,
                realtime_factor: if elapsed_ms > 0.0 { duration_s * 1000.0 / elapsed_ms } else { 0.0 },
            },
        };
        Self { analysis, grid: findings.grid, waveform: findings.waveform }
    }
}
