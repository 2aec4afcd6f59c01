//! The task behind a recording: report, cancel, retry.

use axum::{Json, extract::State};
use web::model::{Problem, TaskReport, TaskView};

use super::{App, extract::Id, failure::Failure};

/// Why the analysis of a recording waits, when it is expected to end, and its attempts.
#[utoipa::path(get, path = "/api/das/{id}/task", tag = "recordings", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, body = TaskReport, description = "The task"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn report(State(app): State<App>, Id(id): Id) -> Result<Json<TaskReport>, Failure> {
    Ok(Json(app.services.report(&id).await?))
}

/// Cancels the analysis of a recording, whether it waits or runs.
#[utoipa::path(post, path = "/api/das/{id}/cancel", tag = "recordings", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, body = TaskView, description = "It is cancelled"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has ended already"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn cancel(State(app): State<App>, Id(id): Id) -> Result<Json<TaskView>, Failure> {
    Ok(Json(app.services.cancel(&id).await?))
}

/// Tries the analysis of a recording again that has failed or was cancelled.
#[utoipa::path(post, path = "/api/das/{id}/retry", tag = "recordings", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, body = TaskView, description = "It waits again"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has not ended, or well"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn retry(State(app): State<App>, Id(id): Id) -> Result<Json<TaskView>, Failure> {
    Ok(Json(app.services.retry(&id).await?))
}
