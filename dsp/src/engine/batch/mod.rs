//! `das_batch`: one call, many files, many operations on each.
//!
//! Every file is decoded once, block by block, for all operations on it. A file or an operation that fails leaves the
//! others alone. Files are worked on in threads; progress is reported on the calling thread.

mod file;
mod names;
mod operation;
mod outcome;
mod pass;
mod request;
mod threads;

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

pub use operation::Operation;
pub use outcome::{BatchItem, BatchOutcome, FileOutcome, Problem};
pub use request::{BatchError, BatchRequest};

/// Stops work from any thread. Clones stop the same work.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop; it does at the next block of sound. Cannot be taken back.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchProgress {
    /// Files that are done, well or not.
    pub files_done: usize,
    /// All files.
    pub files: usize,
    /// Share of the work done, 0 to 1; every file counts the same.
    pub share: f64,
}

/// Runs all operations on all files. The request is checked first; after that, everything that goes wrong stands in the
/// outcome, at its file and operation.
///
/// `progress` is called on the calling thread, every few blocks of every file, and can stop the batch;
/// so can `cancel`, from anywhere. Both leave the outcome of what was done, and the problem `cancelled` at the rest.
pub fn das_batch(
    request: &BatchRequest,
    cancel: &Cancel,
    progress: impl FnMut(BatchProgress) -> ControlFlow<()>,
) -> Result<BatchOutcome, BatchError> {
    request.check()?;
    let names = names::for_files(&request.files);
    Ok(threads::run(request, &names, cancel, progress))
}
