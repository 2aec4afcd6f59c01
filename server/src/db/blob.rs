//! Which blobs are in use.

use sqlx::SqliteExecutor;

use super::DbError;

/// True when a recording, a result or a call still needs the blob.
pub async fn is_referenced(db: impl SqliteExecutor<'_>, sha256: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM recording WHERE sha256 = ?1 AND source_stored = 1)
             OR EXISTS (SELECT 1 FROM result WHERE spectrogram_sha256 = ?1)
             OR EXISTS (SELECT 1 FROM result WHERE waveform_sha256 = ?1)
             OR EXISTS (SELECT 1 FROM call WHERE input_sha256 = ?1 AND input_stored = 1)
             OR EXISTS (SELECT 1 FROM call WHERE output_sha256 = ?1)",
    )
    .bind(sha256)
    .fetch_one(db)
    .await?)
}
