//! All operations on one file, which is decoded once.

use std::{ffi::OsStr, path::PathBuf, time::Instant};

use super::{
    super::{
        EngineError, SoundResampler, analysis,
        fft::SpectrumPass,
        output::Output,
        sound::{self},
    },
    BatchItem, BatchRequest, Cancel, FileOutcome, Operation, Problem,
};
use crate::{
    decode::{DecodeAhead, DecodeError, StreamInfo},
    job::{Job, Outcome, Step},
    mix,
    wav::{Encoding, WavFormat, WavWriter},
};

/// Blocks between two looks at the flag, where there is no analysis to count them.
const STEP_BLOCKS: usize = 64;

/// What an operation does with the blocks.
enum Pass {
    /// Nothing: it waits for the analysis of all blocks.
    Visual,
    Resampling(Box<SoundResampler>, WavWriter<Output>),
    Mixing(Vec<f32>, WavWriter<Output>),
    Fft(Box<SpectrumPass>),
    Failed(Problem),
}

/// Where the blocks come from.
enum Blocks {
    Analysed(Box<Job>),
    Plain { ahead: DecodeAhead, info: StreamInfo, frames: u64 },
}

/// Works on one file. `progress` gets the share done, 0 to 1, where the length is known.
pub(super) fn run(
    request: &BatchRequest,
    input: &PathBuf,
    name: &OsStr,
    cancel: &Cancel,
    mut progress: impl FnMut(f64),
) -> FileOutcome {
    let outputs: Vec<PathBuf> = request.operations.iter().map(|operation| output(request, name, operation)).collect();
    let items = match decode(request, input, &outputs, cancel, &mut progress) {
        Ok((passes, analysed)) => {
            let each = request.operations.iter().zip(passes).zip(&outputs);
            each.map(|((operation, pass), path)| {
                let written = finish(operation, pass, analysed.as_ref(), path);
                item(operation, written.map(|()| path.clone()))
            })
            .collect()
        }
        Err(error) => {
            let problem = Problem::from(&error);
            request.operations.iter().map(|operation| item(operation, Err(problem.clone()))).collect()
        }
    };
    FileOutcome { input: input.clone(), items }
}

/// The outcome of an operation whose file could not even be tried.
pub(super) fn failed(request: &BatchRequest, input: &PathBuf, error: &EngineError) -> FileOutcome {
    let items = request.operations.iter().map(|operation| item(operation, Err(error.into()))).collect();
    FileOutcome { input: input.clone(), items }
}

fn item(operation: &Operation, written: Result<PathBuf, Problem>) -> BatchItem {
    let (output, problem) = match written {
        Ok(path) => (Some(path), None),
        Err(problem) => (None, Some(problem)),
    };
    BatchItem { operation: operation.name().into(), output, problem }
}

fn output(request: &BatchRequest, name: &OsStr, operation: &Operation) -> PathBuf {
    let mut name = name.to_os_string();
    name.push(format!(".{}", operation.suffix()));
    request.output_folder.join(name)
}

/// Sends all blocks through all passes.
fn decode(
    request: &BatchRequest,
    input: &PathBuf,
    outputs: &[PathBuf],
    cancel: &Cancel,
    progress: &mut impl FnMut(f64),
) -> Result<(Vec<Pass>, Option<Outcome>), EngineError> {
    let begun = Instant::now();
    let mut blocks = open(request, input)?;
    let prepared = request.operations.iter().zip(outputs);
    let mut passes: Vec<Pass> = prepared
        .map(|(operation, path)| prepare(operation, blocks.info(), path).unwrap_or_else(Pass::failed))
        .collect();
    loop {
        if cancel.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let step = blocks.step(|block| {
            for pass in &mut passes {
                if let Err(error) = pass.push(block) {
                    *pass = Pass::failed(error);
                }
            }
        })?;
        if step == Step::Done {
            break;
        }
        blocks.progress().map(&mut *progress);
    }
    let analysed = match blocks {
        Blocks::Analysed(job) => {
            let identity = analysis::identity(input, &request.limits)?;
            Some(job.finish(identity, begun.elapsed().as_secs_f64() * 1000.0)?)
        }
        Blocks::Plain { .. } => None,
    };
    Ok((passes, analysed))
}

