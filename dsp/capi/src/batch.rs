//! Many files, many operations, one call.

use std::{
    ffi::{c_char, c_int, c_void},
    ops::ControlFlow,
};

use dsp::engine::{BatchError, BatchRequest, Cancel, das_batch as run};

use crate::{
    boundary::{Caller, Failure, das_status, enter},
    cancel::das_cancel,
    text::{das_text, text},
};

/// Told how far a batch is: files that are done, all files, and the share of the work from 0 to 1. Called on the thread that
/// called das_batch(), with its `user`. Return 0 to go on, anything else to stop.
pub type das_progress =
    Option<unsafe extern "C" fn(user: *mut c_void, files_done: u64, files: u64, share: f64) -> c_int>;

/// Runs a list of operations over a list of files. Every file is decoded once; files are worked on in threads. `request` is
/// JSON:
///
///     {"files": ["a.flac", "b.mp3"], "output_folder": "out", "threads": 0,
///      "operations": [{"operation": "spectrogram", "width": 1024, "height": 512, "palette": "magma"},
///                     {"operation": "resampling", "rate_hz": 32000, "encoding": "pcm16"},
///                     {"operation": "mixing"}, {"operation": "fft"}, {"operation": "analysis"}],
///      "parameters": {"hop_frames": 512}, "limits": {"max_duration_s": 3600}}
///
/// Everything but files, operations and output_folder may be left out; unknown keys are refused. The outcome is JSON too,
/// with one entry for each file and operation, in order, that has either "output", the path of what was written, or
/// "problem" with "code" and "message". A file that fails leaves the others alone, and the status is DAS_STATUS_OK; it is
/// not only where the request itself is bad (DAS_STATUS_INVALID_ARGUMENT) and nothing was done. After a stop, by the
/// callback or by `cancel`, what was not done has the problem "cancelled". `progress` and `cancel` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_batch(
    request: *const c_char,
    progress: das_progress,
    user: *mut c_void,
    cancel: *const das_cancel,
    outcome: *mut *mut das_text,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(outcome, "outcome")?;
        let bad = |error: BatchError| Failure::argument(error.to_string());
        let request = BatchRequest::from_json(caller.text(request, "request")?).map_err(bad)?;
        let cancel = if cancel.is_null() { Cancel::default() } else { caller.get(cancel, "cancel")?.clone() };
        let done = run(&request, &cancel, |now| {
            let Some(progress) = progress else { return ControlFlow::Continue(()) };
            // SAFETY: the function and its `user` come from the caller, for the length of this call, on this thread.
            match unsafe { progress(user, now.files_done as u64, now.files as u64, now.share) } {
                0 => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        });
        let json = serde_json::to_string(&done.map_err(bad)?).map_err(|error| Failure::internal(error.to_string()))?;
        slot.fill(text(json)?);
        Ok(())
    })
}
