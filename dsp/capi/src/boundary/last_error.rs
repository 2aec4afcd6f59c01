//! The words behind a status, kept for each thread.

use std::{
    cell::RefCell,
    ffi::{CStr, CString, c_char},
};

use super::Failure;

struct LastError {
    code: CString,
    message: CString,
}

thread_local! {
    static LAST: RefCell<Option<LastError>> = const { RefCell::new(None) };
}

pub(super) fn remember(failure: &Failure) {
    // A zero byte would cut the text off.
    let text = |text: &str| CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default();
    let last = LastError { code: text(failure.code), message: text(&failure.message) };
    // Where the thread is ending there is nobody left to ask.
    let _ = LAST.try_with(|slot| slot.replace(Some(last)));
}

fn recall(part: impl Fn(&LastError) -> &CStr) -> *const c_char {
    LAST.try_with(|slot| slot.borrow().as_ref().map_or(c"".as_ptr(), |last| part(last).as_ptr()))
        .unwrap_or(c"".as_ptr())
}

/// A sentence in English about the last failure on this thread; empty if there was none. Successful calls keep it. The
/// text is UTF-8, belongs to the library, and is valid until the next failure on this thread or the thread's end.
#[unsafe(no_mangle)]
pub extern "C" fn das_last_error_message() -> *const c_char {
    recall(|last| &last.message)
}

/// The stable machine-readable name of the last failure on this thread, finer than its status: "truncated", "corrupt",
/// "not_audio", "unsupported_codec", "too_long", "sample_rate" and so on; empty if there was none. Life as of
/// das_last_error_message().
#[unsafe(no_mangle)]
pub extern "C" fn das_last_error_code() -> *const c_char {
    recall(|last| &last.code)
}
