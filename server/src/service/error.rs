//! What can go wrong in a use case, and how people are told.

use dsp::{decode::DecodeError, job::JobError};
use web::model::Problem;

use crate::{
    balancer::BackendError,
    db::DbError,
    problem::{Code, internal},
    storage::{StorageError, SweepError},
};

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

impl From<Problem> for ServiceError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<ServiceError> for Problem {
    /// The one place where causes are logged; callers see a problem.
    fn from(error: ServiceError) -> Self {
        let full = |detail: &str| Code::DiskFull.problem(detail);
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
                full("The server's disk is full. Delete recordings or ask whoever runs it.")
            }
            ServiceError::Db(DbError::DiskFull(error))
            | ServiceError::Backend(BackendError::Db(DbError::DiskFull(error))) => {
                tracing::warn!(%error, "disk full");
                full("The server's disk is full. Delete recordings or ask whoever runs it.")
            }
            other => {
                tracing::error!(error = %other, cause = ?other, "internal problem");
                internal()
            }
        }
    }
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
            Self::Backend(BackendError::UnknownKind { .. })
            | Self::Problem(_)
            | Self::Engine(_)
            | Self::Encode(_)
            | Self::Damaged { .. } => false,
        }
    }

    /// [`Problem::from`], for `map_err`.
    pub fn into_problem(self) -> Problem {
        self.into()
    }
}
