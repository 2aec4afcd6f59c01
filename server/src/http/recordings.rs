//! The index, the details, deletion.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use web::model::{Problem, RecordingDetails, RecordingPage, UploadRules};

use super::{
    App,
    extract::{Id, Params},
    failure::Failure,
};
use crate::service::recordings::DEFAULT_PAGE;

/// Query of the index.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IndexQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// Recordings of a page, 1 to 200; 50 unless stated.
    limit: Option<u32>,
}

/// The recordings, newest first.
#[utoipa::path(get, path = "/api/das", tag = "recordings", params(IndexQuery),
    responses((status = 200, body = RecordingPage, description = "A page of the index"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn index(State(app): State<App>, Params(query): Params<IndexQuery>) -> Result<Json<RecordingPage>, Failure> {
    Ok(Json(app.services.recordings(query.after.as_deref(), query.limit.unwrap_or(DEFAULT_PAGE)).await?))
}

/// What may be uploaded.
#[utoipa::path(get, path = "/api/das/upload", tag = "upload",
    responses((status = 200, body = UploadRules, description = "Limits and formats")))]
pub async fn rules(State(app): State<App>) -> Json<UploadRules> {
    Json(app.services.upload_rules())
}

/// One recording with its task and, once finished, its analysis.
#[utoipa::path(get, path = "/api/das/{id}", tag = "recordings", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, body = RecordingDetails, description = "The recording"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn details(State(app): State<App>, Id(id): Id) -> Result<Json<RecordingDetails>, Failure> {
    Ok(Json(app.services.recording(&id).await?))
}

/// Deletes a recording and its result; a running analysis is cancelled.
#[utoipa::path(delete, path = "/api/das/{id}", tag = "recordings", params(("id" = String, Path, description = "Recording id")),
    responses((status = 204, description = "Deleted"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn delete(State(app): State<App>, Id(id): Id) -> Result<StatusCode, Failure> {
    app.services.delete(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
