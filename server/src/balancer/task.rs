//! What is to be done, for whom, and how it is asked for.

use std::{fmt, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use sqlx::SqliteConnection;
use web::model::TaskClass;

use crate::db::DbError;

/// What is to be done. The names are written into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// Spectrogram, waveform and statistics of a recording. The unit of work is a second of sound.
    Analysis,
    /// An operation of the engine on a sound. The unit of work is what a full analysis does with a second of sound.
    Call,
    /// Nothing; for measuring the Balancer itself.
    Noop,
}

impl TaskKind {
    const ALL: [(Self, &'static str); 3] = [(Self::Analysis, "analysis"), (Self::Call, "call"), (Self::Noop, "noop")];

    /// Name in the database and on the wire.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// Lowest and highest priority.
pub const PRIORITIES: std::ops::RangeInclusive<i32> = -100..=100;
/// Longest delay.
pub const MAX_DELAY_S: f64 = 30.0 * 86_400.0;
/// Shortest and longest deadline of an attempt that may be stated.
pub const DEADLINES_S: std::ops::RangeInclusive<f64> = 1.0..=7.0 * 86_400.0;
/// Longest name of a user, in bytes.
pub const MAX_USER_BYTES: usize = 64;
/// Longest dedupe key, in bytes.
pub const MAX_DEDUPE_KEY_BYTES: usize = 200;
/// Most bytes of a checkpoint.
pub const MAX_CHECKPOINT_BYTES: usize = 4 << 10;
/// The user of whoever does not name one.
pub const LOCAL_USER: &str = "local";

/// Why a task is refused. Nothing is stored then.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TaskError {
    /// Not the name of a class.
    #[error("There is no class {0:?}. The classes are cpu, accelerator and browser.")]
    UnknownClass(String),
    /// A class without engines here.
    #[error("No engine of the class {name} runs here, so the task would wait for ever.", name = .0.name())]
    NoEngine(TaskClass),
    /// Not the name of a policy.
    #[error("There is no policy {0:?}. The policies are fifo, priority, fair_share, shortest_first and affinity.")]
    UnknownPolicy(String),
    /// Negative, not a number, or too long.
    #[error("A delay of {0} s cannot be used: it must be 0 to {MAX_DELAY_S} s.")]
    Delay(f64),
    /// Not a number, too short or too long.
    #[error("A deadline of {0} s cannot be used: it must be {least} to {most} s.", least = DEADLINES_S.start(), most = DEADLINES_S.end())]
    Deadline(f64),
    /// Out of range.
    #[error("A priority of {0} cannot be used: it must be {least} to {most}.", least = PRIORITIES.start(), most = PRIORITIES.end())]
    Priority(i64),
    /// Empty, too long, or with characters that a name must not have.
    #[error(
        "The user {0:?} cannot be used: a name has 1 to {MAX_USER_BYTES} letters, digits, dots, underscores, @ and hyphens."
    )]
    User(String),
    /// Empty or too long.
    #[error("A dedupe key has 1 to {MAX_DEDUPE_KEY_BYTES} bytes, this one has {0}.")]
    DedupeKey(usize),
    /// The task that it is to wait for is not there.
    #[error("The task {0} that is to be waited for does not exist.")]
    UnknownDependency(String),
    /// The task that it is to wait for ended without a result.
    #[error("The task {0} that is to be waited for has ended without a result. Try that one again first.")]
    FailedDependency(String),
    /// What it is to work on is not there.
    #[error("What the task is to work on does not exist. It may have been deleted.")]
    NoSubject,
    /// Too many bytes to stand in the queue.
    #[error("A checkpoint has at most {MAX_CHECKPOINT_BYTES} bytes, this one has {0}.")]
    Checkpoint(usize),
    /// More work than a number holds.
    #[error("An amount of work of {0} cannot be used.")]
    Work(f64),
}

/// A checked name of a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct User(Arc<str>);

impl User {
    /// Checks a name.
    pub fn parse(name: &str) -> Result<Self, TaskError> {
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
        if name.is_empty() || name.len() > MAX_USER_BYTES || !name.bytes().all(is_good) {
            return Err(TaskError::User(name.chars().take(MAX_USER_BYTES).collect()));
        }
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for User {
    fn default() -> Self {
        Self(LOCAL_USER.into())
    }
}

/// Who asks, and how urgently. What callers of the API may say about a task.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    user: User,
    class: TaskClass,
    priority: i32,
    delay: Duration,
    deadline_s: Option<f64>,
    dedupe_key: Option<String>,
}

impl Wish {
    /// The defaults: user `local`, class `cpu`, priority 0, at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who asks.
    pub fn of_user(&self) -> &User {
        &self.user
    }

    /// The hardware that is asked for.
    pub fn of_class(&self) -> TaskClass {
        self.class
    }

    /// The dedupe key as it is stored.
    pub fn of_key(&self) -> Option<&str> {
        self.dedupe_key.as_deref()
    }

    /// For somebody.
    pub fn user(self, user: User) -> Self {
        Self { user, ..self }
    }

    /// On other hardware.
    pub fn class(self, class: TaskClass) -> Self {
        Self { class, ..self }
    }

    /// Sooner or later than others.
    pub fn priority(self, priority: i64) -> Result<Self, TaskError> {
        Ok(Self { priority: checked_priority(priority)?, ..self })
    }

