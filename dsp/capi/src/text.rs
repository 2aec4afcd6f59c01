//! Texts that the library makes.

use std::ffi::{CString, c_char};

use crate::boundary::{Caller, Failure, Kind, enter, quietly};

/// A text that the library has made: JSON in UTF-8.
pub struct das_text(());

impl Kind for das_text {
    type Value = CString;
    const TAG: [u8; 8] = *b"das.text";
}

/// Makes a text that C can read.
pub(crate) fn text(text: String) -> Result<CString, Failure> {
    CString::new(text).map_err(|_| Failure::internal("a text with a zero byte"))
}

/// The characters of a text, with a zero byte behind the last. They belong to the text and live as long. NULL for no text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_text_data(text: *const das_text) -> *const c_char {
    let mut data = std::ptr::null();
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        data = caller.get(text, "text")?.as_ptr();
        Ok(())
    });
    data
}

/// Writes the number of bytes of a text, without the zero byte, to *length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_text_length(text: *const das_text, length: *mut usize) -> crate::das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let out = caller.out(length, "length")?;
        out.set(caller.get(text, "text")?.count_bytes());
        Ok(())
    })
}

/// Gives a text back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_text_free(text: *mut das_text) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(text, "text")
    });
}
