//! Uploads: a form with files, or the bytes of one file.

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::model::{Problem, RecordingDetails};

use super::{
    App,
    drain::{drain, drain_with},
    extract::Params,
    failure::Failure,
    form::{FormReader, MOST_AROUND_A_FILE_BYTES},
    wish::{WishQuery, Wished},
};
use crate::{
    balancer::Wish,
    problem::{Code, internal},
    service::{error::ServiceError, uploads::Received},
};

/// Name of the form field that holds a file.
const FIELD: &str = "file";
/// Files of one form.
const MAX_FILES: usize = 100;

/// Query of an upload that is not a form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// Name of the file, when the body is the file itself. No path: slashes, backslashes and control characters are refused.
    name: Option<String>,
}

/// The form.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct UploadForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Stores a recording and queues its analysis.
#[utoipa::path(post, path = "/api/das/upload", tag = "upload", params(UploadQuery, WishQuery,
        ("das-user" = Option<String>, Header, description = "Who asks, for the fair share; `local` unless stated"),
        ("idempotency-key" = Option<String>, Header, description = "Under a key that was used before, the recording of that time is answered and nothing is stored; for other bytes it is refused (`key_reused`)")),
    request_body(content((UploadForm = "multipart/form-data"), (Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 201, body = RecordingDetails, description = "Stored; the analysis is queued",
            headers(("location" = String, description = "Address of the recording"))),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not understood, or the file's name has a path, a control character or nothing in it (`bad_name`)"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The key was used for other bytes"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Over the limit of bytes"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Neither a form nor sound"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not acceptable as sound"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "The queue is full; see Retry-After"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "The disk is full"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn upload(
    State(app): State<App>,
    Params(query): Params<UploadQuery>,
    Wished(wish): Wished,
    request: Request,
) -> Result<Response, Failure> {
    let details = match body_kind(&request) {
        BodyKind::Form => form(&app, request, 1, wish).await?.into_iter().next().ok_or_else(internal)?,
        BodyKind::Sound => raw(&app, query.name.as_deref().unwrap_or_default(), request, wish).await?,
        BodyKind::Other(kind) => {
            drain(request.into_body().into_data_stream());
            let detail = format!(
                "The content type is {kind:?}. Send multipart/form-data with a field `{FIELD}`, or the file itself as audio/* or \
                 application/octet-stream with ?name=."
            );
            return Err(Code::UnsupportedMediaType.problem(detail).into());
        }
    };
    let location = format!("/api/das/{}", details.recording.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(details)).into_response())
}

/// Receives the files of the form on the upload page.
pub async fn page_form(app: &App, request: Request) -> Result<Vec<RecordingDetails>, Problem> {
    match body_kind(&request) {
        BodyKind::Form => form(app, request, MAX_FILES, Wish::new()).await,
        BodyKind::Sound | BodyKind::Other(_) => {
            drain(request.into_body().into_data_stream());
            Err(Code::UnsupportedMediaType.problem("The upload page takes a form with files."))
        }
    }
}

/// What a body is, by its content type.
pub(super) enum BodyKind {
    Form,
    Sound,
    Other(String),
}

pub(super) fn body_kind(request: &Request) -> BodyKind {
    let kind =
        request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
    let Some(kind) = kind else { return BodyKind::Sound };
    let essence = kind.split(';').next().unwrap_or_default().trim();
    // MP4 and Ogg files with sound alone often go by their video type.
    let is_sound = essence.starts_with("audio/") || essence.starts_with("video/");
    match essence {
        "multipart/form-data" => BodyKind::Form,
        "application/octet-stream" | "application/ogg" => BodyKind::Sound,
        _ if is_sound => BodyKind::Sound,
        other => BodyKind::Other(other.chars().take(100).collect()),
    }
}

pub(super) fn declared_bytes(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn raw(app: &App, name: &str, request: Request, wish: Wish) -> Result<RecordingDetails, Problem> {
    let declared = declared_bytes(&request);
    let mut chunks = request.into_body().into_data_stream();
    let received = match app.services.check_room(&wish).await {
        Ok(()) => app.services.receive(name, declared, &mut chunks).await,
        Err(error) => Err(error),
    };
    let stored = match received {
        Ok(received) => app.services.keep(vec![received], wish).await,
        Err(error) => {
            drain(chunks);
            Err(error)
        }
    };
    stored.map_err(ServiceError::into_problem)?.into_iter().next().ok_or_else(internal)
}

async fn form(app: &App, request: Request, max_files: usize, wish: Wish) -> Result<Vec<RecordingDetails>, Problem> {
    // One file alone can be refused by the length of the form; several are counted one by one.
    let least_bytes = declared_bytes(&request).unwrap_or(0).saturating_sub(MOST_AROUND_A_FILE_BYTES);
    let room = app.services.check_room(&wish).await;
    let early = room.and_then(|()| if max_files == 1 { app.services.check_at_least(least_bytes) } else { Ok(()) });
    let mut form = FormReader::open(request, app.services.silence).await?;
    let received = match early {
        Ok(()) => files(app, &mut form, max_files).await,
        Err(error) => Err(error.into_problem()),
    };
    match received {
        // Only now, when nothing can be refused any more, the first of them is stored.
        Ok(received) => app.services.keep(received, wish).await.map_err(ServiceError::into_problem),
        Err(problem) => {
            drain_with(form.drain());
            Err(problem)
        }
    }
}

/// Receives the files of the form; none of them is stored yet.
async fn files(app: &App, form: &mut FormReader, max_files: usize) -> Result<Vec<Received>, Problem> {
    let mut received = Vec::new();
    while let Some(part) = form.next_part().await? {
        if part.field_name() != Some(FIELD) {
            part.skip().await?;
            continue;
        }
        if received.len() == max_files {
            return Err(Code::BadRequest.limit("The form has too many files.", max_files as f64, None));
        }
        let name = part.file_name();
        received.push(app.services.receive(&name, None, part.content()).await.map_err(ServiceError::into_problem)?);
    }
    if received.is_empty() {
        return Err(Code::BadRequest.problem(format!("The form has no file in a field named `{FIELD}`.")));
    }
    Ok(received)
}
