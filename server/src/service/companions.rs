//! What is written together with a change of a task, in the transaction of that change.

use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::SqliteConnection;

use crate::{
    balancer::{Companion, CompanionError},
    db::{
        call::{self, NewCall, Output},
        recording::{self, NewRecording},
        result::{self, StoredResult},
    },
};

/// A companion as the Balancer takes it.
pub fn boxed(companion: impl Companion) -> Arc<dyn Companion> {
    Arc::new(companion)
}

/// The recording that a new task works on.
pub struct StoreRecording(pub NewRecording);

impl Companion for StoreRecording {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { Ok(recording::insert(db, &self.0).await?) })
    }
}

/// The result of a finished analysis.
pub struct StoreResult {
    /// The recording.
    pub recording_id: String,
    /// The task.
    pub task_id: String,
    /// The documents; their blobs are stored already.
    pub result: StoredResult,
    /// Length that was counted.
    pub duration_s: f64,
}

impl Companion for StoreResult {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move {
            if !recording::exists(&mut *db, &self.recording_id).await? {
                return Err(CompanionError::Gone);
            }
            result::insert(&mut *db, &self.recording_id, &self.task_id, &self.result).await?;
            Ok(recording::set_duration(&mut *db, &self.recording_id, self.duration_s).await?)
        })
    }
}

/// Gives up the bytes of a recording that is bad input.
pub struct DropSource(pub String);

impl Companion for DropSource {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { Ok(recording::drop_source(db, &self.0).await?) })
    }
}

/// Removes a recording together with its tasks.
pub struct DeleteRecording(pub String);

impl Companion for DeleteRecording {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { Ok(recording::delete(db, &self.0).await?) })
    }
}

/// The call that a new task works on.
pub struct StoreCall(pub NewCall);

impl Companion for StoreCall {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { Ok(call::insert(db, &self.0).await?) })
    }
}

/// The result of a finished call, whose blob is stored already; its sound is given up.
pub struct FinishCall {
    /// The call.
    pub call_id: String,
    /// The result.
    pub output: Output,
}

impl Companion for FinishCall {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move {
            if call::finish(db, &self.call_id, &self.output).await? { Ok(()) } else { Err(CompanionError::Gone) }
        })
    }
}

/// Gives up the sound of a call that has failed.
pub struct DropCallInput(pub String);

impl Companion for DropCallInput {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { Ok(call::drop_input(db, &self.0).await?) })
    }
}

/// Removes a call together with its task.
pub struct DeleteCall(pub String);

impl Companion for DeleteCall {
    fn write<'c>(&'c self, db: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), CompanionError>> {
        Box::pin(async move { Ok(call::delete(db, &self.0).await?) })
    }
}
