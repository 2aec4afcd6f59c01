//! Why a call did not do its work, before it becomes a status.

use std::borrow::Cow;

use dsp::{ParameterError, engine::EngineError, fft::FftError};

use super::das_status;

/// A status with the words that go with it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(super) status: das_status,
    /// Stable machine-readable name, finer than the status.
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
}

impl Failure {
    /// A failure whose code is the name of its status.
    fn plain(status: das_status, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(crate) fn null(name: &str) -> Self {
        Self::plain(das_status::NullPointer, "null_pointer", format!("{name} is null"))
    }

    pub(crate) fn argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(das_status::InvalidArgument, "invalid_argument", message)
    }

    pub(crate) fn handle(message: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(das_status::InvalidHandle, "invalid_handle", message)
    }

    pub(crate) fn busy() -> Self {
        Self::plain(das_status::Busy, "busy", "another thread is inside a call on this handle")
    }

    pub(crate) fn state(message: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(das_status::State, "state", message)
    }

    pub(crate) fn too_large(message: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(das_status::TooLarge, "too_large", message)
    }

    pub(crate) fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(das_status::Internal, "internal", message)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let code = error.code();
        let status = match (&error, code) {
            (_, "bad_request") => das_status::InvalidArgument,
            (_, "unreadable") => das_status::Unreadable,
            (_, "not_finite") => das_status::NotFinite,
            (_, "unwritable" | "disk_full") => das_status::Unwritable,
            (_, "cancelled") => das_status::Cancelled,
            (_, "internal") => das_status::Internal,
            // A file that is too large is refused; so is sound without frames.
            (EngineError::Job(_) | EngineError::Empty, _) => das_status::Refused,
            (_, "too_large") => das_status::TooLarge,
            _ => das_status::Internal,
        };
        Self { status, code, message: error.explained().into() }
    }
}

impl From<ParameterError> for Failure {
    fn from(error: ParameterError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<FftError> for Failure {
    fn from(error: FftError) -> Self {
        EngineError::from(error).into()
    }
}
