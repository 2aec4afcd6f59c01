//! Files that are there only when they are whole.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use super::EngineError;

/// A file under another name in the same folder, renamed by [`Output::commit`] and removed without it.
pub(super) struct Output {
    path: PathBuf,
    partial: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Output {
    /// Begins a file that will be at `path`; one that is there stays until then.
    pub(super) fn create(path: &Path) -> Result<Self, EngineError> {
        let failed = |source| EngineError::Output { path: path.to_path_buf(), source };
        let name = path.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        // Two calls may write to the same path at once.
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let mut partial = OsString::from(".");
        partial.push(name);
        partial.push(format!(".{}-{}.part", process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let partial = path.with_file_name(partial);
        let file = File::create_new(&partial).map_err(failed)?;
        Ok(Self { path: path.to_path_buf(), partial, file: Some(BufWriter::new(file)) })
    }

    /// Writes a whole file.
    pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), EngineError> {
        let mut output = Self::create(path)?;
        output.write_all(bytes).map_err(|source| EngineError::Output { path: path.to_path_buf(), source })?;
        output.commit()
    }

    /// Brings the bytes out and puts the file in its place.
    pub(super) fn commit(mut self) -> Result<(), EngineError> {
        let flushed = match self.file.take() {
            Some(file) => file.into_inner().map_err(io::IntoInnerError::into_error).map(drop),
            None => Ok(()),
        };
        let renamed = flushed.and_then(|()| fs::rename(&self.partial, &self.path));
        renamed.map_err(|source| {
            // What could not be put in place must not stay; that it cannot be removed either changes nothing.
            let _ = fs::remove_file(&self.partial);
            EngineError::Output { path: self.path.clone(), source }
        })
    }

    fn file(&mut self) -> io::Result<&mut BufWriter<File>> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = std::env::temp_dir().join(format!("das-output-{}", process::id()));
        fs::create_dir_all(&folder).expect("folder");
        let path = folder.join("x.txt");
        let mut output = Output::create(&path).expect("begun");
        output.write_all(b"half").expect("written");
        drop(output);
        assert_eq!(fs::read_dir(&folder).expect("folder").count(), 0);
        Output::write(&path, b"whole").expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"whole");
        assert_eq!(fs::read_dir(&folder).expect("folder").count(), 1);
        assert!(matches!(Output::create(&folder.join("no/x")), Err(EngineError::Output { .. })));
        assert!(matches!(Output::create(Path::new("")), Err(EngineError::Output { .. })));
        fs::remove_dir_all(&folder).expect("removed");
    }
}
