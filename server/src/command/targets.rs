//! Files that a command writes: whole or not at all, and never over what it reads.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// How many names a temporary file tries, should others be there already.
const MOST_NAMES: u32 = 100;

/// Outputs that cannot be what was meant.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The result would take the place of the recording.
    #[error("{} is the recording itself; name another file for the result", path.display())]
    IsInput {
        /// The output.
        path: PathBuf,
    },
    /// One result would take the place of the other.
    #[error("{} is named for two results; give each a file of its own", path.display())]
    Twice {
        /// The later of the outputs.
        path: PathBuf,
    },
}

/// Holds outputs against the input and against each other, before anything is computed.
pub fn check(input: &Path, outputs: &[&Path]) -> Result<(), TargetError> {
    let read = fs::metadata(input).ok();
    for (place, output) in outputs.iter().enumerate() {
        let path = || output.to_path_buf();
        if !is_stdout(output) && read.as_ref().zip(fs::metadata(output).ok()).is_some_and(|(a, b)| is_same(a, &b)) {
            return Err(TargetError::IsInput { path: path() });
        }
        if outputs.iter().take(place).any(|earlier| is_same_target(earlier, output)) {
            return Err(TargetError::Twice { path: path() });
        }
    }
    Ok(())
}

/// True for the name that stands for standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

fn is_same(a: &Metadata, b: &Metadata) -> bool {
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Devices and pipes take several results one after the other; files do not.
fn is_same_target(a: &Path, b: &Path) -> bool {
    if is_stdout(a) || is_stdout(b) {
        return a == b;
    }
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => a.is_file() && is_same(&a, &b),
        (Err(_), Err(_)) => resolved(a) == resolved(b),
        _ => false,
    }
}

/// Where a path leads. Of a file that is not there yet only the folder can be followed.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Bytes that wait beside their file until [`Staged::commit`]; gone when dropped before.
#[derive(Debug)]
pub struct Staged {
    /// `None` once it has its name, or where there was nothing to stage.
    temporary: Option<PathBuf>,
    target: PathBuf,
}

impl Staged {
    /// Writes the bytes down beside the target. What is no file, such as `/dev/null`, gets them at once.
    pub fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let before = fs::metadata(path).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            OpenOptions::new().write(true).open(path)?.write_all(bytes)?;
            return Ok(Self { temporary: None, target: path.to_owned() });
        }
        if before.is_some() {
            // A file that is protected against writing stays so: a rename would not ask.
            drop(OpenOptions::new().write(true).open(path)?);
        }
        // Behind a link: the link stays, what it leads to is replaced.
        let target = resolved(path);
        let (temporary, mut file) = create_beside(&target)?;
        let staged = Self { temporary: Some(temporary), target };
        file.write_all(bytes)?;
        if let Some(before) = before {
            file.set_permissions(before.permissions())?;
        }
        // Some file systems tell only now that there is no room.
        file.sync_all()?;
        Ok(staged)
    }

    /// Gives the bytes their name.
    pub fn commit(mut self) -> io::Result<()> {
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.target)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // It may be gone with its folder; nobody can be told anything better than the error that led here.
            let _ = fs::remove_file(temporary);
        }
    }
}

fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    for attempt in 0..MOST_NAMES {
        // Not made from the target's name, which may be as long as names can be.
        let name = OsString::from(format!(".das-{}-{attempt}.part", std::process::id()));
        let path = target.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return Ok((path, opened?)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_input_is_recognized_by_every_name_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.wav"), "sound").unwrap();
        fs::create_dir(at("sub")).unwrap();
        symlink("a.wav", at("link")).unwrap();
        fs::hard_link(at("a.wav"), at("hard")).unwrap();
        for output in ["a.wav", "./a.wav", "sub/../a.wav", "link", "hard"] {
            for input in ["a.wav", "link"] {
                let checked = check(&at(input), &[&at("new"), &at(output)]);
                assert!(matches!(checked, Err(TargetError::IsInput { .. })), "{input} to {output}: {checked:?}");
            }
        }
        assert!(check(&at("a.wav"), &[&at("b.wav"), Path::new("-")]).is_ok());
        // A missing input is for whoever opens it to say.
        assert!(check(&at("none"), &[&at("b.wav")]).is_ok());
    }

    #[test]
    fn one_file_is_not_for_two_results() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("there"), "").unwrap();
        fs::create_dir(at("sub")).unwrap();
        for (first, second) in [("new", "new"), ("new", "sub/../new"), ("there", "sub/../there")] {
            let checked = check(&at("a.wav"), &[&at(first), &at(second)]);
            assert!(matches!(checked, Err(TargetError::Twice { .. })), "{first} and {second}: {checked:?}");
        }
        let stdout = Path::new("-");
        assert!(matches!(check(&at("a.wav"), &[stdout, stdout]), Err(TargetError::Twice { .. })));
        let null = Path::new("/dev/null");
        assert!(check(&at("a.wav"), &[null, null]).is_ok());
        assert!(check(&at("a.wav"), &[&at("new"), &at("sub/new")]).is_ok());
    }

    #[test]
    fn bytes_get_their_name_when_they_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        fs::write(&target, "before").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
        let staged = Staged::write(&target, b"after").unwrap();
        assert_eq!((fs::read(&target).unwrap(), names(folder.path()).len()), (b"before".to_vec(), 2));
        staged.commit().unwrap();
        assert_eq!((fs::read(&target).unwrap(), names(folder.path()).len()), (b"after".to_vec(), 1));
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        drop(Staged::write(&target, b"never").unwrap());
        assert_eq!((fs::read(&target).unwrap(), names(folder.path()).len()), (b"after".to_vec(), 1));
    }

    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("real"), "before").unwrap();
        symlink("real", at("link")).unwrap();
        Staged::write(&at("link"), b"after").unwrap().commit().unwrap();
        assert_eq!(fs::read(at("real")).unwrap(), b"after");
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        Staged::write(Path::new("/dev/null"), b"gone").unwrap().commit().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(Staged::write(folder.path(), b"").is_err());
        assert!(Staged::write(&at("none/out"), b"").is_err());
        assert_eq!(names(folder.path()), ["link", "real"]);
    }
}
