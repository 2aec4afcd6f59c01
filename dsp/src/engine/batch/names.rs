//! Names of outputs: that of the input, numbered where several inputs have the same.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    path::PathBuf,
};

/// The first part of the names of every file's outputs, all different: `song.flac`, `song.flac.2`.
pub(super) fn for_files(files: &[PathBuf]) -> Vec<OsString> {
    let name = |path: &PathBuf| path.file_name().unwrap_or(OsStr::new("sound")).to_os_string();
    let mut taken: HashMap<OsString, u64> = files.iter().map(|path| (name(path), 0)).collect();
    files
        .iter()
        .map(|path| {
            let plain = name(path);
            let count = taken.get(&plain).copied().unwrap_or(0);
            if count == 0 {
                taken.insert(plain.clone(), 1);
                return plain;
            }
            // A numbered name may be that of another input.
            let mut number = count;
            loop {
                number += 1;
                let mut numbered = plain.clone();
                numbered.push(format!(".{number}"));
                if !taken.contains_key(&numbered) {
                    taken.insert(plain, number);
                    taken.insert(numbered.clone(), 1);
                    return numbered;
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_differ() {
        let files: Vec<PathBuf> =
            ["a/x.wav", "b/x.wav", "x.wav.2", "c/x.wav", "/", "y"].into_iter().map(PathBuf::from).collect();
        assert_eq!(for_files(&files), ["x.wav", "x.wav.3", "x.wav.2", "x.wav.4", "sound", "y"]);
    }
}
