//! Where C's arguments become Rust's: the only place that follows pointers.

mod caller;
mod failure;
mod guard;
mod handle;
mod last_error;
mod length;
mod region;
mod status;

pub(crate) use caller::{Caller, Plain, set};
pub(crate) use failure::Failure;
pub(crate) use guard::{enter, quietly};
pub(crate) use handle::{Exclusive, Kind};
pub use last_error::{das_last_error_code, das_last_error_message};
pub(crate) use length::{elements, expect};
pub use status::{das_status, das_status_name};

/// Most elements of one buffer, and most values that one call makes: 2 GiB of samples.
pub(crate) const MAX_ELEMENTS: usize = 1 << 29;
