//! The engine by itself: a sound in the body, one operation, its result as the answer or as that of a task.

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use dsp::{
    Measures, Parameters,
    engine::{FftRequest, MixingRequest, Operation, ResamplingRequest, SpectrogramRequest},
    palette::Palette,
    wav::Encoding,
    window::Window,
};
use futures::StreamExt;
use serde::{Deserialize, de::DeserializeOwned};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, IntoResponses};
use web::model::{CallView, Problem};

use super::{
    App,
    call_order::{Asked, Order, OrderHeaders, PREFERENCE_APPLIED, RESPOND_ASYNC, TaskQuery},
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

/// Query of `fft`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FftQuery {
    /// Name of the file; its ending helps to tell the format.
    name: Option<String>,
    /// Frames in one window, a power of two from 64 to 65536; 2048 unless stated.
    window_length_frames: Option<u32>,
    /// Frames from one window to the next, 1 to the window length; 512 unless stated.
    hop_frames: Option<u32>,
    /// Shape of the window as in the analysis document; hann_periodic unless stated.
    window: Option<String>,
}

/// Query of `resample`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ResampleQuery {
    /// Name of the file; its ending helps to tell the format.
    name: Option<String>,
    /// Rate of the result in Hz, 100 to 768000; 32000 unless stated.
    rate_hz: Option<u32>,
    /// pcm16, pcm24 or float32, which it is unless stated.
    encoding: Option<String>,
}

/// Query of `mix`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MixQuery {
    /// Name of the file; its ending helps to tell the format.
    name: Option<String>,
    /// pcm16, pcm24 or float32, which it is unless stated.
    encoding: Option<String>,
}

/// Query of `spectrogram`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SpectrogramQuery {
    /// Name of the file; its ending helps to tell the format.
    name: Option<String>,
    /// Pixels in time, 1 to 16384; 1024 unless stated.
    width: Option<u32>,
    /// Pixels in frequency, 1 to 16384; 512 unless stated.
    height: Option<u32>,
    /// Colour map: magma, viridis, ice or gray.
    palette: Option<String>,
    /// Level of the first colour in dBFS; -100 unless stated.
    low_dbfs: Option<f32>,
    /// Level of the last colour in dBFS; 0 unless stated.
    high_dbfs: Option<f32>,
}

/// Query of `analysis`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AnalysisQuery {
    /// Name of the file; its ending helps to tell the format.
    name: Option<String>,
    /// overview or full, which it is unless stated.
    measures: Option<String>,
}

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
    let defaults = FftRequest::default();
    let operation = Operation::Fft(FftRequest {
        window_length_frames: query.window_length_frames.unwrap_or(defaults.window_length_frames),
        hop_frames: query.hop_frames.unwrap_or(defaults.hop_frames),
        window: choice::<Window>("window", query.window.as_deref())?,
    });
    call(&app, operation, Parameters::default(), query.name, order, request).await
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
    let defaults = ResamplingRequest::default();
    let operation = Operation::Resampling(ResamplingRequest {
        rate_hz: query.rate_hz.unwrap_or(defaults.rate_hz),
        encoding: choice::<Encoding>("encoding", query.encoding.as_deref())?,
        ..defaults
    });
    call(&app, operation, Parameters::default(), query.name, order, request).await
}

/// All channels mixed to one, as WAV.
#[utoipa::path(post, path = "/api/engine/mix", tag = "engine", params(MixQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "audio/wav", description = "The mean of all channels"),
        Otherwise))]
pub async fn mix(
    State(app): State<App>,
    Asked { query, order }: Asked<MixQuery>,
    request: Request,
) -> Result<Response, Failure> {
    let encoding = choice::<Encoding>("encoding", query.encoding.as_deref())?;
    let operation = Operation::Mixing(MixingRequest { encoding, ..MixingRequest::default() });
    call(&app, operation, Parameters::default(), query.name, order, request).await
}

/// A picture of the spectrogram: all of the time, 0 Hz at the bottom, no axes.
#[utoipa::path(post, path = "/api/engine/spectrogram", tag = "engine", params(SpectrogramQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "image/png", description = "The picture"),
        Otherwise))]
pub async fn spectrogram(
    State(app): State<App>,
    Asked { query, order }: Asked<SpectrogramQuery>,
    request: Request,
) -> Result<Response, Failure> {
    let defaults = SpectrogramRequest::default();
    let operation = Operation::Spectrogram(SpectrogramRequest {
        width: query.width.unwrap_or(defaults.width),
        height: query.height.unwrap_or(defaults.height),
        palette: choice::<Palette>("palette", query.palette.as_deref())?,
        low_dbfs: query.low_dbfs.unwrap_or(defaults.low_dbfs),
        high_dbfs: query.high_dbfs.unwrap_or(defaults.high_dbfs),
    });
    call(&app, operation, Parameters::default(), query.name, order, request).await
}

/// The analysis document.
#[utoipa::path(post, path = "/api/engine/analysis", tag = "engine", params(AnalysisQuery, TaskQuery, WishQuery, OrderHeaders),
    request_body(content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/*"))),
    responses((status = 200, content_type = "application/json", description = "Analysis, as for recordings"),
        Otherwise))]
pub async fn analysis(
    State(app): State<App>,
    Asked { query, order }: Asked<AnalysisQuery>,
    request: Request,
) -> Result<Response, Failure> {
    let measures = choice::<Measures>("measures", Some(query.measures.as_deref().unwrap_or("full")))?;
    let parameters = Parameters { measures, ..Parameters::default() };
    call(&app, Operation::Analysis {}, parameters, query.name, order, request).await
}

/// A choice by its name in documents.
fn choice<T: DeserializeOwned + Default>(name: &str, value: Option<&str>) -> Result<T, Failure> {
    let Some(value) = value else { return Ok(T::default()) };
    serde_json::from_value(value.into()).map_err(|error| {
        let shown: String = value.chars().take(40).collect();
        Code::BadRequest.problem(format!("{name} cannot be {shown:?}: {error}.")).into()
    })
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
