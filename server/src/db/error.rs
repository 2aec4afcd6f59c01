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
    /// The code that writes panicked; the log says where.
    #[error("the code that writes to the database panicked")]
    Panicked,
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
            Self::Sqlx(error @ sqlx::Error::Database(_)) => {
                primary_code(error).is_some_and(|code| PASSING.contains(&code))
            }
            Self::Sqlx(error) => {
                matches!(
                    error,
                    sqlx::Error::Io(_)
                        | sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::WorkerCrashed
                )
            }
            Self::Unexpected { .. } | Self::Migrate(_) | Self::Panicked => false,
        }
    }
}

/// SQLITE_FULL, the primary result code.
const SQLITE_FULL: u32 = 13;
/// What is in the way from outside: SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CANTOPEN, PROTOCOL. A broken rule of
/// the tables (SQLITE_CONSTRAINT) stays broken, and so does a statement that makes no sense.
const PASSING: [u32; 8] = [5, 6, 7, 8, 9, 10, 14, 15];

/// The primary result code of SQLite; extended codes carry it in the lowest byte.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let sqlx::Error::Database(database) = error else { return None };
    database.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        if primary_code(&error) == Some(SQLITE_FULL) { Self::DiskFull(error) } else { Self::Sqlx(error) }
    }
}
