//! The tables of all scripts as `docs/bench.md`, with the machine and the versions they were made with.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{process, workspace};

/// Programs whose version counts, and the words that ask for it.
const VERSIONS: [(&str, &[&str]); 5] = [
    ("rustc", &["--version"]),
    ("sox", &["--version"]),
    ("ffmpeg", &["-version"]),
    ("node", &["--version"]),
    ("chromium", &["--version"]),
];

/// Asks the peers in Python.
const PYTHON_VERSIONS: &str = "import platform, librosa, numpy, scipy, soxr; \
     print('Python', platform.python_version(), ', librosa', librosa.__version__, ', NumPy', numpy.__version__, \
     ', SciPy', scipy.__version__, ', soxr', soxr.__version__)";

/// Writes the page; answers where it is.
pub fn write(sections: &[String], left_out: &[String], python: Option<&Path>) -> Result<PathBuf> {
    let mut page = String::from(
        "# Comparisons with other programs\n\n\
         Made by `cargo xtask bench --write`: everything in one run, on one machine, each program in its turn. Ratios are \
         what can be compared; the times belong to this machine.\n\n",
    );
    page.push_str("| what | with |\n|---|---|\n");
    for (what, with) in machine().into_iter().chain(versions(python)) {
        page.push_str(&format!("| {what} | {with} |\n"));
    }
    page.push('\n');
    for section in sections {
        page.push_str(section.trim());
        page.push_str("\n\n");
    }
    if !left_out.is_empty() {
        page.push_str("## Left out\n\n");
        left_out.iter().for_each(|note| page.push_str(&format!("- {note}\n")));
    }
    let path = workspace::root().join("docs/bench.md");
    fs::create_dir_all(path.with_file_name("")).context("cannot create docs/")?;
    fs::write(&path, format!("{}\n", page.trim_end())).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn machine() -> Vec<(String, String)> {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let answer = |program: &str, words: &[&str]| process::answer(Command::new(program).args(words));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    vec![
        ("date".into(), answer("date", &["--utc", "+%F"]).unwrap_or_default()),
        ("processor".into(), format!("{processor}, {cores} cores")),
        ("memory".into(), memory.map_or_else(String::new, |kib| format!("{:.0} GiB", kib / 1_048_576.0))),
        ("load when written".into(), load.split(' ').next().unwrap_or_default().into()),
        ("system".into(), answer("uname", &["-sr"]).unwrap_or_default()),
        (
            "DAS".into(),
            format!(
                "{} at {}",
                env!("CARGO_PKG_VERSION"),
                answer("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_default()
            ),
        ),
    ]
}

fn versions(python: Option<&Path>) -> Vec<(String, String)> {
    let mut found: Vec<_> = VERSIONS
        .iter()
        .filter_map(|(program, words)| {
            let answer = process::answer(Command::new(program).args(*words))?;
            let line = answer.lines().next()?.replace(&format!("{program}:"), "");
            // What comes after the version is about the build.
            let short: Vec<_> =
                line.split_whitespace().take_while(|word| *word != "Copyright" && *word != "built").collect();
            Some(((*program).to_owned(), short.join(" ")))
        })
        .collect();
    let peers = python.and_then(|python| process::answer(Command::new(python).args(["-c", PYTHON_VERSIONS])));
    found.extend(peers.map(|peers| ("peers in Python".to_owned(), peers.replace(" ,", ","))));
    found
}
