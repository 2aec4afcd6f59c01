//! What can go wrong in a use case, and how people are told.

use dsp::{decode::DecodeError, job::JobError};
use web::model::{Problem, TaskState};

use crate::{
    balancer::{BackendError, TaskError},
    db::DbError,
    problem::{Code, internal},
    storage::{StorageError, SweepError},
};

/// When to try again what the database did not take.
const RETRY_AFTER_S: u32 = 1;

/// An error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Something that the caller can understand.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The data folder failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The start-up sweep failed.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The task backend failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The engine failed for a reason that is not the input.
    #[error("engine: {0}")]
    Engine(#[source] JobError),
    /// A document could not be written as JSON.
    #[error("JSON: {0}")]
    Encode(#[source] serde_json::Error),
    /// A stored document or blob cannot be read back.
    #[error("stored {what} of {id} cannot be read: {reason}")]
    Damaged {
        /// Which part.
        what: &'static str,
        /// Of which recording.
        id: String,
        /// What the reader says.
        reason: String,
    },
    /// A background job of the server was cut off.
    #[error("background job: {0}")]
    Join(#[from] tokio::task::JoinError),
}

impl From<TaskError> for ServiceError {
    fn from(error: TaskError) -> Self {
        Self::Backend(error.into())
    }
}

impl From<Problem> for ServiceError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<ServiceError> for Problem {
    /// The one place where causes are logged; callers see a problem.
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Problem(problem) => *problem,
            ServiceError::Storage(StorageError::TooLarge { limit_bytes }) => Code::TooLarge.limit(
                format!("The file has more than {limit_bytes} bytes, which is the most that is accepted."),
                limit_bytes as f64,
                None,
            ),
            ServiceError::Storage(StorageError::DiskFull { free_bytes, wanted_bytes, reserve_bytes }) => {
                tracing::warn!(free_bytes, wanted_bytes, reserve_bytes, "disk full");
                Code::DiskFull.limit(
                    "There is not enough space on the server's disk. Delete recordings or ask whoever runs it.",
                    free_bytes.saturating_sub(reserve_bytes) as f64,
                    Some(wanted_bytes as f64),
                )
            }
            ServiceError::Storage(StorageError::NoSpace(error)) => {
                tracing::warn!(%error, "disk full");
                full_disk()
            }
            ServiceError::Db(error) | ServiceError::Backend(BackendError::Db(error)) if error.is_disk_full() => {
                tracing::warn!(%error, "disk full");
                full_disk()
            }
            ServiceError::Db(error) | ServiceError::Backend(BackendError::Db(error)) if error.passes() => {
                tracing::error!(%error, cause = ?error, "the database fails, for a moment or for longer");
                let problem = Code::Unavailable
                    .problem("The server's database did not take it, and nothing has changed. Try again in a moment.");
                Problem { retry_after_s: Some(RETRY_AFTER_S), ..problem }
            }
            ServiceError::Backend(error) => of_backend(error),
            other => {
                tracing::error!(error = %other, cause = ?other, "internal problem");
                internal()
            }
        }
    }
}

/// A key that stands for something else already. Answering that would lose what came now.
pub fn key_reused(what: &str) -> Problem {
    Code::KeyReused.problem(format!(
        "This Idempotency-Key was used before for another {what}. Nothing was stored; use a new key for each {what}."
    ))
}

/// What the Balancer refuses, in its own words.
fn of_backend(error: BackendError) -> Problem {
    match error {
        BackendError::Task(error) => of_task(&error),
        BackendError::QueueFull { user, waiting, limit, retry_after_s } => {
            let whose = user.map_or_else(|| "in all".to_owned(), |user| format!("of the user {user}"));
            let detail = format!(
                "{waiting} tasks {whose} wait already, and at most {limit} may. Try again in about {retry_after_s} s."
            );
            let problem = Code::QueueFull.limit(detail, f64::from(limit), Some(f64::from(waiting)));
            Problem { retry_after_s: Some(retry_after_s), ..problem }
        }
        BackendError::NotFound(_) => Code::NotFound.problem("There is no task with this id. It may have been deleted."),
        BackendError::WrongState { state } => {
            let (state, rest) = match state {
                TaskState::Queued => ("waiting", ""),
                TaskState::Running => ("running", ""),
                TaskState::Finished => ("finished", " already"),
                TaskState::Failed => ("failed", " already"),
                TaskState::Cancelled => ("cancelled", " already"),
            };
            Code::WrongState.problem(format!("The task is {state}{rest}, so this cannot be done."))
        }
        BackendError::Db(error) => {
            tracing::error!(%error, cause = ?error, "internal problem");
            internal()
        }
    }
}

fn of_task(error: &TaskError) -> Problem {
    let code = match error {
        TaskError::UnknownClass(_) => Code::UnknownClass,
        TaskError::NoEngine(_) => Code::NoEngine,
        TaskError::UnknownPolicy(_) => Code::UnknownPolicy,
        TaskError::Delay(_) => Code::BadDelay,
        TaskError::Deadline(_) => Code::BadDeadline,
        TaskError::Priority(_) => Code::BadPriority,
        TaskError::User(_) => Code::BadUser,
        TaskError::DedupeKey(_) => Code::BadKey,
        TaskError::UnknownDependency(_) => Code::UnknownDependency,
        TaskError::FailedDependency(_) => Code::DependencyFailed,
        TaskError::NoSubject => Code::NotFound,
        TaskError::Checkpoint(_) | TaskError::Work(_) => Code::BadRequest,
    };
    code.problem(error.to_string())
}

/// The disk of the server is full.
pub fn full_disk() -> Problem {
    Code::DiskFull.problem("The server's disk is full. Delete recordings or ask whoever runs it.")
}

impl ServiceError {
    /// True when the disk or the database is in the way: the same work may succeed once they are well again.
    pub fn passes(&self) -> bool {
        match self {
            Self::Storage(error) | Self::Sweep(SweepError::Storage(error)) => error.passes(),
            Self::Db(error) | Self::Sweep(SweepError::Db(error)) | Self::Backend(BackendError::Db(error)) => {
                error.passes()
            }
            Self::Engine(JobError::Decode(DecodeError::Io(_))) => true,
            Self::Join(error) => error.is_cancelled(),
            Self::Backend(_) | Self::Problem(_) | Self::Engine(_) | Self::Encode(_) | Self::Damaged { .. } => false,
        }
    }

    /// [`Problem::from`], for `map_err`.
    pub fn into_problem(self) -> Problem {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_did_not_take_may_be_tried_again() {
        let neighbour = DbError::Shared(std::sync::Arc::new(DbError::Neighbour { disk_full: false }));
        let problem = Problem::from(ServiceError::Backend(BackendError::Db(neighbour)));
        assert_eq!((problem.status, problem.code.as_str(), problem.retry_after_s), (503, "unavailable", Some(1)));
        let full = Problem::from(ServiceError::Db(DbError::Neighbour { disk_full: true }));
        assert_eq!((full.status, full.code.as_str(), full.retry_after_s), (507, "disk_full", None));
        let unexpected = DbError::Unexpected { table: "task", column: "state", id: "a".into() };
        assert_eq!(Problem::from(ServiceError::Db(unexpected)).code, "internal");
    }
}
