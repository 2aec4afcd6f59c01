//! Keeps a second program out of the data folder: two of them would take each other's tasks for dead.

use std::{fs::File, path::Path};

use rustix::fs::{FlockOperation, flock};

use super::StorageError;

/// Held as long as the program runs; the system drops it when the process dies, however it dies.
#[derive(Debug)]
pub(super) struct ProgramLock(#[allow(dead_code)] File);

impl ProgramLock {
    pub(super) fn acquire(path: &Path) -> Result<Self, StorageError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|source| StorageError::Folder { path: path.to_owned(), source })?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(StorageError::InUse { path: path.to_owned() }),
            Err(error) => Err(StorageError::Folder { path: path.to_owned(), source: error.into() }),
        }
    }
}
