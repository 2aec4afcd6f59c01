//! Extractors whose refusals are problems.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{Uri, request::Parts},
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
        /// Orders are short.
        const MOST_BYTES: usize = 64 << 10;
        let request = request.map(|body| axum::body::Body::new(http_body_util::Limited::new(body, MOST_BYTES)));
        let Json(body) = Json::from_request(request, state).await.map_err(|error: JsonRejection| {
            Failure::from(Code::BadRequest.problem(format!("The body cannot be understood: {}.", error.body_text())))
        })?;
        Ok(Self(body))
    }
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
