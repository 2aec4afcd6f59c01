//! The parts of a result: analysis, spectrogram as numbers and as picture, waveform.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use dsp::{grid::View, palette::Palette};
use serde::Deserialize;
use utoipa::IntoParams;
use web::model::Problem;

use super::{
    App,
    extract::{Id, Params},
    failure::Failure,
    original::matches_etag,
};
use crate::{problem::Code, service::error::ServiceError};

const WIDTH: (u32, u32, u32) = (1, 1600, 8192);
const HEIGHT: (u32, u32, u32) = (1, 512, 4096);
/// Levels that make sense as the ends of a colour map.
const LEVELS_DB: (f32, f32) = (-200.0, 100.0);

/// Query of the picture.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PictureQuery {
    /// Pixels in time, 1 to 8192; 1600 unless stated.
    width: Option<u32>,
    /// Pixels in frequency, 1 to 4096; 512 unless stated.
    height: Option<u32>,
    /// Colour map: magma, viridis, ice or gray.
    palette: Option<String>,
    /// Level of the first colour in dBFS.
    low_db: Option<f32>,
    /// Level of the last colour in dBFS.
    high_db: Option<f32>,
}

/// The analysis document.
#[utoipa::path(get, path = "/api/das/{id}/analysis.json", tag = "results", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, content_type = "application/json", description = "Analysis, schema version 2"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn analysis(State(app): State<App>, Id(id): Id, headers: HeaderMap) -> Result<Response, Failure> {
    let stored = app.services.stored_result(&id).await?;
    // The document belongs to the grid: both are made once.
    Ok(cached(
        &headers,
        &format!("analysis-{}-{id}", stored.spectrogram_sha256),
        "application/json",
        stored.analysis.into(),
    ))
}

/// The spectrogram as numbers.
#[utoipa::path(get, path = "/api/das/{id}/spectrogram.bin", tag = "results", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, content_type = "application/octet-stream", description = "Grid of levels in steps of 1/128 dB"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn spectrogram_bin(State(app): State<App>, Id(id): Id, headers: HeaderMap) -> Result<Response, Failure> {
    let (bytes, key) = app.services.spectrogram(&id).await?;
    Ok(cached(&headers, key.as_str(), "application/octet-stream", bytes.into()))
}

/// The waveform overview.
#[utoipa::path(get, path = "/api/das/{id}/waveform.json", tag = "results", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, content_type = "application/json", description = "Minimum, maximum and RMS of each bucket"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn waveform(State(app): State<App>, Id(id): Id, headers: HeaderMap) -> Result<Response, Failure> {
    let (bytes, key) = app.services.waveform(&id).await?;
    Ok(cached(&headers, key.as_str(), "application/json", bytes.into()))
}

/// The spectrogram as a picture: all of the time, 0 Hz at the bottom, no axes.
#[utoipa::path(get, path = "/api/das/{id}/spectrogram.png", tag = "results",
    params(("id" = String, Path, description = "Recording id"), PictureQuery),
    responses((status = 200, content_type = "image/png", description = "The picture"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn spectrogram_png(
    State(app): State<App>,
    Id(id): Id,
    Params(query): Params<PictureQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let width = within("width", query.width, WIDTH)?;
    let height = within("height", query.height, HEIGHT)?;
    let palette = palette(query.palette.as_deref())?;
    let (low, high) = (level("low_db", query.low_db)?, level("high_db", query.high_db)?);
    let stored = app.services.stored_result(&id).await?;
    let tag = format!("{}-{width}-{height}-{}-{low:?}-{high:?}", stored.spectrogram_sha256, palette.name());
    if is_known(&headers, &tag) {
        return Ok(cached(&headers, &tag, "image/png", Body::empty()));
    }
    // Large pictures take memory and time: few at once, and not on the threads that answer everybody else.
    let permit = app.renders.clone().acquire_owned().await;
    let grid = app.services.grid(&id).await?;
    let picture = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let mut view = View { palette, ..View::full(&grid, width, height) };
        view.range_db = (low.unwrap_or(view.range_db.0), high.unwrap_or(view.range_db.1));
        if view.range_db.0 >= view.range_db.1 {
            let problem = Code::BadRequest.problem("low_db must be below high_db.");
            return Err(ServiceError::from(problem));
        }
        grid.to_png(&view).map_err(|error| ServiceError::Damaged { what: "picture", id, reason: error.to_string() })
    })
    .await
    .map_err(ServiceError::from)??;
    Ok(cached(&headers, &tag, "image/png", picture.into()))
}

fn within(name: &str, value: Option<u32>, (min, default, max): (u32, u32, u32)) -> Result<u32, Failure> {
    let value = value.unwrap_or(default);
    if (min..=max).contains(&value) {
        return Ok(value);
    }
    let detail = format!("{name} is {value}; {min} to {max} are accepted.");
    Err(Code::BadRequest.limit(detail, f64::from(max), Some(f64::from(value))).into())
}

fn palette(name: Option<&str>) -> Result<Palette, Failure> {
    let Some(name) = name else { return Ok(Palette::default()) };
    Palette::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Palette::ALL.iter().map(|palette| palette.name()).collect();
        Failure::from(Code::BadRequest.problem(format!("There is no such colour map; there are {}.", known.join(", "))))
    })
}

fn level(name: &str, value: Option<f32>) -> Result<Option<f32>, Failure> {
    let (min, max) = LEVELS_DB;
    match value {
        Some(value) if !(min..=max).contains(&value) => {
            Err(Code::BadRequest.problem(format!("{name} must lie between {min} and {max} dBFS.")).into())
        }
        value => Ok(value),
    }
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let etag = format!("\"{tag}\"");
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| matches_etag(known, &etag))
}

/// Results never change, but they can be deleted: caches keep them and ask. Weak, because they may be compressed on the way.
fn cached(headers: &HeaderMap, tag: &str, media_type: &'static str, body: Body) -> Response {
    let common = [(header::ETAG, format!("W/\"{tag}\"")), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if is_known(headers, tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, media_type)], body).into_response()
}
