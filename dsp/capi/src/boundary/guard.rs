//! The one place where panics end.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{Failure, das_status, last_error};

/// Runs the body of a function. A failure is remembered for das_last_error_message(); a panic becomes one.
///
/// `AssertUnwindSafe` holds: what a body changes is either its own, or memory of the caller that is plain numbers, or
/// the state behind [`super::Exclusive`], which refuses every later call after a panic inside.
pub(crate) fn enter(body: impl FnOnce() -> Result<(), Failure>) -> das_status {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(Failure::internal(words(&*panic))));
    match result {
        Ok(()) => das_status::Ok,
        Err(failure) => {
            last_error::remember(&failure);
            failure.status
        }
    }
}

/// As [`enter`] for functions that answer no status.
pub(crate) fn quietly(body: impl FnOnce() -> Result<(), Failure>) {
    let _: das_status = enter(body);
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the library gave up: {}", text.unwrap_or("for a reason that is not text"))
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;
    use crate::boundary::{Exclusive, das_last_error_message, das_status_name};

    fn message() -> String {
        // SAFETY: the library's texts end with a zero byte and live until the next failure on this thread.
        unsafe { CStr::from_ptr(das_last_error_message()) }.to_string_lossy().into_owned()
    }

    #[test]
    fn a_panic_is_a_status_with_words() {
        assert_eq!(enter(|| panic!("the {} fell", "roof")), das_status::Internal);
        assert_eq!(message(), "the library gave up: the roof fell");
        assert_eq!(enter(|| Ok(())), das_status::Ok);
        assert_eq!(enter(|| std::panic::panic_any(7)), das_status::Internal);
        assert!(message().ends_with("not text"));
    }

    #[test]
    fn a_stream_that_panicked_refuses_later_calls() {
        let stream = Exclusive::new(1);
        assert_eq!(enter(|| stream.with(|_| panic!("half done"))), das_status::Internal);
        assert_eq!(enter(|| stream.with(|_| Ok(()))), das_status::Internal);
        assert_eq!(message(), "an earlier call on this handle gave up");
    }

    #[test]
    fn a_stream_in_use_is_busy() {
        let stream = Exclusive::new(1);
        let inner = enter(|| stream.with(|_| stream.with(|_| Ok(()))));
        assert_eq!(inner, das_status::Busy);
        assert_eq!(enter(|| stream.with(|_| Ok(()))), das_status::Ok);
    }

    #[test]
    fn errors_belong_to_their_thread() {
        enter(|| Err(Failure::null("here")));
        let other = std::thread::spawn(|| {
            assert_eq!(message(), "");
            enter(|| Err(Failure::argument("a \0 inside")));
            message()
        });
        assert_eq!(other.join().expect("no panic"), "a \u{fffd} inside");
        assert_eq!(message(), "here is null");
    }

    #[test]
    fn every_status_has_a_name() {
        for status in 0..13 {
            // SAFETY: static texts.
            let name = unsafe { CStr::from_ptr(das_status_name(status)) };
            assert_ne!(name, c"unknown", "{status}");
        }
        for status in [-1, 13, i32::MAX, i32::MIN] {
            // SAFETY: static texts.
            assert_eq!(unsafe { CStr::from_ptr(das_status_name(status)) }, c"unknown");
        }
    }
}
