//! `do_analysis`: levels and statistics, as JSON.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::Instant,
};

use sha2::{Digest, Sha256};

use super::{AnalysisStream, EngineError, Sound, Spectra, sound, stream};
use crate::{
    Measures, Parameters,
    analysis::{Engine, Spectral},
    decode::Limits,
    job::{Identity, Job, Outcome, Step},
    measure::spectral::SpectralMeter,
    visualizer::SoundFormat,
    window::Window,
};

/// What is analysed.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A file, streamed.
    File(&'a Path),
    /// Sound in memory.
    Sound(&'a Sound),
    /// Spectra that [`super::do_fft`] has made.
    Spectra(&'a Spectra),
}

/// How files and sound are analysed; spectra are taken as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisRequest {
    /// Parameters of the pass; the default measures everything.
    pub parameters: Parameters,
    /// Which files are accepted.
    pub limits: Limits,
}

impl Default for AnalysisRequest {
    fn default() -> Self {
        Self { parameters: full(), limits: Limits::default() }
    }
}

/// The product's parameters with everything measured.
pub(super) fn full() -> Parameters {
    Parameters { measures: Measures::Full, ..Parameters::default() }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum AnalysisOutcome {
    /// Of a file or of sound: document, spectrogram and waveform.
    Recording(Box<Outcome>),
    /// Of spectra alone.
    Spectra(SpectraAnalysis),
}

impl AnalysisOutcome {
    /// The document as JSON on one line.
    pub fn to_json(&self) -> Result<String, EngineError> {
        Ok(match self {
            Self::Recording(outcome) => serde_json::to_string(&outcome.analysis)?,
            Self::Spectra(analysis) => serde_json::to_string(analysis)?,
        })
    }
}

/// The analysis of spectra alone.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SpectraAnalysis {
    /// Version of this document, 1.
    pub schema: u32,
    /// The program that made it.
    pub engine: Engine,
    /// The transform.
    pub stft: StftShape,
    /// Statistics over all frames, as in the document of a recording.
    pub spectral: Spectral,
}

/// Shape of [`Spectra`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StftShape {
    /// Rate of the sound.
    pub sample_rate_hz: u32,
    /// Frames in one window.
    pub window_length_frames: u32,
    /// Frames from one window to the next.
    pub hop_frames: u32,
    /// Shape of the window.
    pub window: Window,
    /// Number of spectra.
    pub frames: u64,
    /// Cells in one spectrum.
    pub bins: u32,
    /// Distance between two cells.
    pub bin_width_hz: f64,
}

/// Analyses a file, sound or spectra.
pub fn do_analysis(subject: Subject<'_>, request: &AnalysisRequest) -> Result<AnalysisOutcome, EngineError> {
    Ok(match subject {
        Subject::File(path) => {
            AnalysisOutcome::Recording(Box::new(of_file(path, &request.parameters, &request.limits)?))
        }
        Subject::Sound(sound) => AnalysisOutcome::Recording(Box::new(of_sound(sound, &request.parameters)?)),
        Subject::Spectra(spectra) => AnalysisOutcome::Spectra(of_spectra(spectra)),
    })
}

/// The whole pass over one file.
pub(super) fn of_file(path: &Path, parameters: &Parameters, limits: &Limits) -> Result<Outcome, EngineError> {
    let begun = Instant::now();
    let mut job = open(path, parameters, limits)?.decode_ahead()?;
    while job.step()? == Step::More {}
    Ok(job.finish(identity(path, limits)?, begun.elapsed().as_secs_f64() * 1000.0)?)
}

/// Opens a file for the whole pass.
fn open(path: &Path, parameters: &Parameters, limits: &Limits) -> Result<Job, EngineError> {
    let file = sound::open_file(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    Ok(Job::open(Box::new(file), name.as_deref(), parameters.clone(), limits)?)
}

/// SHA-256 and length of a file that has been accepted. It is read a second time: the decoder does not read every byte.
pub(super) fn identity(path: &Path, limits: &Limits) -> Result<Identity, EngineError> {
    let input = |source| EngineError::Input { path: path.to_path_buf(), source };
    // A file that grows meanwhile must not keep us here.
    let mut file: io::Take<File> = sound::open_file(path)?.take(limits.max_bytes);
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size_bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                hash.update(&buffer[..read]);
                size_bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(input(error)),
        }
    }
    Ok(Identity { sha256: stream::hex(&hash.finalize()), size_bytes })
}

fn of_sound(sound: &Sound, parameters: &Parameters) -> Result<Outcome, EngineError> {
    let format = SoundFormat {
        sample_rate_hz: sound.sample_rate_hz(),
        channels: sound.channels().len() as u32,
        bits_per_sample: None,
        channel_mask: sound.channel_mask(),
    };
    let mut stream = AnalysisStream::prepare(parameters, format)?;
    stream.push(sound.channels())?;
    stream.finish()
}

fn of_spectra(spectra: &Spectra) -> SpectraAnalysis {
    let mut meter = SpectralMeter::new(spectra.bins(), spectra.bin_width_hz());
    for power in spectra.iter() {
        meter.push(power);
    }
    let request = spectra.request();
    SpectraAnalysis {
        schema: 1,
        engine: Engine::this(),
        stft: StftShape {
            sample_rate_hz: spectra.sample_rate_hz(),
            window_length_frames: request.window_length_frames,
            hop_frames: request.hop_frames,
            window: request.window,
            frames: spectra.frames() as u64,
            bins: spectra.bins() as u32,
            bin_width_hz: spectra.bin_width_hz(),
        },
        spectral: meter.finish(),
    }
}
