//! Extractors whose refusals are problems.

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::request::Parts,
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
        Query::try_from_uri(&parts.uri).map(|Query(params)| Self(params)).map_err(|error| {
            Failure::from(Code::BadRequest.problem(format!("The query cannot be understood: {}.", error.body_text())))
        })
    }
}

/// The `{id}` of the address.
#[derive(Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let unknown = || Failure::from(Code::NotFound.problem("This is no id of a recording."));
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| unknown())?;
        let id = Uuid::try_parse(&text).map_err(|_| unknown())?;
        Ok(Self(id.hyphenated().to_string()))
    }
}
