//! `cargo xtask reference`: the numbers of the peers under `dsp/reference/numbers`, made anew.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    process,
    setup::{cache::Cache, python},
    steps::Steps,
    workspace,
};

/// Options of `cargo xtask reference`.
#[derive(clap::Args)]
pub struct Options {
    /// Only scripts whose name contains one of these
    names: Vec<String>,
    /// Fail if any number has changed
    #[arg(long)]
    check: bool,
}

/// What each file of numbers holds, by name.
type Numbers = BTreeMap<String, Vec<u8>>;

/// Runs every `dsp/reference/peers_*.py` and says which numbers have changed.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let folder = workspace::root().join("dsp/reference");
    let scripts = scripts(&folder, &options.names)?;
    let python = python::ensure(steps, &Cache::open()?)?;
    let before = numbers(&folder)?;
    let mut failed = Vec::new();
    for script in scripts {
        let name = script.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut command = Command::new(&python);
        // Threads would add up in another order each time.
        command.current_dir(&folder).arg(&script).env("OMP_NUM_THREADS", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        if let Err(error) = steps.run(&name, "running", || process::shown(&mut command)) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    let after = numbers(&folder)?;
    let changes = changes(&before, &after);
    for (name, what) in &changes {
        steps.note(&format!("numbers/{name}: {what}"));
    }
    if changes.is_empty() {
        steps.note(&format!("The numbers of all {} files are what they were.", after.len()));
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    if options.check && !changes.is_empty() {
        bail!("the committed numbers are not those that the scripts make");
    }
    Ok(())
}

fn scripts(folder: &Path, names: &[String]) -> Result<Vec<PathBuf>> {
    let mut found: Vec<_> = files(folder)?
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let wanted = names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
            wanted && name.starts_with("peers_") && name.ends_with(".py")
        })
        .collect();
    found.sort();
    Ok(found)
}

fn numbers(folder: &Path) -> Result<Numbers> {
    let read = |path: PathBuf| -> Result<(String, Vec<u8>)> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?))
    };
    files(&folder.join("numbers"))?.into_iter().map(read).collect()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

fn changes(before: &Numbers, after: &Numbers) -> Vec<(String, &'static str)> {
    let of = |(name, bytes): (&String, &Vec<u8>)| match before.get(name) {
        None => Some((name.clone(), "new")),
        Some(known) if known != bytes => Some((name.clone(), "changed")),
        Some(_) => None,
    };
    after.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told() {
        let numbers = |items: &[(&str, &str)]| -> Numbers {
            items.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
        };
        let before = numbers(&[("a.json", "1"), ("b.json", "2")]);
        let after = numbers(&[("a.json", "1"), ("b.json", "3"), ("c.json", "4")]);
        assert_eq!(changes(&before, &after), [("b.json".to_owned(), "changed"), ("c.json".to_owned(), "new")]);
    }
}
