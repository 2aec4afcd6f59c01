//! The engine by itself: a sound in the body, one operation, its result as the answer or as that of a task.

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use dsp::{Parameters, engine::Operation};
use futures::StreamExt;
use tokio_util::io::ReaderStream;
use utoipa::IntoResponses;
use web::model::{CallView, Problem};

use super::{
    App,
    call_order::{Asked, AskedOfStft, Order, OrderHeaders, PREFERENCE_APPLIED, RESPOND_ASYNC, TaskQuery},
    call_query::{AnalysisQuery, FftQuery, MixQuery, ResampleQuery, SpectrogramQuery, StftQuery},
    drain::drain,
    failure::Failure,
    original::{disposition, header_value},
    upload::{BodyKind, body_kind, declared_bytes},
    wish::WishQuery,
};
use crate::{
    problem::Code,
    service::{
        calls::{Answer, Call, Called},
        error::ServiceError,
    },
    storage::StorageError,
};

/// What every operation may answer in place of its result.
#[derive(IntoResponses)]
#[allow(dead_code)] // read by the description of the API alone
enum Otherwise {
    /// It became a task: the sound is large, or that was asked for.
    #[response(status = 202, headers(("location" = String, description = "Address of the call")))]
    Task(Box<CallView>),
    /// Over the limit of bytes of uploads.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// A task, and the queue is full; see Retry-After.
    #[response(status = 429, content_type = "application/problem+json")]
    QueueFull(Problem),
    /// Refused.
    #[response(status = "default", content_type = "application/problem+json")]
    Refused(Problem),
}

/// Mean and largest power of every frequency over the whole sound, at its own rate.
#[utoipa::path(post, path = "/api/engine/fft", tag = "engine", params(FftQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "application/json", description = "Levels in dBFS, cell k centred on k x bin_width_hz"),
        Otherwise))]
pub async fn fft(
    State(app): State<App>,
    Asked { query, order }: Asked<FftQuery>,
    request: Request,
) -> Result<Response, Failure> {
    call(&app, query.operation()?, Parameters::default(), query.name, order, request).await
}

/// The sound at another rate, as WAV.
#[utoipa::path(post, path = "/api/engine/resample", tag = "engine", params(ResampleQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "audio/wav", description = "The same channels at the other rate"),
        Otherwise))]
pub async fn resample(
    State(app): State<App>,
    Asked { query, order }: Asked<ResampleQuery>,
    request: Request,
) -> Result<Response, Failure> {
    call(&app, query.operation()?, Parameters::default(), query.name, order, request).await
}

/// All channels mixed to one or two, as WAV.
///
/// The body is one sound, so what is mixed are the channels of that sound, with the coefficients that its layout has. Tracks of
/// several files with gain and pan are not mixed here: they would have to lie here all at once before the first sample of the
/// mix is known. `mix_tracks` of the engine's library does that.
#[utoipa::path(post, path = "/api/engine/mix", tag = "engine", params(MixQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "audio/wav", description = "The mix, at the rate of the sound"),
        Otherwise))]
pub async fn mix(
    State(app): State<App>,
    Asked { query, order }: Asked<MixQuery>,
    request: Request,
) -> Result<Response, Failure> {
    call(&app, query.operation()?, Parameters::default(), query.name, order, request).await
}

/// A picture of the spectrogram: all of the time, 0 Hz at the bottom, no axes.
#[utoipa::path(post, path = "/api/engine/spectrogram", tag = "engine",
    params(SpectrogramQuery, StftQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "image/png", description = "The picture"),
        Otherwise))]
pub async fn spectrogram(
    State(app): State<App>,
    AskedOfStft { query, stft, order }: AskedOfStft<SpectrogramQuery>,
    request: Request,
) -> Result<Response, Failure> {
    call(&app, query.operation()?, stft.parameters()?, query.name, order, request).await
}

/// The analysis document. It names the parameters that it was made with.
#[utoipa::path(post, path = "/api/engine/analysis", tag = "engine",
    params(AnalysisQuery, StftQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "application/json", description = "Analysis, as for recordings"),
        Otherwise))]
pub async fn analysis(
    State(app): State<App>,
    AskedOfStft { query, stft, order }: AskedOfStft<AnalysisQuery>,
    request: Request,
) -> Result<Response, Failure> {
    let parameters = Parameters { measures: query.measures()?, ..stft.parameters()? };
    call(&app, Operation::Analysis {}, parameters, query.name, order, request).await
}

async fn call(
    app: &App,
    operation: Operation,
    parameters: Parameters,
    name: Option<String>,
    order: Order,
    request: Request,
) -> Result<Response, Failure> {
    if !matches!(body_kind(&request), BodyKind::Sound) {
        drain(request.into_body().into_data_stream());
        let detail = "Send the sound itself as audio/* or application/octet-stream.";
        return Err(Code::UnsupportedMediaType.problem(detail).into());
    }
    let declared = declared_bytes(&request);
    let mut chunks = request.into_body().into_data_stream();
    let Order { as_task, is_preferred, wish } = order;
    let call = Call { operation, parameters, raw_name: name.unwrap_or_default(), as_task, wish };
    match app.services.call(call, declared, &mut chunks).await {
        Ok(Called::Answer(answer)) => answered(answer).await,
        Ok(Called::Task(call)) => Ok(accepted(*call, is_preferred)),
        Err(error) => {
            drain(chunks);
            Err(error.into())
        }
    }
}

async fn answered(answer: Answer) -> Result<Response, Failure> {
    let failed = |error| Failure::from(ServiceError::from(StorageError::from(error)));
    let file = tokio::fs::File::open(&answer.path).await.map_err(failed)?;
    let length = file.metadata().await.map_err(failed)?.len();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(answer.media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, header_value(&disposition(&answer.name, true))),
    ];
    // The file goes when the last byte has gone, or the receiver has.
    let body = ReaderStream::new(file).map(move |chunk| {
        let _until_then = &answer;
        chunk
    });
    Ok((headers, Body::from_stream(body)).into_response())
}

fn accepted(call: CallView, is_preferred: bool) -> Response {
    let headers = [
        (header::LOCATION, header_value(&call.links.call)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (StatusCode::ACCEPTED, headers, Json(call)).into_response();
    if is_preferred {
        response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(RESPOND_ASYNC));
    }
    response
}
