//! Rows of `result`.

use sqlx::{FromRow, SqliteExecutor};

use super::{DbError, now_ms};

/// What is stored of a finished analysis.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct StoredResult {
    /// The analysis document, JSON.
    pub analysis: String,
    /// Blob with the bytes of the spectrogram grid.
    pub spectrogram_sha256: String,
    /// Blob with the waveform, JSON.
    pub waveform_sha256: String,
}

/// Adds the result of a task.
pub async fn insert(
    db: impl SqliteExecutor<'_>,
    recording_id: &str,
    task_id: &str,
    result: &StoredResult,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO result (recording_id, task_id, analysis, spectrogram_sha256, waveform_sha256, stored_at_ms)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(recording_id)
    .bind(task_id)
    .bind(&result.analysis)
    .bind(&result.spectrogram_sha256)
    .bind(&result.waveform_sha256)
    .bind(now_ms())
    .execute(db)
    .await?;
    Ok(())
}

/// The result of a recording, once there is one.
pub async fn find(db: impl SqliteExecutor<'_>, recording_id: &str) -> Result<Option<StoredResult>, DbError> {
    Ok(sqlx::query_as("SELECT analysis, spectrogram_sha256, waveform_sha256 FROM result WHERE recording_id = ?")
        .bind(recording_id)
        .fetch_optional(db)
        .await?)
}