    /// Not at once.
    pub fn delay_s(self, delay_s: f64) -> Result<Self, TaskError> {
        if !(0.0..=MAX_DELAY_S).contains(&delay_s) {
            return Err(TaskError::Delay(delay_s));
        }
        Ok(Self { delay: Duration::from_secs_f64(delay_s), ..self })
    }

    /// With a limit to the time of an attempt.
    pub fn deadline_s(self, deadline_s: f64) -> Result<Self, TaskError> {
        if !DEADLINES_S.contains(&deadline_s) {
            return Err(TaskError::Deadline(deadline_s));
        }
        Ok(Self { deadline_s: Some(deadline_s), ..self })
    }

    /// At most once under this key.
    pub fn dedupe_key(self, key: &str) -> Result<Self, TaskError> {
        if key.is_empty() || key.len() > MAX_DEDUPE_KEY_BYTES {
            return Err(TaskError::DedupeKey(key.len()));
        }
        // Users do not share keys.
        Ok(Self { dedupe_key: Some(format!("{}/{key}", self.user.as_str())), ..self })
    }

    /// With a dedupe key that only tasks of one kind share.
    pub fn of_kind(self, kind: TaskKind) -> Self {
        // No name of a user has a colon.
        Self { dedupe_key: self.dedupe_key.map(|key| format!("{}:{key}", kind.name())), ..self }
    }
}

/// Holds a priority to its range.
pub fn checked_priority(priority: i64) -> Result<i32, TaskError> {
    let in_range = i32::try_from(priority).ok().filter(|priority| PRIORITIES.contains(priority));
    in_range.ok_or(TaskError::Priority(priority))
}

/// What is stored in the same transaction as a change of a task, by a backend that shares the database with it.
pub trait Companion: Send + Sync + 'static {
    /// Writes; an error takes the change of the task back.
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>>;
}

/// Why a companion was not written.
#[derive(Debug, thiserror::Error)]
pub enum CompanionError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What the task works on is gone.
    #[error("what the task works on is gone")]
    Gone,
}

/// A task that is about to be stored.
#[derive(Clone)]
pub struct NewTask {
    /// What is to be done.
    pub kind: TaskKind,
    /// What it works on: a key that the engine understands. Small; results never stand in the queue.
    pub subject: String,
    /// Who asks, and how urgently.
    pub wish: Wish,
    /// Amount of work in the unit of the kind; 0 where it is unknown.
    pub work: f64,
    /// Memory that it is expected to use.
    pub memory_bytes: u64,
    /// Key of the data that it reads: an engine that had it before is a better choice.
    pub place: Option<String>,
    /// Tasks that must finish first.
    pub after: Vec<String>,
    /// Stored together with the task, unless the dedupe key is known already.
    pub companion: Option<Arc<dyn Companion>>,
}

impl NewTask {
    /// A task without wishes.
    pub fn new(kind: TaskKind, subject: impl Into<String>) -> Self {
        Self {
            kind,
            subject: subject.into(),
            wish: Wish::new(),
            work: 0.0,
            memory_bytes: 0,
            place: None,
            after: Vec::new(),
            companion: None,
        }
    }

    /// Who asks.
    pub fn user(&self) -> &User {
        &self.wish.user
    }

    /// The hardware it asks for.
    pub fn class(&self) -> TaskClass {
        self.wish.class
    }

    /// Higher is sooner.
    pub fn priority(&self) -> i32 {
        self.wish.priority
    }

    /// Time before it may start.
    pub fn delay(&self) -> Duration {
        self.wish.delay
    }

    /// Longest time of an attempt, if it was stated.
    pub fn deadline_s(&self) -> Option<f64> {
        self.wish.deadline_s
    }

    /// The same key is never stored twice.
    pub fn dedupe_key(&self) -> Option<&str> {
        self.wish.of_key()
    }
}

impl fmt::Debug for NewTask {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewTask")
            .field("kind", &self.kind)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_held_to_their_ranges() {
        for delay_s in [-1.0, -0.001, f64::NAN, f64::INFINITY, 1e9] {
            assert!(matches!(Wish::new().delay_s(delay_s), Err(TaskError::Delay(_))), "{delay_s}");
        }
        for deadline_s in [0.0, -5.0, f64::NAN, f64::INFINITY, 1e12] {
            assert!(matches!(Wish::new().deadline_s(deadline_s), Err(TaskError::Deadline(_))), "{deadline_s}");
        }
        for priority in [101, -101, i64::MAX, i64::MIN] {
            assert_eq!(Wish::new().priority(priority).unwrap_err(), TaskError::Priority(priority));
        }
        assert!(Wish::new().priority(-100).is_ok() && Wish::new().delay_s(0.0).is_ok());
    }

    #[test]
    fn users_are_plain_names() {
        for name in ["", "a b", "ä", "a/b", "<script>", &"x".repeat(65)] {
            assert!(matches!(User::parse(name), Err(TaskError::User(_))), "{name}");
        }
        assert_eq!(User::parse("ann.b@example-1").unwrap().as_str(), "ann.b@example-1");
    }

    #[test]
    fn users_do_not_share_dedupe_keys() {
        let key = |user: &str| Wish::new().user(User::parse(user).unwrap()).dedupe_key("k").unwrap().dedupe_key;
        assert_ne!(key("ann"), key("ben"));
        assert_eq!(Wish::new().dedupe_key("").unwrap_err(), TaskError::DedupeKey(0));
    }
}
