//! Extractors whose refusals are problems.

use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{FormRejection, JsonRejection},
    },
    http::{StatusCode, Uri, request::Parts},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::failure::Failure;
use crate::problem::Code;

/// The query of the address.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        query(&parts.uri).map(Self)
    }
}

/// The query of an address.
pub fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Failure> {
    Query::try_from_uri(uri).map(|Query(params)| params).map_err(|error| {
        Code::BadRequest.problem(format!("The query cannot be understood: {}.", error.body_text())).into()
    })
}

/// The body as JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let Json(body) = Json::from_request(limited(request), state).await.map_err(|error: JsonRejection| {
            Failure::from(match error.status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Code::TooLarge.limit("The body is too large for an order.", MOST_BYTES as f64, None)
                }
                StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                    Code::UnsupportedMediaType.problem("JSON is expected, as application/json.")
                }
                _ => Code::BadRequest.problem(format!("The body cannot be understood: {}.", error.body_text())),
            })
        })?;
        Ok(Self(body))
    }
}

/// The fields of a form without files.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let read = axum::Form::from_request(limited(request), state).await;
        let axum::Form(fields) = read.map_err(|error: FormRejection| {
            Failure::from(match error.status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Code::TooLarge.limit("The form is too large.", MOST_BYTES as f64, None)
                }
                StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                    Code::UnsupportedMediaType.problem("A form is expected, as application/x-www-form-urlencoded.")
                }
                _ => Code::BadRequest.problem(format!("The form cannot be understood: {}.", error.body_text())),
            })
        })?;
        Ok(Self(fields))
    }
}

/// Longer than any order.
const MOST_BYTES: usize = 64 << 10;

/// The request up to the limit.
fn limited(request: Request) -> Request {
    request.map(|body| axum::body::Body::new(http_body_util::Limited::new(body, MOST_BYTES)))
}

/// The `{id}` of the address.
#[derive(Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let unknown = || Failure::from(Code::NotFound.problem("This is no id."));
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| unknown())?;
        let id = Uuid::try_parse(&text).map_err(|_| unknown())?;
        Ok(Self(id.hyphenated().to_string()))
    }
}