fn open(request: &BatchRequest, input: &PathBuf) -> Result<Blocks, EngineError> {
    if request.operations.iter().any(Operation::is_visual) {
        let job = analysis::open(input, &request.parameters, &request.limits)?.decode_ahead()?;
        return Ok(Blocks::Analysed(Box::new(job)));
    }
    let decoder = sound::open(input, &request.limits)?;
    let info = decoder.info().clone();
    let ahead = DecodeAhead::spawn(decoder).map_err(DecodeError::Io)?;
    Ok(Blocks::Plain { ahead, info, frames: 0 })
}

impl Blocks {
    fn info(&self) -> &StreamInfo {
        match self {
            Self::Analysed(job) => job.info(),
            Self::Plain { info, .. } => info,
        }
    }

    fn step(&mut self, mut each: impl FnMut(&[Vec<f32>])) -> Result<Step, EngineError> {
        match self {
            Self::Analysed(job) => Ok(job.step_with(each)?),
            Self::Plain { ahead, frames, .. } => {
                for _ in 0..STEP_BLOCKS {
                    let Some(block) = ahead.next_block()? else { return Ok(Step::Done) };
                    *frames += block.first().map_or(0, Vec::len) as u64;
                    each(block);
                }
                Ok(Step::More)
            }
        }
    }

    fn progress(&self) -> Option<f64> {
        match self {
            Self::Analysed(job) => job.progress().map(f64::from),
            Self::Plain { info, frames, .. } => {
                let all = info.frames.filter(|&all| all > 0)?;
                Some((*frames as f64 / all as f64).min(1.0))
            }
        }
    }
}

fn wav(
    path: &PathBuf,
    sample_rate_hz: u32,
    channels: u32,
    encoding: Encoding,
) -> Result<WavWriter<Output>, EngineError> {
    Ok(WavWriter::new(Output::create(path)?, WavFormat { sample_rate_hz, channels, encoding })?)
}

fn prepare(operation: &Operation, info: &StreamInfo, path: &PathBuf) -> Result<Pass, EngineError> {
    let (from_hz, channels) = (info.sample_rate_hz, info.channels);
    Ok(match operation {
        Operation::Spectrogram(_) | Operation::Analysis {} => Pass::Visual,
        Operation::Resampling(request) => {
            let resampler = SoundResampler::prepare(from_hz, request.rate_hz, channels as usize)?;
            Pass::Resampling(Box::new(resampler), wav(path, request.rate_hz, channels, request.encoding)?)
        }
        Operation::Mixing(request) => Pass::Mixing(Vec::new(), wav(path, from_hz, 1, request.encoding)?),
        Operation::Fft(request) => Pass::Fft(Box::new(SpectrumPass::prepare(from_hz, request)?)),
    })
}

impl Pass {
    fn failed(error: EngineError) -> Self {
        Self::Failed(Problem::from(&error))
    }

    fn push(&mut self, block: &[Vec<f32>]) -> Result<(), EngineError> {
        match self {
            Self::Visual | Self::Failed(_) => Ok(()),
            Self::Resampling(resampler, writer) => resampler.push(block, |out| Ok(writer.push(out)?)),
            Self::Mixing(mono, writer) => {
                mix::to_mono(block, mono);
                Ok(writer.push(&[mono])?)
            }
            Self::Fft(pass) => pass.push(block),
        }
    }
}

/// Writes what an operation has made.
fn finish(operation: &Operation, pass: Pass, analysed: Option<&Outcome>, path: &PathBuf) -> Result<(), Problem> {
    let written = match (pass, operation, analysed) {
        (Pass::Failed(problem), ..) => return Err(problem),
        (Pass::Visual, Operation::Spectrogram(request), Some(outcome)) => request.save(&outcome.grid, path),
        (Pass::Visual, _, Some(outcome)) => json(&outcome.analysis, path),
        (Pass::Visual, _, None) => Err(EngineError::Internal),
        (Pass::Resampling(mut resampler, mut writer), ..) => {
            resampler.finish(|out| Ok(writer.push(out)?)).and_then(|()| commit(writer))
        }
        (Pass::Mixing(_, writer), ..) => commit(writer),
        (Pass::Fft(pass), ..) => pass.finish().and_then(|summary| json(&summary, path)),
    };
    written.map_err(|error| Problem::from(&error))
}

fn commit(writer: WavWriter<Output>) -> Result<(), EngineError> {
    writer.finish()?.0.commit()
}

fn json(document: &impl serde::Serialize, path: &PathBuf) -> Result<(), EngineError> {
    Output::write(path, &serde_json::to_vec(document)?)
}
