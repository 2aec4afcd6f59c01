//! What is stored: the index, the details, the parts of a result, deletion.

use bytes::Bytes;
use dsp::{analysis::Analysis, grid::Grid};
use web::model::{RecordingDetails, RecordingPage, RecordingSummary};

use super::{
    Services, catalog,
    companions::{DeleteRecording, boxed},
    error::ServiceError,
    page::checked_limit,
};
use crate::{
    db::{recording, result, result::StoredResult, task},
    problem::Code,
    storage::{BlobKey, StorageError},
};

/// Most recordings of a page of the index.
pub const MAX_PAGE: u32 = 200;
/// Recordings of a page unless asked for otherwise.
pub const DEFAULT_PAGE: u32 = 50;

/// Kind of the task behind a recording.
pub(super) const ANALYSIS: &str = "analysis";

/// There is no recording with this id.
pub(super) fn not_found() -> ServiceError {
    Code::NotFound.problem("There is no recording with this id. It may have been deleted.").into()
}

impl Services {
    /// A page of the index, newest first.
    pub async fn recordings(&self, after: Option<&str>, limit: u32) -> Result<RecordingPage, ServiceError> {
        let limit = checked_limit(limit, MAX_PAGE)?;
        let mut tx = self.db.read().begin().await.map_err(crate::db::DbError::from)?;
        let total = recording::count(&mut *tx).await?;
        let mut rows = recording::page(&mut *tx, after, limit + 1).await?;
        drop(tx);
        let has_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let items = rows.into_iter().map(|row| row.summary()).collect::<Result<Vec<_>, _>>()?;
        let next = items.last().filter(|_| has_more).map(|item| item.id.clone());
        Ok(RecordingPage { items, total, next })
    }

    /// All about one recording.
    pub async fn recording(&self, id: &str) -> Result<RecordingDetails, ServiceError> {
        let mut tx = self.db.read().begin().await.map_err(crate::db::DbError::from)?;
        let row = recording::find(&mut *tx, id).await?.ok_or_else(not_found)?;
        let task = task::find_by_subject(&mut *tx, id, ANALYSIS).await?.ok_or_else(not_found)?.view()?;
        let analysis = result::find(&mut *tx, id).await?;
        drop(tx);
        // Lists are for programs, which read the document itself.
        let analysis = analysis.map(|stored| parse(id, &stored)).transpose()?.map(Analysis::without_lists);
        let (outlook, attempts) = (self.backend.outlook(&task.id), self.backend.attempts(&task.id).await?);
        Ok(RecordingDetails { recording: row.summary()?, task, outlook, attempts, analysis })
    }

    /// The finished analysis, as it is stored.
    pub async fn stored_result(&self, id: &str) -> Result<StoredResult, ServiceError> {
        if let Some(stored) = result::find(self.db.read(), id).await? {
            return Ok(stored);
        }
        let task = task::find_by_subject(self.db.read(), id, ANALYSIS).await?.ok_or_else(not_found)?.view()?;
        Err(match task.problem {
            Some(problem) => Code::NotReady.problem(format!("There is no result: {}", problem.detail)).into(),
            None => {
                Code::NotReady.problem("The analysis is not finished. Listen to the events of the recording.").into()
            }
        })
    }

    /// The bytes of the spectrogram grid, and their SHA-256.
    pub async fn spectrogram(&self, id: &str) -> Result<(Bytes, BlobKey), ServiceError> {
        let stored = self.stored_result(id).await?;
        self.part(id, &stored.spectrogram_sha256).await
    }

    /// The spectrogram grid.
    pub async fn grid(&self, id: &str) -> Result<Grid, ServiceError> {
        let (bytes, _) = self.spectrogram(id).await?;
        Grid::from_bytes(&bytes).map_err(|error| ServiceError::Damaged {
            what: "spectrogram",
            id: id.to_owned(),
            reason: error.to_string(),
        })
    }

    /// The waveform document, and its SHA-256.
    pub async fn waveform(&self, id: &str) -> Result<(Bytes, BlobKey), ServiceError> {
        let stored = self.stored_result(id).await?;
        self.part(id, &stored.waveform_sha256).await
    }

    async fn part(&self, id: &str, sha256: &str) -> Result<(Bytes, BlobKey), ServiceError> {
        let key = BlobKey::parse(sha256)?;
        match self.storage.read(&key).await {
            Ok(bytes) => Ok((bytes, key)),
            Err(error) => Err(self.gone_or(id, error).await),
        }
    }

    /// A blob can vanish between the look at the row and the look at the file when the recording is deleted meanwhile.
    async fn gone_or(&self, id: &str, error: StorageError) -> ServiceError {
        match recording::find(self.db.read(), id).await {
            Ok(None) => not_found(),
            _ => error.into(),
        }
    }

    /// The recording as it was submitted: its row, its key and its length.
    pub async fn original(&self, id: &str) -> Result<(RecordingSummary, BlobKey, u64), ServiceError> {
        let row = recording::find(self.db.read(), id).await?.ok_or_else(not_found)?;
        if !row.source_stored {
            return Err(Code::NotFound.problem("The file was bad input and was not kept.").into());
        }
        let recording = row.summary()?;
        let key = BlobKey::parse(&recording.sha256)?;
        match self.storage.size_bytes(&key).await {
            Ok(size_bytes) => Ok((recording, key, size_bytes)),
            Err(error) => Err(self.gone_or(id, error).await),
        }
    }

    /// Deletes a recording, its result, and the blobs that nobody else uses. A running analysis is cancelled.
    pub async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        // Runs to its end even when the client hangs up.
        let (services, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move { services.delete_now(&id).await }).await?
    }

    async fn delete_now(&self, id: &str) -> Result<(), ServiceError> {
        let writer = self.storage.lock().await;
        // Who adds or removes blobs of a recording holds the same lock: these are all.
        if !recording::exists(self.db.read(), id).await? {
            return Err(not_found());
        }
        let blobs = recording::blobs(self.db.read(), id).await?;
        self.backend.remove(id, boxed(DeleteRecording(id.to_owned()))).await?;
        let keys = blobs.iter().map(|sha256| BlobKey::parse(sha256)).collect::<Result<Vec<_>, _>>()?;
        catalog::remove_unreferenced(&self.db, &writer, &keys).await
    }
}

fn parse(id: &str, stored: &StoredResult) -> Result<Analysis, ServiceError> {
    serde_json::from_str(&stored.analysis).map_err(|error| ServiceError::Damaged {
        what: "analysis",
        id: id.to_owned(),
        reason: error.to_string(),
    })
}
