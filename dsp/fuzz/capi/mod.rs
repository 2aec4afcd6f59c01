//! What must hold for any arguments of the C library, one check for each fuzz target `capi_*`. The statuses of a caller's
//! mistakes are fine; a status that says the library made one is not. `dsp/capi/tests/fuzz_corpus.rs` holds the kept
//! corpus to the same checks without a fuzzer.

pub mod bands;
#[path = "../checks/bytes.rs"]
#[allow(dead_code)]
mod bytes;
pub mod edits;
pub mod files;
pub mod filters;
pub mod options;
pub mod sound;
pub mod spectra;
pub mod streams;
pub mod systems;
pub mod transforms;

use std::ffi::CStr;

use das::das_status;

/// Takes a status: whether the call succeeded. A failure must not have been the library's own mistake, and has words.
fn good(status: das_status) -> bool {
    assert!(status != das_status::Internal, "the library gave up");
    let good = status == das_status::Ok;
    if !good {
        // SAFETY: both texts are there until the next failure on this thread.
        let texts =
            unsafe { [das::das_last_error_code(), das::das_last_error_message()].map(|text| CStr::from_ptr(text)) };
        assert!(texts.iter().all(|text| text.to_str().is_ok_and(|text| !text.is_empty())), "{texts:?}");
    }
    good
}

/// Reads and frees a text that must be JSON of an object.
fn is_document(text: *mut das::das_text) {
    // SAFETY: a text that the library has just made.
    let json = unsafe {
        let mut length = 0;
        assert!(good(das::das_text_length(text, &raw mut length)));
        let data = CStr::from_ptr(das::das_text_data(text)).to_bytes();
        assert_eq!(data.len(), length);
        assert!(data.starts_with(b"{") && data.ends_with(b"}"));
        data.len()
    };
    assert!(json > 2);
    // SAFETY: freed once.
    unsafe { das::das_text_free(text) };
}
