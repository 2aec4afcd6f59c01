//! Files on several threads, progress on one.

use std::{
    ffi::OsString,
    num::NonZero,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Sender},
    },
    thread,
};

use super::{super::EngineError, BatchOutcome, BatchProgress, BatchRequest, Cancel, FileOutcome, file};

/// What a worker tells.
enum Message {
    /// A share of a file is done.
    Share { file: usize, share: f64 },
    /// A file is done.
    Done { file: usize, outcome: FileOutcome },
}

/// Works on all files; the outcomes stand in the order of the request.
pub(super) fn run(
    request: &BatchRequest,
    names: &[OsString],
    cancel: &Cancel,
    mut progress: impl FnMut(BatchProgress) -> ControlFlow<()>,
) -> BatchOutcome {
    let files = request.files.len();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if request.threads == 0 { cores } else { request.threads as usize }.min(files);
    let next = AtomicUsize::new(0);
    let mut outcomes: Vec<Option<FileOutcome>> = (0..files).map(|_| None).collect();
    let mut shares = vec![0.0; files];
    let mut files_done = 0;

    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let mut started = 0;
        for _ in 0..threads {
            let sender = sender.clone();
            let next = &next;
            let worker = move || work(request, names, cancel, next, &sender);
            // With fewer threads than asked for, it takes longer.
            started += usize::from(thread::Builder::new().spawn_scoped(scope, worker).is_ok());
        }
        if started == 0 {
            work(request, names, cancel, &next, &sender);
        }
        drop(sender);
        for message in receiver {
            match message {
                Message::Share { file, share } => shares[file] = share,
                Message::Done { file, outcome } => {
                    shares[file] = 1.0;
                    files_done += 1;
                    outcomes[file] = Some(outcome);
                }
            }
            // After a stop, what the workers still send is only gathered.
            if cancel.is_cancelled() {
                continue;
            }
            let share = shares.iter().sum::<f64>() / files as f64;
            if progress(BatchProgress { files_done, files, share }).is_break() {
                cancel.cancel();
            }
        }
    });
    let missing = |file: usize| file::failed(request, &request.files[file], &EngineError::Internal);
    BatchOutcome::new(outcomes.into_iter().enumerate().map(|(k, o)| o.unwrap_or_else(|| missing(k))).collect())
}

/// Takes one file after the other until there is none left.
fn work(request: &BatchRequest, names: &[OsString], cancel: &Cancel, next: &AtomicUsize, sender: &Sender<Message>) {
    loop {
        let file = next.fetch_add(1, Ordering::Relaxed);
        let (Some(input), Some(name)) = (request.files.get(file), names.get(file)) else { return };
        // The receiver outlives the workers; if it did not, nobody would want to know.
        let tell = |share| drop(sender.send(Message::Share { file, share }));
        let outcome = if cancel.is_cancelled() {
            file::failed(request, input, &EngineError::Cancelled)
        } else {
            // Nothing of what the closure touches is used after a panic in it.
            catch_unwind(AssertUnwindSafe(|| file::run(request, input, name, cancel, tell)))
                .unwrap_or_else(|_| file::failed(request, input, &EngineError::Internal))
        };
        if sender.send(Message::Done { file, outcome }).is_err() {
            return;
        }
    }
}
