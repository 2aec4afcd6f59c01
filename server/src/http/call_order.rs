//! How a call of the engine is to be done: at once or as a task, for whom, and how urgently.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, Uri, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::{
    call_query::StftQuery,
    extract::query,
    failure::Failure,
    wish::{WishQuery, wish},
};
use crate::{balancer::Wish, problem::Code};

/// What a client would like (RFC 7240).
const PREFER: HeaderName = HeaderName::from_static("prefer");
/// What of that it got.
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// Not to wait for the answer.
pub(super) const RESPOND_ASYNC: &str = "respond-async";

/// Query of every call.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// true: as a task, however small the sound is.
    task: Option<bool>,
}

impl TaskQuery {
    const KEYS: [&'static str; 1] = ["task"];
}

/// Headers of every call.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // read by name
pub struct OrderHeaders {
    /// respond-async: as a task, however small the sound is (RFC 7240).
    #[param(rename = "prefer")]
    prefer: Option<String>,
    /// Who asks, for the fair share between tasks; `local` unless stated.
    #[param(rename = "das-user")]
    das_user: Option<String>,
    /// Under a key that was used before, the task of that time is answered and nothing is stored; for another sound or
    /// operation it is refused (`key_reused`). For tasks alone.
    #[param(rename = "idempotency-key")]
    idempotency_key: Option<String>,
}

/// How it is to be done.
#[derive(Debug)]
pub struct Order {
    /// As a task, however small the sound is.
    pub as_task: bool,
    /// The header asked for it.
    pub is_preferred: bool,
    /// What is asked of the task.
    pub wish: Wish,
}

/// The query of an operation, and how it is to be done.
#[derive(Debug)]
pub struct Asked<T> {
    /// What is the operation's own.
    pub query: T,
    /// What all of them share.
    pub order: Order,
}

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let (own, order) = order(parts)?;
        Ok(Self { query: query(&own)?, order })
    }
}

/// The same for an operation that works on spectra.
#[derive(Debug)]
pub struct AskedOfStft<T> {
    /// What is the operation's own.
    pub query: T,
    /// The transform behind it.
    pub stft: StftQuery,
    /// What all of them share.
    pub order: Order,
}

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for AskedOfStft<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let (own, order) = order(parts)?;
        let (stft, own) = split(own.query().unwrap_or_default(), |key| StftQuery::KEYS.contains(&key))?;
        Ok(Self { query: query(&own)?, stft: query(&stft)?, order })
    }
}

/// Reads what all calls share; answers the rest of the query.
fn order(parts: &Parts) -> Result<(Uri, Order), Failure> {
    // Each reads its own keys, so that the operation can refuse those that nobody knows.
    let (shared, own) = split(parts.uri.query().unwrap_or_default(), is_shared)?;
    let is_preferred = prefers_async(&parts.headers);
    let TaskQuery { task } = query(&shared)?;
    let wish = wish(query(&shared)?, &parts.headers)?;
    Ok((own, Order { as_task: task.unwrap_or(is_preferred), is_preferred, wish }))
}

/// A key that all calls share.
fn is_shared(key: &str) -> bool {
    TaskQuery::KEYS.contains(&key) || WishQuery::KEYS.contains(&key)
}

/// The pairs whose keys are meant, and the others.
fn split(pairs: &str, is_meant: impl Fn(&str) -> bool) -> Result<(Uri, Uri), Failure> {
    let (meant, others): (Vec<&str>, Vec<&str>) =
        pairs.split('&').partition(|pair| is_meant(pair.split('=').next().unwrap_or_default()));
    let uri = |pairs: Vec<&str>| {
        let failed = |_| Failure::from(Code::BadRequest.problem("The query cannot be understood."));
        format!("/?{}", pairs.join("&")).parse::<Uri>().map_err(failed)
    };
    Ok((uri(meant)?, uri(others)?))
}

/// True when one of the preferences is not to wait.
fn prefers_async(headers: &HeaderMap) -> bool {
    let values = headers.get_all(PREFER).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|preference| {
        preference.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(RESPOND_ASYNC))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_pairs_go_where_they_belong() {
        let (shared, own) = split("rate_hz=8000&task=true&priority=3&name=a%26task%3D1.wav", is_shared).unwrap();
        assert_eq!(shared.query(), Some("task=true&priority=3"));
        assert_eq!(own.query(), Some("rate_hz=8000&name=a%26task%3D1.wav"));
        let (shared, own) = split("", is_shared).unwrap();
        assert_eq!((shared.query(), own.query()), (Some(""), Some("")));
    }

    #[test]
    fn preferences_are_lists() {
        let prefers = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, value.parse().unwrap());
            }
            prefers_async(&headers)
        };
        assert!(prefers(&["respond-async"]) && prefers(&["return=minimal, Respond-Async; foo=bar, wait=10"]));
        assert!(prefers(&["wait=10", "respond-async"]));
        assert!(!prefers(&[]) && !prefers(&["respond"]) && !prefers(&["handling=respond-async"]));
    }
}
