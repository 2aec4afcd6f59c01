//! `das analyze`: the pipeline of the server from the shell, on one file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    thread,
    time::Instant,
};

use clap::Args;
use dsp::{
    Measures, Parameters,
    analysis::Analysis,
    decode::Limits,
    grid::{PngError, View},
    job::{Identity, Job, JobError, Outcome, Step},
    palette::Palette,
};
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::{
    output::{self, OutputError},
    progress::Progress,
    targets::{self, Staged, TargetError},
};

const HASH_BUFFER_BYTES: usize = 1 << 20;

/// Analyse one sound file and write the results to files.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// The recording: WAV, AIFF, FLAC, MP3, Ogg Vorbis, AAC or ALAC (M4A)
    file: PathBuf,
    /// Write the analysis as JSON (`-` for standard output)
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Write the spectrogram as a PNG picture without axes, full time x frequency
    #[arg(long, value_name = "OUT")]
    png: Option<PathBuf>,
    /// Width of the picture in pixels
    #[arg(long, default_value_t = 1600, value_parser = clap::value_parser!(u32).range(1..=16_384))]
    width: u32,
    /// Height of the picture in pixels
    #[arg(long, default_value_t = 513, value_parser = clap::value_parser!(u32).range(1..=8_192))]
    height: u32,
    /// Colour map of the picture
    #[arg(long, default_value = "magma", value_parser = palette)]
    palette: Palette,
    /// Measure levels and the mean spectrum only: no loudness, noise, descriptors over time or third octaves
    #[arg(long)]
    quick: bool,
}

fn palette(name: &str) -> Result<Palette, String> {
    Palette::from_name(name).ok_or_else(|| format!("choose one of {}", Palette::ALL.map(Palette::name).join(", ")))
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError {
    /// The file could not be read.
    #[error("{} could not be read: {source}", path.display())]
    Read {
        /// The recording.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// A result would take the place of the recording or of another result.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A result could not be written.
    #[error("{} could not be written: {source}", path.display())]
    Write {
        /// The result.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Standard output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The recording is not acceptable.
    #[error("{}: {source} [{}]", path.display(), source.code())]
    Job {
        /// The recording.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<JobError>,
    },
    /// The picture could not be made.
    #[error("the picture could not be made: {0}")]
    Png(#[from] PngError),
    /// The document could not be made.
    #[error("the analysis could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command. No file has its name before all of them are written: a full disk leaves what was there.
pub fn run(args: &AnalyzeArgs) -> Result<(), AnalyzeError> {
    let outputs: Vec<&Path> = [&args.png, &args.json].into_iter().flatten().map(PathBuf::as_path).collect();
    targets::check(&args.file, &outputs)?;
    let outcome = analyze(&args.file, parameters(args))?;
    let mut results = Vec::new();
    if let Some(path) = &args.png {
        let view = View { palette: args.palette, ..View::full(&outcome.grid, args.width, args.height) };
        results.push((path, outcome.grid.to_png(&view)?));
    }
    if let Some(path) = &args.json {
        let mut text = serde_json::to_vec_pretty(&outcome.analysis)?;
        text.push(b'\n');
        results.push((path, text));
    }
    let (printed, files): (Vec<_>, Vec<_>) = results.into_iter().partition(|(path, _)| targets::is_stdout(path));
    write(&files)?;
    for (_, bytes) in printed {
        output::print(|out| out.write_all(&bytes))?;
    }
    if args.json.is_none() {
        output::print(|out| write_summary(out, &outcome.analysis))?;
    }
    Ok(())
}

/// The product's own parameters, with more columns where the picture is wider than they are.
fn parameters(args: &AnalyzeArgs) -> Parameters {
    let measures = if args.quick { Measures::Overview } else { Measures::Full };
    let defaults = Parameters { measures, ..Parameters::default() };
    match args.png {
        // The spectrogram ends up with at least half of its most columns.
        Some(_) => Parameters { max_columns: defaults.max_columns.max(2 * args.width).min(32_768), ..defaults },
        None => defaults,
    }
}

fn analyze(path: &Path, parameters: Parameters) -> Result<Outcome, AnalyzeError> {
    let started = Instant::now();
    let unreadable = |source| AnalyzeError::Read { path: path.into(), source };
    let file = open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(AnalyzeError::NotAFile { path: path.into() });
    }
    let failed = |source| AnalyzeError::Job { path: path.into(), source: Box::new(source) };
    // The hash does not wait for the analysis, nor the analysis for the hash.
    thread::scope(|scope| {
        let hash = scope.spawn(|| sha256(path));
        let name = path.file_name().and_then(|name| name.to_str());
        let mut job = Job::open(Box::new(file), name, parameters, &Limits::default())
            .and_then(Job::decode_ahead)
            .map_err(failed)?;
        let mut progress = Progress::new();
        while job.step().inspect_err(|_| progress.clear()).map_err(failed)? == Step::More {
            progress.show(job.progress(), job.analysed_s());
        }
        progress.clear();
        let hash = hash.join().unwrap_or_else(|_| Err(io::Error::other("hashing stopped")));
        let identity = Identity { sha256: hash.map_err(unreadable)?, size_bytes: metadata.len() };
        job.finish(identity, started.elapsed().as_secs_f64() * 1000.0).map_err(failed)
    })
}

/// Opens a file. A pipe is not waited for, so that it can be refused.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; HASH_BUFFER_BYTES];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => hasher.update(&buffer[..length]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write(files: &[(&PathBuf, Vec<u8>)]) -> Result<(), AnalyzeError> {
    let unwritten = |path: &Path, source| AnalyzeError::Write { path: path.into(), source };
    let mut staged = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        staged.push((path, Staged::write(path, bytes).map_err(|source| unwritten(path, source))?));
    }
    staged.into_iter().try_for_each(|(path, file)| file.commit().map_err(|source| unwritten(path, source)))
}

fn write_summary(out: &mut impl Write, analysis: &Analysis) -> io::Result<()> {
    let (source, level, spectral) = (&analysis.source, &analysis.level, &analysis.spectral);
    let number = |value: Option<f64>, unit: &str| value.map_or_else(|| "none".into(), |v| format!("{v:.1} {unit}"));
    let mut rows = vec![
        (
            "format",
            format!(
                "{} in {}, {} Hz, {} channels",
                source.codec, source.container, source.sample_rate_hz, source.channels
            ),
        ),
        ("duration", format!("{:.3} s", source.duration_s)),
        ("peak", number(level.peak_dbfs, "dBFS")),
        ("RMS", number(level.rms_dbfs, "dBFS")),
        ("clipped", format!("{} samples, {} runs", level.clipped_samples, level.clipped_runs)),
    ];
    if let Some(loudness) = &analysis.loudness {
        rows.extend([
            ("true peak", number(loudness.true_peak_dbtp, "dBTP")),
            ("loudness", number(loudness.integrated_lufs, "LUFS")),
            ("range", number(loudness.range_lu, "LU")),
        ]);
    }
    if let Some(noise) = &analysis.noise {
        rows.push(("noise", number(noise.noise_floor_dbfs, "dBFS")));
    }
    rows.extend([
        ("strongest", number(spectral.peak_frequency_hz, "Hz")),
        ("centroid", number(spectral.centroid_hz, "Hz")),
        ("SHA-256", source.sha256.clone()),
        ("took", format!("{:.0} ms, {:.0} x real time", analysis.timing.elapsed_ms, analysis.timing.realtime_factor)),
    ]);
    for (name, value) in rows {
        writeln!(out, "{name:<10} {value}")?;
    }
    Ok(())
}
