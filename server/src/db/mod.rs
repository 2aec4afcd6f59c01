//! The database. SQL stands only in this folder.

pub mod attempt;
pub mod blob;
pub mod call;
pub mod error;
pub mod group;
pub mod recording;
pub mod result;
pub mod setting;
pub mod task;
pub mod trace;

use std::{path::Path, time::Duration};

use sqlx::{
    Connection, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use error::DbError;

const READERS: u32 = 4;
/// How long a connection waits for the lock of another.
const BUSY: Duration = Duration::from_secs(10);

/// One connection that writes and a few that read.
#[derive(Debug, Clone)]
pub struct Db {
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Db {
    /// Opens the database file, creates it if it is missing, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An upload that was answered with 201 must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        // SQLite itself takes back a transaction when disk or file fail, which the connection does not notice: it would refuse to
        // begin another one for ever. Such a one is replaced.
        let writer = pool(1).after_release(|connection, _| {
            Box::pin(async move {
                // What is left of a transaction that was dropped is rolled back first.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let writer = writer.connect_with(options.clone()).await?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await.map_err(|error| DbError::Migrate(Box::new(error)))?;
        let reader = pool(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self { writer, reader })
    }

    /// Connections to the database file of another run of the program, which may be going on: nothing is written.
    pub async fn look(path: &Path) -> Result<SqlitePool, DbError> {
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY).pragma("query_only", "ON");
        Ok(pool(1).connect_with(options).await?)
    }

    /// Starts a transaction that holds the write lock from its first statement on.
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Connections that see the last committed state.
    pub fn read(&self) -> &SqlitePool {
        &self.reader
    }

    /// Waits for running statements and closes the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Milliseconds since 1970, UTC.
pub fn now_ms() -> i64 {
    (time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000) as i64
}

/// RFC 3339 with milliseconds, UTC.
pub fn rfc3339(unix_ms: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000)
        .ok()
        .and_then(|instant| instant.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}

/// Connections to a local file do not grow old. A limit on their age would also start a task of sqlx 0.9.0 that goes by a count
/// of idle connections which can pass below zero: it then spins on a thread for ever, and the program does not end.
fn pool(max_connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(max_connections).idle_timeout(None).max_lifetime(None)
}
