//! Calls of the engine that are tasks.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use web::model::{CallView, Problem};

use super::{App, extract::Id, failure::Failure, original::StoredFile};

/// How a call stands: its state and progress, why it waits, what went wrong, where its result is.
#[utoipa::path(get, path = "/api/engine/calls/{id}", tag = "engine", params(("id" = String, Path, description = "Call id")),
    responses((status = 200, body = CallView, description = "The call"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Deleted, expired, or never there"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn view(State(app): State<App>, Id(id): Id) -> Result<Json<CallView>, Failure> {
    Ok(Json(app.services.call_view(&id).await?))
}

/// The result of a call, whole or a range of bytes: a WAV file, a picture or a document, by its operation.
#[utoipa::path(get, path = "/api/engine/calls/{id}/result", tag = "engine",
    params(("id" = String, Path, description = "Call id"),
        ("range" = Option<String>, Header, description = "One range of bytes"),
        ("if-range" = Option<String>, Header, description = "ETag for which the range holds")),
    responses((status = 200, content((Vec<u8> = "audio/wav"), (Vec<u8> = "image/png"), (String = "application/json")), description = "The result"),
        (status = 206, description = "The range", content_type = "application/octet-stream"),
        (status = 304, description = "The caller has it already"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "There is no result (yet)"),
        (status = 416, body = Problem, content_type = "application/problem+json", description = "The range lies outside of the file"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn result(State(app): State<App>, Id(id): Id, headers: HeaderMap) -> Result<Response, Failure> {
    let (output, key) = app.services.call_result(&id).await?;
    let file = StoredFile {
        key,
        size_bytes: output.size_bytes,
        media_type: &output.media_type,
        name: &output.name,
        download: true,
    };
    Ok(file.respond(&app, &headers))
}

/// Cancels a call, whether it waits or runs. Its sound is given up.
#[utoipa::path(post, path = "/api/engine/calls/{id}/cancel", tag = "engine", params(("id" = String, Path, description = "Call id")),
    responses((status = 200, body = CallView, description = "It is cancelled"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has ended already"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn cancel(State(app): State<App>, Id(id): Id) -> Result<Json<CallView>, Failure> {
    Ok(Json(app.services.cancel_call(&id).await?))
}

/// Deletes a call with its sound and its result; a running one is cancelled.
#[utoipa::path(delete, path = "/api/engine/calls/{id}", tag = "engine", params(("id" = String, Path, description = "Call id")),
    responses((status = 204, description = "Deleted"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn delete(State(app): State<App>, Id(id): Id) -> Result<StatusCode, Failure> {
    app.services.delete_call(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
