//! What every function answers.

use std::ffi::{CStr, c_char};

/// Whether a call did its work, and if not, of which kind the reason is. das_last_error_message() has the details.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_status {
    /// It did.
    Ok = 0,
    /// A pointer is null that must not be.
    NullPointer = 1,
    /// A number is out of range, a text is not UTF-8 or not what it must be, or buffers are misaligned or overlap.
    InvalidArgument = 2,
    /// The pointer is no handle of this kind, as far as that can be told.
    InvalidHandle = 3,
    /// Another thread is inside a call on this handle.
    Busy = 4,
    /// The call does not fit the state of the handle: it is finished, or has output that must be read first.
    State = 5,
    /// A file cannot be opened or read.
    Unreadable = 6,
    /// The recording is damaged, cut off, empty, of an unknown format, or passes a limit; or the sound is silent or too short
    /// for what is asked for. das_last_error_code() says which.
    Refused = 7,
    /// A sample is NaN, infinite, or larger than 1e9.
    NotFinite = 8,
    /// More than fits the memory that one call may take, or a file of the asked-for format.
    TooLarge = 9,
    /// A file cannot be written.
    Unwritable = 10,
    /// The work was stopped by the caller.
    Cancelled = 11,
    /// A bug of the library, or a thread that the system refuses; the handle that was used may only be freed.
    Internal = 12,
}

impl das_status {
    const ALL: [(Self, &'static CStr); 13] = [
        (Self::Ok, c"ok"),
        (Self::NullPointer, c"null_pointer"),
        (Self::InvalidArgument, c"invalid_argument"),
        (Self::InvalidHandle, c"invalid_handle"),
        (Self::Busy, c"busy"),
        (Self::State, c"state"),
        (Self::Unreadable, c"unreadable"),
        (Self::Refused, c"refused"),
        (Self::NotFinite, c"not_finite"),
        (Self::TooLarge, c"too_large"),
        (Self::Unwritable, c"unwritable"),
        (Self::Cancelled, c"cancelled"),
        (Self::Internal, c"internal"),
    ];
}

/// Name of a das_status, for example "null_pointer"; "unknown" for other numbers. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn das_status_name(status: i32) -> *const c_char {
    let found = das_status::ALL.iter().find(|(known, _)| *known as i32 == status);
    found.map_or(c"unknown", |(_, name)| name).as_ptr()
}
