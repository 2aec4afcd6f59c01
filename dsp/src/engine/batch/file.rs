//! All operations on one file, which is decoded once.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    time::Instant,
};

use super::{
    super::{EngineError, analysis, sound},
    BatchItem, BatchRequest, Cancel, FileOutcome, Operation, Problem,
    pass::Pass,
};
use crate::{Measures, Parameters, decode::Decoder, job::Outcome, visualizer::Visualizer};

/// Blocks between two reports of progress.
const STEP_BLOCKS: usize = 64;

/// Works on one file. `progress` gets the share done, 0 to 1; 0 all the time where the length is unknown.
pub(super) fn run(
    request: &BatchRequest,
    input: &Path,
    name: &OsStr,
    cancel: &Cancel,
    mut progress: impl FnMut(f64),
) -> FileOutcome {
    let outputs: Vec<PathBuf> = request.operations.iter().map(|operation| output(request, name, operation)).collect();
    let items = match decode(request, input, &outputs, cancel, &mut progress) {
        Ok((passes, analysed)) => {
            let each = request.operations.iter().zip(passes).zip(&outputs);
            each.map(|((operation, pass), path)| {
                let written = pass.finish(operation, analysed.as_ref(), path);
                item(operation, written.map(|()| path.clone()))
            })
            .collect()
        }
        Err(error) => {
            let problem = Problem::from(&error);
            request.operations.iter().map(|operation| item(operation, Err(problem.clone()))).collect()
        }
    };
    FileOutcome { input: input.to_path_buf(), items }
}

/// The outcome of an operation whose file could not even be tried.
pub(super) fn failed(request: &BatchRequest, input: &Path, error: &EngineError) -> FileOutcome {
    let items = request.operations.iter().map(|operation| item(operation, Err(error.into()))).collect();
    FileOutcome { input: input.to_path_buf(), items }
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
    input: &Path,
    outputs: &[PathBuf],
    cancel: &Cancel,
    progress: &mut impl FnMut(f64),
) -> Result<(Vec<Pass>, Option<Outcome>), EngineError> {
    let begun = Instant::now();
    let mut decoder = sound::open(input, &request.limits)?;
    let info = decoder.info().clone();
    let prepared = request.operations.iter().zip(outputs);
    let mut passes: Vec<Pass> = prepared.map(|(operation, path)| Pass::prepare(operation, &info, path)).collect();
    let parameters = parameters(request);
    let mut visualizer = match request.operations.iter().any(Operation::is_visual) {
        true => Some(Visualizer::prepare(&parameters, info.format())?.clipping_from(info.largest_sample())),
        false => None,
    };
    let mut blocks = 0usize;
    loop {
        if cancel.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let Some(block) = decoder.next_block()? else { break };
        if let Some(visualizer) = &mut visualizer {
            visualizer.push(block)?;
        }
        passes.iter_mut().for_each(|pass| pass.push(block));
        blocks += 1;
        if blocks.is_multiple_of(STEP_BLOCKS) {
            progress(share(&decoder).unwrap_or(0.0));
        }
    }
    let analysed = match visualizer {
        Some(visualizer) => {
            let (findings, identity) = (visualizer.finish()?, analysis::identity(input, &request.limits)?);
            let elapsed_ms = begun.elapsed().as_secs_f64() * 1000.0;
            Some(Outcome::assemble(info, parameters, findings, identity, elapsed_ms))
        }
        None => None,
    };
    Ok((passes, analysed))
}

/// Without a document to write, only the grid is wanted.
fn parameters(request: &BatchRequest) -> Parameters {
    let documented = request.operations.iter().any(|operation| matches!(operation, Operation::Analysis {}));
    let measures = if documented { request.parameters.measures } else { Measures::Overview };
    Parameters { measures, ..request.parameters.clone() }
}

/// Share of the work done; `None` while the length is unknown.
fn share(decoder: &Decoder) -> Option<f64> {
    let all = decoder.info().frames.filter(|&all| all > 0)?;
    Some((decoder.frames() as f64 / all as f64).min(1.0))
}
