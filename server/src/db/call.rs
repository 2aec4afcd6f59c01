//! Rows of `call`: operations on sounds that are tasks.

use dsp::{Parameters, engine::Operation};
use sqlx::{FromRow, SqliteExecutor};

use super::{DbError, now_ms};

/// A call that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// UUIDv7.
    pub id: String,
    /// Cleaned name of the sound.
    pub name: String,
    /// What is to be done.
    pub operation: Operation,
    /// How sound is analysed.
    pub parameters: Parameters,
    /// SHA-256 of the sound, lower-case hexadecimal.
    pub input_sha256: String,
    /// Length of the sound's file.
    pub input_bytes: u64,
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// SHA-256 of its blob.
    pub sha256: String,
    /// What to call it when it is saved.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// A call.
#[derive(Debug, Clone, FromRow)]
pub struct CallRow {
    /// Its id.
    pub id: String,
    /// Cleaned name of the sound.
    pub name: String,
    operation: String,
    parameters: String,
    /// SHA-256 of the sound.
    pub input_sha256: String,
    input_bytes: i64,
    /// False once the sound was given up.
    pub input_stored: bool,
    /// When it was accepted.
    pub created_at_ms: i64,
    output_sha256: Option<String>,
    output_name: Option<String>,
    output_type: Option<String>,
    output_bytes: Option<i64>,
}

impl CallRow {
    /// What is to be done.
    pub fn operation(&self) -> Result<Operation, DbError> {
        serde_json::from_str(&self.operation).map_err(|_| self.unexpected("operation"))
    }

    /// How sound is analysed.
    pub fn parameters(&self) -> Result<Parameters, DbError> {
        serde_json::from_str(&self.parameters).map_err(|_| self.unexpected("parameters"))
    }

    /// Length of the sound's file.
    pub fn input_bytes(&self) -> u64 {
        self.input_bytes.try_into().unwrap_or(0)
    }

    /// The result, once there is one.
    pub fn output(&self) -> Option<Output> {
        Some(Output {
            sha256: self.output_sha256.clone()?,
            name: self.output_name.clone()?,
            media_type: self.output_type.clone()?,
            size_bytes: self.output_bytes?.try_into().unwrap_or(0),
        })
    }

    fn unexpected(&self, column: &'static str) -> DbError {
        DbError::Unexpected { table: "call", column, id: self.id.clone() }
    }
}

/// Adds a call.
pub async fn insert(db: impl SqliteExecutor<'_>, new: &NewCall) -> Result<(), DbError> {
    let unexpected = |column| move |_| DbError::Unexpected { table: "call", column, id: new.id.clone() };
    sqlx::query(
        "INSERT INTO call (id, name, operation, parameters, input_sha256, input_bytes, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&new.id)
    .bind(&new.name)
    .bind(serde_json::to_string(&new.operation).map_err(unexpected("operation"))?)
    .bind(serde_json::to_string(&new.parameters).map_err(unexpected("parameters"))?)
    .bind(&new.input_sha256)
    .bind(i64::try_from(new.input_bytes).unwrap_or(i64::MAX))
    .bind(now_ms())
    .execute(db)
    .await?;
    Ok(())
}

/// The call with this id.
pub async fn find(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<CallRow>, DbError> {
    Ok(sqlx::query_as("SELECT * FROM call WHERE id = ?").bind(id).fetch_optional(db).await?)
}

/// Writes down the result and gives up the sound; `false` when the call is gone.
pub async fn finish(db: impl SqliteExecutor<'_>, id: &str, output: &Output) -> Result<bool, DbError> {
    let changed = sqlx::query(
        "UPDATE call SET output_sha256 = ?, output_name = ?, output_type = ?, output_bytes = ?, input_stored = 0 WHERE id = ?",
    )
    .bind(&output.sha256)
    .bind(&output.name)
    .bind(&output.media_type)
    .bind(i64::try_from(output.size_bytes).unwrap_or(i64::MAX))
    .bind(id)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Gives up the sound of a call.
pub async fn drop_input(db: impl SqliteExecutor<'_>, id: &str) -> Result<(), DbError> {
    sqlx::query("UPDATE call SET input_stored = 0 WHERE id = ?").bind(id).execute(db).await?;
    Ok(())
}

/// The blobs that a call uses.
pub async fn blobs(db: impl SqliteExecutor<'_>, id: &str) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT input_sha256 FROM call WHERE id = ?1 AND input_stored = 1
         UNION SELECT output_sha256 FROM call WHERE id = ?1 AND output_sha256 IS NOT NULL",
    )
    .bind(id)
    .fetch_all(db)
    .await?)
}

/// Calls whose sound is kept though their task has ended, so that nobody will read it again.
pub async fn with_spent_input(db: impl SqliteExecutor<'_>) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT c.id FROM call c JOIN task t ON t.subject = c.id AND t.kind = 'call'
         WHERE c.input_stored = 1 AND t.finished_at_ms IS NOT NULL",
    )
    .fetch_all(db)
    .await?)
}

/// Whether the task of a call has ended and its sound is still kept.
pub async fn has_spent_input(db: impl SqliteExecutor<'_>, id: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM call c JOIN task t ON t.subject = c.id AND t.kind = 'call'
         WHERE c.id = ? AND c.input_stored = 1 AND t.finished_at_ms IS NOT NULL)",
    )
    .bind(id)
    .fetch_one(db)
    .await?)
}

/// Calls that ended before a moment.
pub async fn ended_before(db: impl SqliteExecutor<'_>, moment_ms: i64) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT c.id FROM call c JOIN task t ON t.subject = c.id AND t.kind = 'call' WHERE t.finished_at_ms <= ?",
    )
    .bind(moment_ms)
    .fetch_all(db)
    .await?)
}

/// Removes the call.
pub async fn delete(db: impl SqliteExecutor<'_>, id: &str) -> Result<(), DbError> {
    sqlx::query("DELETE FROM call WHERE id = ?").bind(id).execute(db).await?;
    Ok(())
}
