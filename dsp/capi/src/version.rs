//! Versions.

use std::ffi::{CStr, c_char};

/// Version of the binary interface of this header: functions may be added under the same number; a structure or the meaning
/// of a function changes only with another.
pub const DAS_ABI_VERSION: u32 = 1;

/// DAS_ABI_VERSION of the library that is loaded: compare it with that of the header before anything else.
#[unsafe(no_mangle)]
pub extern "C" fn das_abi_version() -> u32 {
    DAS_ABI_VERSION
}

/// Version of the engine, for example "0.1.0"; analysis documents name it. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn das_version() -> *const c_char {
    const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };
    VERSION.as_ptr()
}
