//! One operation on one sound, as the engine takes it and as it answers: the same whoever asks.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use dsp::{
    Parameters,
    decode::Limits,
    engine::{BatchOutcome, BatchRequest, Operation},
};
use web::model::Problem;

use crate::{
    problem::Code,
    storage::{Scratch, StorageError},
};

/// Longest ending of a name that can be that of a format.
const MOST_ENDING_BYTES: usize = 12;

/// The file that an operation has made.
#[derive(Debug)]
pub struct Output {
    /// Where it is.
    pub path: PathBuf,
    /// What to call it when it is saved.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
}

/// Why there is no file.
#[derive(Debug)]
pub enum NoOutput {
    /// The sound is bad, or cannot be worked on like this.
    Input(Box<Problem>),
    /// A file could not be read or written; another try may mend it.
    Trouble(String),
    /// A fault of the engine.
    Fault(String),
}

/// The engine's request for one operation on the file at `input`. The engine sees it in `folder`, under a name of ours with the
/// ending of the sound's own, which helps to tell the format.
pub fn request(
    operation: Operation,
    parameters: Parameters,
    limits: Limits,
    input: &Path,
    name: &str,
    folder: &Scratch,
) -> Result<BatchRequest, StorageError> {
    let link = folder.path().join(format!("sound{}", ending(name)));
    symlink(input, &link)?;
    Ok(BatchRequest {
        files: vec![link],
        operations: vec![operation],
        output_folder: folder.path().to_owned(),
        parameters,
        limits,
        threads: 1,
    })
}

/// The ending of a name with its dot; nothing where it is none of a format.
fn ending(name: &str) -> String {
    match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some(ending)
            if (1..=MOST_ENDING_BYTES).contains(&ending.len())
                && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            format!(".{ending}")
        }
        _ => String::new(),
    }
}

/// What the engine has made of a request for one operation on one sound of this name.
pub fn output(request: &BatchRequest, outcome: BatchOutcome, name: &str) -> Result<Output, NoOutput> {
    let nothing = || NoOutput::Fault("the engine has no outcome".to_owned());
    let item = outcome.files.into_iter().flat_map(|file| file.items).next().ok_or_else(nothing)?;
    if let Some(problem) = item.problem {
        return Err(no_output(&problem));
    }
    let (path, operation) = item.output.zip(request.operations.first()).ok_or_else(nothing)?;
    // The engine names outputs after its input.
    let file_name = |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let (made, input) = (file_name(&path), request.files.first().map(|input| file_name(input)).unwrap_or_default());
    let suffix = made.strip_prefix(&input).unwrap_or(".bin");
    Ok(Output { name: format!("{name}{suffix}"), path, media_type: media_type(operation) })
}

fn no_output(problem: &dsp::engine::Problem) -> NoOutput {
    let said = format!("{}: {}", problem.code, problem.message);
    match problem.code.as_str() {
        "unreadable" | "unwritable" | "disk_full" => NoOutput::Trouble(said),
        code => match Code::from_name(code).filter(|&code| code != Code::Internal) {
            Some(code) => NoOutput::Input(Box::new(code.problem(sentence(&problem.message)))),
            None => NoOutput::Fault(said),
        },
    }
}

/// Media type of what an operation makes.
fn media_type(operation: &Operation) -> &'static str {
    match operation {
        Operation::Spectrogram(_) => "image/png",
        Operation::Resampling(_) | Operation::Mixing(_) => "audio/wav",
        Operation::Fft(_) | Operation::Analysis {} => "application/json",
    }
}

/// Work of an operation on a second of sound; that of a full analysis with the usual transform is 1.
pub(super) fn weight(operation: &Operation, parameters: &Parameters) -> f64 {
    let usual = match operation {
        Operation::Analysis {} => 1.0,
        Operation::Spectrogram(_) => 0.3,
        Operation::Resampling(_) | Operation::Fft(_) => 0.2,
        Operation::Mixing(_) => 0.1,
    };
    usual * overlap(operation, parameters)
}

