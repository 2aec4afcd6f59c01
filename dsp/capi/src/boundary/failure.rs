//! Why a call did not do its work, before it becomes a status.

use std::borrow::Cow;

use dsp::{
    ParameterError, chroma::ChromaError, dither::BitsError, engine::EngineError, fft::FftError, filter::FilterError,
    filterbank::FilterBankError, mfcc::MfccError, normalize::NormalizeError, stft::StftError, transfer::TransferError,
    trim::ThresholdError,
};

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

    /// Numbers of the caller that the engine refuses; the code is that of [`EngineError::code`].
    fn bad_request(error: &dyn std::error::Error) -> Self {
        Self::plain(das_status::InvalidArgument, "bad_request", error.to_string())
    }

    /// A sound that has not what is asked for.
    fn refused(code: &'static str, error: &dyn std::error::Error) -> Self {
        Self::plain(das_status::Refused, code, error.to_string())
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

impl From<NormalizeError> for Failure {
    fn from(error: NormalizeError) -> Self {
        match error {
            NormalizeError::Silence => Self::refused("silence", &error),
            NormalizeError::Gain { .. } => Self::refused("gain", &error),
            NormalizeError::Rate(_) => Self::refused("sample_rate", &error),
            NormalizeError::Level { .. } => Self::bad_request(&error),
            NormalizeError::NotFinite(error) => EngineError::from(error).into(),
        }
    }
}

impl From<TransferError> for Failure {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Rates { .. } | TransferError::Frames { .. } => Self::bad_request(&error),
            TransferError::TooShort { .. } => Self::refused("too_short", &error),
            TransferError::Silent(_) => Self::refused("silence", &error),
            TransferError::NotFinite { .. } => Self::plain(das_status::NotFinite, "not_finite", error.to_string()),
            TransferError::Parameter(error) => error.into(),
            TransferError::Fft(error) => error.into(),
        }
    }
}

impl From<FilterError> for Failure {
    fn from(error: FilterError) -> Self {
        match error {
            FilterError::Window(error) => error.into(),
            FilterError::Fft(error) => error.into(),
            error => Self::bad_request(&error),
        }
    }
}

impl From<StftError> for Failure {
    fn from(error: StftError) -> Self {
        match error {
            StftError::Fft(error) => error.into(),
            error => Self::bad_request(&error),
        }
    }
}

impl From<FilterBankError> for Failure {
    fn from(error: FilterBankError) -> Self {
        Self::bad_request(&error)
    }
}

impl From<MfccError> for Failure {
    fn from(error: MfccError) -> Self {
        Self::bad_request(&error)
    }
}

impl From<ChromaError> for Failure {
    fn from(error: ChromaError) -> Self {
        Self::bad_request(&error)
    }
}

impl From<BitsError> for Failure {
    fn from(error: BitsError) -> Self {
        Self::bad_request(&error)
    }
}

impl From<ThresholdError> for Failure {
    fn from(error: ThresholdError) -> Self {
        Self::bad_request(&error)
    }
}
