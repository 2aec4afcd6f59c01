//! Tests of ARCHITECTURE.md: it is only a map while its paths lead somewhere and its rooms are all there.

use std::path::{Path, PathBuf};

use crate::workspace;

/// The paragraphs that list what is in a folder begin like this; their paths are relative to it.
const INSIDE: &str = "Inside `";
/// What is in every folder of sources and needs no word.
const ENTRIES: [&str; 2] = ["lib.rs", "main.rs"];

fn paragraphs() -> Vec<String> {
    let path = workspace::root().join("ARCHITECTURE.md");
    std::fs::read_to_string(path).expect("ARCHITECTURE.md").split("\n\n").map(str::to_owned).collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Paths have a slash or end as files do; addresses of the server begin with a slash, and commands have spaces.
fn looks_like_a_path(word: &str) -> bool {
    let is_file = [".rs", ".md", ".json"].iter().any(|ending| word.ends_with(ending));
    (word.contains('/') || is_file) && !word.starts_with('/') && !word.contains([' ', '<', '{', ':'])
}

/// The folder that a paragraph is about.
fn base(paragraph: &str) -> Option<&str> {
    quoted(paragraph).next().filter(|_| paragraph.starts_with(INSIDE))
}

fn exists(base: &Path, word: &str) -> bool {
    let path = base.join(word);
    if word.ends_with('/') { path.is_dir() } else { path.exists() }
}

#[test]
fn every_path_of_the_map_opens() {
    let root = workspace::root();
    let mut lost = Vec::new();
    for paragraph in paragraphs() {
        let folders: Vec<PathBuf> =
            base(&paragraph).map(|base| root.join(base)).into_iter().chain([root.clone()]).collect();
        let words = quoted(&paragraph).filter(|word| looks_like_a_path(word));
        lost.extend(words.filter(|word| !folders.iter().any(|folder| exists(folder, word))).map(str::to_owned));
    }
    assert!(lost.is_empty(), "ARCHITECTURE.md names what is not there: {lost:?}");
}

#[test]
fn the_map_of_a_folder_has_all_that_is_in_it() {
    let mut maps = 0;
    for paragraph in paragraphs() {
        let Some(folder) = base(&paragraph) else { continue };
        maps += 1;
        for entry in std::fs::read_dir(workspace::root().join(folder)).expect("a folder").flatten() {
            let mut name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                name.push('/');
            }
            let is_known = ENTRIES.contains(&name.as_str()) || quoted(&paragraph).any(|word| word == name);
            assert!(is_known, "{folder}{name} has no word in ARCHITECTURE.md");
        }
    }
    assert_eq!(maps, 3, "dsp, server and web");
}

#[test]
fn addresses_and_commands_are_no_paths() {
    for word in ["/api", "TaskBackend", "das engine --one-shot", "grid::TOLERANCE_DB", "std", "Das-User"] {
        assert!(!looks_like_a_path(word), "{word}");
    }
    for word in ["dsp/", "dsp/src/math.rs", "math.rs", "docs/bench.md"] {
        assert!(looks_like_a_path(word), "{word}");
    }
}