/// How many times the work of the usual transform an operation needs: windows that overlap more are more of them, and each
/// costs in proportion to the length and its logarithm. Never less than 1, as much of an operation is no transform.
pub(super) fn overlap(operation: &Operation, parameters: &Parameters) -> f64 {
    let work = |length: u32, hop: u32| f64::from(length) * f64::from(length.max(2)).log2() / f64::from(hop.max(1));
    let usual = Parameters::default();
    let (length, hop) = match operation {
        Operation::Fft(request) => (request.window_length_frames, request.hop_frames),
        Operation::Spectrogram(_) | Operation::Analysis {} => (parameters.window_length_frames, parameters.hop_frames),
        Operation::Resampling(_) | Operation::Mixing(_) => return 1.0,
    };
    (work(length, hop) / work(usual.window_length_frames, usual.hop_frames)).max(1.0)
}

/// What an operation holds in memory besides its blocks of sound: a picture and the file that is made of it, and a spectrogram
/// that is larger than the usual one. `duration_s` is that of the sound, where it is known.
pub(super) fn memory_bytes(operation: &Operation, parameters: &Parameters, duration_s: Option<f64>) -> u64 {
    const BYTES_PER_PIXEL: u64 = 4 + 4;
    // Sums of powers, and the levels that are made of them.
    const BYTES_PER_CELL: u64 = 4 + 4;
    let usual = Parameters::default();
    let columns = duration_s.map_or(f64::INFINITY, |duration_s| duration_s / parameters.hop_s() + 1.0);
    let columns = columns.min(f64::from(parameters.max_columns)) as u64;
    let grid = (columns * parameters.bins() as u64)
        .saturating_sub(u64::from(usual.max_columns) * usual.bins() as u64)
        .saturating_mul(BYTES_PER_CELL);
    match operation {
        Operation::Spectrogram(picture) => {
            u64::from(picture.width) * u64::from(picture.height) * BYTES_PER_PIXEL + grid
        }
        Operation::Analysis {} => grid,
        Operation::Resampling(_) | Operation::Fft(_) | Operation::Mixing(_) => 0,
    }
}

/// The engine's words as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    let text = format!("{first}{}", letters.as_str());
    if text.ends_with('.') { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_endings_reach_the_engine() {
        for (name, expected) in [
            ("a.wav", ".wav"),
            ("a.b.MP3", ".MP3"),
            ("sound", ""),
            ("..hidden", ".hidden"),
            ("a.w/av", ""),
            ("a.größe", ""),
            ("a.", ""),
            ("a.abcdefghijklmno", ""),
        ] {
            assert_eq!(ending(name), expected, "{name}");
        }
    }

    #[test]
    fn troubles_are_not_the_fault_of_the_sound() {
        let problem = |code: &str| dsp::engine::Problem { code: code.to_owned(), message: "so it is".to_owned() };
        assert!(matches!(no_output(&problem("truncated")), NoOutput::Input(problem) if problem.detail == "So it is."));
        assert!(matches!(no_output(&problem("unwritable")), NoOutput::Trouble(_)));
        assert!(matches!(no_output(&problem("internal")), NoOutput::Fault(_)));
        assert!(matches!(no_output(&problem("never heard of")), NoOutput::Fault(_)));
    }

    #[test]
    fn windows_that_overlap_more_are_more_work_and_longer_ones_more_memory() {
        let analysis = Operation::Analysis {};
        let with =
            |window_length_frames, hop_frames| Parameters { window_length_frames, hop_frames, ..Parameters::default() };
        assert_eq!(weight(&analysis, &Parameters::default()), 1.0);
        assert_eq!(weight(&analysis, &with(2048, 128)), 4.0);
        assert_eq!(weight(&analysis, &with(64, 64)), 1.0, "reading and measuring remain");
        assert!(overlap(&analysis, &with(65_536, 1)) > 20_000.0);
        assert_eq!(memory_bytes(&analysis, &Parameters::default(), None), 0);
        let long = with(65_536, 16_384);
        assert_eq!(memory_bytes(&analysis, &long, None), (2_048 * 32_769 - 2_048 * 1_025) * 8);
        assert_eq!(memory_bytes(&analysis, &long, Some(1.0)), 0, "a short sound has few columns");
        assert_eq!(memory_bytes(&Operation::Mixing(Default::default()), &long, None), 0);
    }
}
