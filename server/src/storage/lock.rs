//! Keeps a second program out of the data folder: two of them would take each other's tasks for dead.

use std::{
    fs::File,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::fs::{FlockOperation, flock};

use super::StorageError;

/// A server that is killed while it starts an engine's process leaves the lock to that process for a moment: until it has
/// become another program, which does not inherit the file.
const PATIENCE: Duration = Duration::from_secs(2);
/// Time between two tries.
const RETRY: Duration = Duration::from_millis(20);

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
        let deadline = Instant::now() + PATIENCE;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self(file)),
                Err(rustix::io::Errno::WOULDBLOCK) if Instant::now() < deadline => thread::sleep(RETRY),
                Err(rustix::io::Errno::WOULDBLOCK) => return Err(StorageError::InUse { path: path.to_owned() }),
                Err(error) => return Err(StorageError::Folder { path: path.to_owned(), source: error.into() }),
            }
        }
    }
}
