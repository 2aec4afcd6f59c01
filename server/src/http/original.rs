//! The recording as it was submitted.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;
use web::model::Problem;

use super::{
    App,
    extract::{Id, Params},
    failure::Failure,
    range::{Wanted, wanted},
};
use crate::{problem::Code, storage::BlobKey};

/// Media types of the containers; the names are the decoder's.
const MEDIA_TYPES: [(&str, &str); 8] = [
    ("wave", "audio/wav"),
    ("wav", "audio/wav"),
    ("aiff", "audio/aiff"),
    ("flac", "audio/flac"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("isomp4", "audio/mp4"),
    ("aac", "audio/aac"),
];

/// Query of the original.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OriginalQuery {
    /// 1: offer it for saving instead of playing it.
    #[serde(default)]
    download: u8,
}

/// The file as it was submitted, whole or a range of bytes.
#[utoipa::path(get, path = "/api/das/{id}/original", tag = "recordings",
    params(("id" = String, Path, description = "Recording id"), OriginalQuery,
        ("range" = Option<String>, Header, description = "One range of bytes"),
        ("if-range" = Option<String>, Header, description = "ETag for which the range holds")),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
        (status = 206, description = "The range", content_type = "application/octet-stream"),
        (status = 304, description = "The caller has it already"),
        (status = 416, body = Problem, content_type = "application/problem+json", description = "The range lies outside of the file"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn original(
    State(app): State<App>,
    Id(id): Id,
    Params(query): Params<OriginalQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (recording, key, size_bytes) = app.services.original(&id).await?;
    let media_type = MEDIA_TYPES
        .iter()
        .find(|(container, _)| *container == recording.container)
        .map_or("application/octet-stream", |(_, media_type)| media_type);
    let file = StoredFile { key, size_bytes, media_type, name: &recording.name, download: query.download == 1 };
    Ok(file.respond(&app, &headers))
}

/// A blob that is sent as a file.
pub(super) struct StoredFile<'a> {
    /// Its key.
    pub key: BlobKey,
    /// Its length.
    pub size_bytes: u64,
    /// Its media type.
    pub media_type: &'a str,
    /// What to call it.
    pub name: &'a str,
    /// For saving instead of showing.
    pub download: bool,
}

impl StoredFile<'_> {
    /// The whole file, the range that is asked for, or that the caller has it already.
    pub fn respond(self, app: &App, headers: &HeaderMap) -> Response {
        let Self { key, size_bytes, media_type, name, download } = self;
        // What may be compressed on the way is not the same byte by byte.
        let weak = if media_type == "application/json" { "W/" } else { "" };
        let etag = format!("{weak}\"{key}\"");
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let common = [
            (header::ETAG, header_value(&etag)),
            (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (header::CONTENT_DISPOSITION, header_value(&disposition(name, download))),
        ];
        if text(header::IF_NONE_MATCH).is_some_and(|known| matches_etag(known, &etag)) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        // A range of another version of the file would be glued to the wrong part.
        let holds = text(header::IF_RANGE).is_none_or(|condition| weak.is_empty() && condition.trim() == etag);
        let range = if holds { wanted(text(header::RANGE), size_bytes) } else { Wanted::Whole };
        let (status, part) = match range {
            Wanted::Whole => (StatusCode::OK, 0..size_bytes),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
            Wanted::Nothing => {
                let problem =
                    Code::RangeNotSatisfiable.limit("The range lies outside of the file.", size_bytes as f64, None);
                let refused = Failure::from(problem);
                return ([(header::CONTENT_RANGE, format!("bytes */{size_bytes}"))], refused).into_response();
            }
        };
        let length = part.end - part.start;
        let place = (status == StatusCode::PARTIAL_CONTENT)
            .then(|| [(header::CONTENT_RANGE, format!("bytes {}-{}/{size_bytes}", part.start, part.end - 1))]);
        let body = Body::from_stream(app.services.storage.stream(key, part));
        let kind = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_LENGTH, length.to_string())];
        let mut response = (status, common, kind, body).into_response();
        if let Some([(name, value)]) = place {
            response.headers_mut().insert(name, header_value(&value));
        }
        response
    }
}

pub(super) fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// True when an `If-None-Match` header names this tag (weak comparison).
pub(super) fn matches_etag(header: &str, etag: &str) -> bool {
    let opaque = etag.trim_start_matches("W/");
    header.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == opaque)
}

/// RFC 6266 with the plain form for old clients and the UTF-8 form of RFC 8187.
pub(super) fn disposition(name: &str, download: bool) -> String {
    let kind = if download { "attachment" } else { "inline" };
    let plain: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' => '_',
            ' '..='~' => character,
            _ => '_',
        })
        .collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&+^`|#".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_header() {
        assert_eq!(disposition("a b.wav", true), "attachment; filename=\"a b.wav\"; filename*=UTF-8''a%20b.wav");
        assert_eq!(disposition("\"ü;.wav", false), "inline; filename=\"__;.wav\"; filename*=UTF-8''%22%C3%BC%3B.wav");
    }

    #[test]
    fn tags_are_compared_weakly() {
        assert!(
            matches_etag("\"a\", W/\"b\"", "\"b\"") && matches_etag("*", "\"b\"") && matches_etag("\"b\"", "W/\"b\"")
        );
        assert!(!matches_etag("\"a\"", "\"b\"") && !matches_etag("", "\"b\""));
    }
}
