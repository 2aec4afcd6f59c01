//! What can go wrong in the database.

use std::sync::Arc;

/// An error of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No room for another page.
    #[error("the database cannot grow: the disk is full")]
    DiskFull(#[source] sqlx::Error),
    /// A stored value is not what the program writes there.
    #[error("{table}.{column} of {id} holds something unexpected")]
    Unexpected {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Key of the row.
        id: String,
    },
    /// The tables cannot be brought up to date.
    #[error("the tables cannot be brought up to date: {0}")]
    Migrate(#[source] Box<sqlx::migrate::MigrateError>),
    /// The transaction that this change shared with others was not committed.
    #[error(transparent)]
    Shared(Arc<DbError>),
    /// The database failed halfway through another change of the same transaction.
    #[error("the database failed halfway through another change of the same transaction")]
    Neighbour {
        /// There was no room for another page.
        disk_full: bool,
    },
    /// Anything else.
    #[error("database: {0}")]
    Sqlx(#[source] sqlx::Error),
}

impl DbError {
    /// True when there is no room for another page.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::DiskFull(_) => true,
            Self::Neighbour { disk_full } => *disk_full,
            Self::Shared(error) => error.is_disk_full(),
            _ => false,
        }
    }

    /// True when the same statement may succeed later.
    pub fn passes(&self) -> bool {
        match self {
            Self::DiskFull(_) | Self::Neighbour { .. } => true,
            Self::Shared(error) => error.passes(),
            // A broken rule of the tables stays broken; what is left is I/O, locks and the like.
            Self::Sqlx(sqlx::Error::Database(error)) => matches!(error.kind(), sqlx::error::ErrorKind::Other),
            Self::Sqlx(error) => {
                matches!(
                    error,
                    sqlx::Error::Io(_)
                        | sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::WorkerCrashed
                )
            }
            Self::Unexpected { .. } | Self::Migrate(_) => false,
        }
    }
}

/// SQLITE_FULL, the primary result code.
const SQLITE_FULL: u32 = 13;

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let code = match &error {
            sqlx::Error::Database(database) => database.code().and_then(|code| code.parse::<u32>().ok()),
            _ => None,
        };
        // Extended codes carry the primary one in the lowest byte.
        if code.is_some_and(|code| code & 0xff == SQLITE_FULL) { Self::DiskFull(error) } else { Self::Sqlx(error) }
    }
}
