//! Stopping work from another thread.

use dsp::engine::Cancel;

use crate::boundary::{Caller, Kind, das_status, enter, quietly};

/// A flag that stops das_batch() from any thread.
pub struct das_cancel(());

impl Kind for das_cancel {
    type Value = Cancel;
    const TAG: [u8; 8] = *b"das.canc";
}

/// Makes a flag that is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_cancel_new(cancel: *mut *mut das_cancel) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.slot(cancel, "cancel")?.fill(Cancel::default());
        Ok(())
    })
}

/// Sets the flag, for good: what runs with it stops at its next block of sound. Never waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_cancel_set(cancel: *mut das_cancel) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(cancel, "cancel")?.cancel();
        Ok(())
    })
}

/// Gives a flag back; not while a call runs with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_cancel_free(cancel: *mut das_cancel) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(cancel, "cancel")
    });
}
