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
    Silent,
    Unavailable,
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
    KeyReused,
    UnknownDependency,
    Internal,
}

/// A row whose title the pages have, too.
const fn shared(code: Code, name: &'static str, status: u16) -> (Code, &'static str, u16, &'static str) {
    (code, name, status, web::problem::title(name))
}

/// Code, name on the wire, HTTP status, title.
const KINDS: [(Code, &str, u16, &str); 42] = [
    shared(Code::Empty, "empty", 422),
    shared(Code::TooLarge, "too_large", 413),
    shared(Code::TooLong, "too_long", 422),
    shared(Code::TooManyChannels, "too_many_channels", 422),
    shared(Code::SampleRate, "sample_rate", 422),
    shared(Code::NotAudio, "not_audio", 422),
    shared(Code::UnsupportedCodec, "unsupported_codec", 422),
    shared(Code::Truncated, "truncated", 422),
    shared(Code::Corrupt, "corrupt", 422),
    shared(Code::NotFinite, "not_finite", 422),
    shared(Code::BadName, "bad_name", 400),
    (Code::BadRequest, "bad_request", 400, "The request cannot be understood"),
    (Code::UnsupportedMediaType, "unsupported_media_type", 415, "Wrong content type"),
    (Code::NotFound, "not_found", 404, "Not found"),
    (Code::MethodNotAllowed, "method_not_allowed", 405, "Not this method"),
    (Code::RangeNotSatisfiable, "range_not_satisfiable", 416, "Outside of the file"),
    (Code::NotReady, "not_ready", 409, "Not ready yet"),
    (Code::DiskFull, "disk_full", 507, "The server's disk is full"),
    (Code::Origin, "origin", 403, "Wrong origin"),
    (Code::AttemptsExhausted, "attempts_exhausted", 500, "Given up after several attempts"),
    shared(Code::Cancelled, "cancelled", 409),
    (Code::Quarantined, "quarantined", 500, "It kills its engine"),
    (Code::Stalled, "stalled", 500, "No progress"),
    (Code::Overdue, "overdue", 500, "Over its deadline"),
    (Code::ServerDied, "server_died", 500, "The server died"),
    (Code::Silent, "silent", 500, "The engine fell silent"),
    (Code::Unavailable, "unavailable", 503, "Not just now"),
    (Code::DependencyFailed, "dependency_failed", 409, "Another task failed"),
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
    (Code::KeyReused, "key_reused", 409, "The key was used before"),
    (Code::UnknownDependency, "unknown_dependency", 422, "Unknown task"),
    shared(Code::Internal, "internal", 500),
];

impl Code {
    fn row(self) -> (&'static str, u16, &'static str) {
        KINDS
            .iter()
            .find(|kind| kind.0 == self)
            .map_or(("internal", 500, web::problem::title("internal")), |kind| (kind.1, kind.2, kind.3))
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
        web::problem::problem(status, name, title, detail)
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
        for (code, name, status, title) in KINDS {
            assert_ne!(title, "Problem", "{name} has a title of its own");
            assert_eq!(Code::from_name(name), Some(code));
            assert_eq!(code.name(), name);
            assert!((400..600).contains(&status));
        }
        assert_eq!(Code::from_name("nothing"), None);
    }
}
