//! Every kind of problem once: its code, its HTTP status and its title.

use web::model::Problem;

/// A kind of problem. The set is closed: clients may rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the table below says it
pub enum Code {
    Empty,
    TooLarge,
    TooLong,
    TooManyChannels,
    SampleRate,
    NotAudio,
    UnsupportedCodec,
    Truncated,
    Corrupt,
    NotFinite,
    BadName,
    BadRequest,
    UnsupportedMediaType,
    NotFound,
    MethodNotAllowed,
    RangeNotSatisfiable,
    NotReady,
    DiskFull,
    Origin,
    AttemptsExhausted,
    Cancelled,
    Quarantined,
    Stalled,
    Overdue,
    ServerDied,
    DependencyFailed,
    QueueFull,
    WrongState,
    SourceGone,
    UnknownClass,
    NoEngine,
    UnknownPolicy,
    BadDelay,
    BadDeadline,
    BadPriority,
    BadUser,
    BadKey,
    UnknownDependency,
    Internal,
}

/// Code, name on the wire, HTTP status, title.
const KINDS: [(Code, &str, u16, &str); 39] = [
    (Code::Empty, "empty", 422, "The file is empty"),
    (Code::TooLarge, "too_large", 413, "The file is too large"),
    (Code::TooLong, "too_long", 422, "The recording is too long"),
    (Code::TooManyChannels, "too_many_channels", 422, "Too many channels"),
    (Code::SampleRate, "sample_rate", 422, "Sample rate out of range"),
    (Code::NotAudio, "not_audio", 422, "Not a sound file"),
    (Code::UnsupportedCodec, "unsupported_codec", 422, "Unknown codec"),
    (Code::Truncated, "truncated", 422, "The file is cut off"),
    (Code::Corrupt, "corrupt", 422, "The file is damaged"),
    (Code::NotFinite, "not_finite", 422, "Samples are not numbers"),
    (Code::BadName, "bad_name", 400, "The file name cannot be used"),
    (Code::BadRequest, "bad_request", 400, "The request cannot be understood"),
    (Code::UnsupportedMediaType, "unsupported_media_type", 415, "Wrong content type"),
    (Code::NotFound, "not_found", 404, "Not found"),
    (Code::MethodNotAllowed, "method_not_allowed", 405, "Not this method"),
    (Code::RangeNotSatisfiable, "range_not_satisfiable", 416, "Outside of the file"),
    (Code::NotReady, "not_ready", 409, "Not ready yet"),
    (Code::DiskFull, "disk_full", 507, "The server's disk is full"),
    (Code::Origin, "origin", 403, "Wrong origin"),
    (Code::AttemptsExhausted, "attempts_exhausted", 500, "Given up after several attempts"),
    (Code::Cancelled, "cancelled", 409, "Cancelled"),
    (Code::Quarantined, "quarantined", 500, "It kills its engine"),
    (Code::Stalled, "stalled", 500, "No progress"),
    (Code::Overdue, "overdue", 500, "Over its deadline"),
    (Code::ServerDied, "server_died", 500, "The server died"),
    (Code::DependencyFailed, "dependency_failed", 500, "Another task failed"),
    (Code::QueueFull, "queue_full", 429, "The queue is full"),
    (Code::WrongState, "wrong_state", 409, "Not in this state"),
    (Code::SourceGone, "source_gone", 409, "The file was not kept"),
    (Code::UnknownClass, "unknown_class", 400, "Unknown class"),
    (Code::NoEngine, "no_engine", 422, "No engine of this class"),
    (Code::UnknownPolicy, "unknown_policy", 400, "Unknown policy"),
    (Code::BadDelay, "bad_delay", 400, "The delay cannot be used"),
    (Code::BadDeadline, "bad_deadline", 400, "The deadline cannot be used"),
    (Code::BadPriority, "bad_priority", 400, "The priority cannot be used"),
    (Code::BadUser, "bad_user", 400, "The user cannot be used"),
    (Code::BadKey, "bad_key", 400, "The key cannot be used"),
    (Code::UnknownDependency, "unknown_dependency", 422, "Unknown task"),
    (Code::Internal, "internal", 500, "Internal problem"),
];

impl Code {
    fn row(self) -> (&'static str, u16, &'static str) {
        KINDS
            .iter()
            .find(|kind| kind.0 == self)
            .map_or(("internal", 500, "Internal problem"), |kind| (kind.1, kind.2, kind.3))
    }

    /// The code on the wire.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        KINDS.iter().find(|kind| kind.1 == name).map(|kind| kind.0)
    }

    /// A problem of this kind.
    pub fn problem(self, detail: impl Into<String>) -> Problem {
        let (name, status, title) = self.row();
        Problem {
            kind: format!("/problems/{name}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            code: name.to_owned(),
            limit: None,
            actual: None,
            offset_bytes: None,
            offset_frames: None,
            retry_after_s: None,
        }
    }

    /// A problem of this kind with the limit that was passed and the value that was found.
    pub fn limit(self, detail: impl Into<String>, limit: f64, actual: Option<f64>) -> Problem {
        Problem { limit: Some(limit), actual, ..self.problem(detail) }
    }
}

/// What people are told when the fault is ours; the cause goes to the log.
pub fn internal() -> Problem {
    Code::Internal.problem("Something went wrong on the server. Its log says more.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_found_by_name() {
        for (code, name, status, _) in KINDS {
            assert_eq!(Code::from_name(name), Some(code));
            assert_eq!(code.name(), name);
            assert!((400..600).contains(&status));
        }
        assert_eq!(Code::from_name("nothing"), None);
    }
}
