//! Rows of `recording`.

use sqlx::{FromRow, SqliteExecutor};
use web::model::RecordingSummary;

use super::{DbError, now_ms, rfc3339, task::parse_state};

/// A recording that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewRecording {
    /// UUIDv7.
    pub id: String,
    /// Cleaned file name.
    pub name: String,
    /// Length of the file.
    pub size_bytes: u64,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Container, from the header.
    pub container: String,
    /// Codec, from the header.
    pub codec: String,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Length that the header states.
    pub duration_s: Option<f64>,
}

/// A recording together with the state of its task.
#[derive(Debug, Clone, FromRow)]
pub struct RecordingRow {
    id: String,
    name: String,
    size_bytes: i64,
    sha256: String,
    /// False once the bytes were dropped as bad input.
    pub source_stored: bool,
    uploaded_at_ms: i64,
    container: String,
    codec: String,
    sample_rate_hz: i64,
    channels: i64,
    duration_s: Option<f64>,
    state: String,
    progress_percent: Option<f64>,
}

impl RecordingRow {
    /// The row as it goes over the wire.
    pub fn summary(self) -> Result<RecordingSummary, DbError> {
        Ok(RecordingSummary {
            state: parse_state(&self.state, &self.id)?,
            id: self.id,
            name: self.name,
            size_bytes: self.size_bytes.try_into().unwrap_or(0),
            sha256: self.sha256,
            uploaded_at: rfc3339(self.uploaded_at_ms),
            container: self.container,
            codec: self.codec,
            sample_rate_hz: self.sample_rate_hz.try_into().unwrap_or(0),
            channels: self.channels.try_into().unwrap_or(0),
            duration_s: self.duration_s,
            progress_percent: self.progress_percent.map(|percent| percent as f32),
        })
    }
}

/// Adds a recording.
pub async fn insert(db: impl SqliteExecutor<'_>, new: &NewRecording) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO recording (id, name, size_bytes, sha256, uploaded_at_ms, container, codec, sample_rate_hz, channels, duration_s)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&new.id)
    .bind(&new.name)
    .bind(i64::try_from(new.size_bytes).unwrap_or(i64::MAX))
    .bind(&new.sha256)
    .bind(now_ms())
    .bind(&new.container)
    .bind(&new.codec)
    .bind(new.sample_rate_hz)
    .bind(new.channels)
    .bind(new.duration_s)
    .execute(db)
    .await?;
    Ok(())
}

/// The recording with this id.
pub async fn find(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<RecordingRow>, DbError> {
    Ok(sqlx::query_as(
        "SELECT r.*, t.state, t.progress_percent FROM recording r JOIN task t ON t.subject = r.id AND t.kind = 'analysis' WHERE r.id = ?",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// At most `limit` recordings older than `after`, newest first (ids grow with time).
pub async fn page(db: impl SqliteExecutor<'_>, after: Option<&str>, limit: u32) -> Result<Vec<RecordingRow>, DbError> {
    Ok(sqlx::query_as(
        "SELECT r.*, t.state, t.progress_percent FROM recording r JOIN task t ON t.subject = r.id AND t.kind = 'analysis'
         WHERE ?1 IS NULL OR r.id < ?1 ORDER BY r.id DESC LIMIT ?2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Number of all recordings.
pub async fn count(db: impl SqliteExecutor<'_>) -> Result<u64, DbError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM recording").fetch_one(db).await?;
    Ok(count.try_into().unwrap_or(0))
}

/// True when the recording is there.
pub async fn exists(db: impl SqliteExecutor<'_>, id: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM recording WHERE id = ?)").bind(id).fetch_one(db).await?)
}

/// Writes down the length that the analysis has counted.
pub async fn set_duration(db: impl SqliteExecutor<'_>, id: &str, duration_s: f64) -> Result<(), DbError> {
    sqlx::query("UPDATE recording SET duration_s = ? WHERE id = ?").bind(duration_s).bind(id).execute(db).await?;
    Ok(())
}

/// Those of the recordings whose bytes are no longer kept.
pub async fn without_source(db: impl SqliteExecutor<'_>, ids: &[&str]) -> Result<Vec<String>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = serde_json::Value::from(ids.to_vec()).to_string();
    Ok(sqlx::query_scalar(
        "SELECT id FROM recording WHERE source_stored = 0 AND id IN (SELECT value FROM json_each(?))",
    )
    .bind(ids)
    .fetch_all(db)
    .await?)
}

/// Notes that the bytes of the recording are no longer kept.
pub async fn drop_source(db: impl SqliteExecutor<'_>, id: &str) -> Result<(), DbError> {
    sqlx::query("UPDATE recording SET source_stored = 0 WHERE id = ?").bind(id).execute(db).await?;
    Ok(())
}

/// The blobs that a recording and its result use.
pub async fn blobs(db: impl SqliteExecutor<'_>, id: &str) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(
        "SELECT sha256 FROM recording WHERE id = ?1 AND source_stored = 1
         UNION SELECT spectrogram_sha256 FROM result WHERE recording_id = ?1
         UNION SELECT waveform_sha256 FROM result WHERE recording_id = ?1",
    )
    .bind(id)
    .fetch_all(db)
    .await?)
}

/// Removes the recording with its result.
pub async fn delete(db: impl SqliteExecutor<'_>, id: &str) -> Result<(), DbError> {
    sqlx::query("DELETE FROM recording WHERE id = ?").bind(id).execute(db).await?;
    Ok(())
}
