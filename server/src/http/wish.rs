//! What callers say about a task: who asks, and how urgently.
//!
//! There are no accounts yet and only this machine can ask, so a program may name any user; who names none is `local`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, request::Parts},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{extract::query, failure::Failure};
use crate::{
    balancer::{TaskError, User, Wish},
    service::{balancer::class, error::ServiceError},
};

/// Names the user.
const USER: HeaderName = HeaderName::from_static("das-user");
/// Makes a repeated request harmless.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Query of a request that starts a task.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WishQuery {
    /// Hardware: `cpu` unless stated, or `accelerator`, `browser`.
    class: Option<String>,
    /// -100 to 100; 0 unless stated. Higher is sooner where the policy looks at it.
    priority: Option<i64>,
    /// Seconds before the task may start.
    delay_s: Option<f64>,
    /// Longest time of an attempt, in seconds; learned from earlier tasks unless stated.
    deadline_s: Option<f64>,
}

impl WishQuery {
    /// Its keys.
    pub const KEYS: [&'static str; 4] = ["class", "priority", "delay_s", "deadline_s"];
}

/// The wishes of a request.
#[derive(Debug)]
pub struct Wished(pub Wish);

impl<S: Sync> FromRequestParts<S> for Wished {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        wish(query(&parts.uri)?, &parts.headers).map(Self)
    }
}

/// The wishes of a query and headers.
pub(super) fn wish(query: WishQuery, headers: &HeaderMap) -> Result<Wish, Failure> {
    checked(query, headers).map_err(|error| ServiceError::from(error).into())
}

fn checked(query: WishQuery, headers: &HeaderMap) -> Result<Wish, TaskError> {
    // An unreadable value is a value: it must not pass for an absent one.
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let mut wish = Wish::new();
    if let Some(user) = text(USER) {
        wish = wish.user(User::parse(user)?);
    }
    if let Some(name) = query.class {
        wish = wish.class(class(&name)?);
    }
    if let Some(priority) = query.priority {
        wish = wish.priority(priority)?;
    }
    if let Some(delay_s) = query.delay_s {
        wish = wish.delay_s(delay_s)?;
    }
    if let Some(deadline_s) = query.deadline_s {
        wish = wish.deadline_s(deadline_s)?;
    }
    if let Some(key) = text(IDEMPOTENCY_KEY) {
        wish = wish.dedupe_key(key)?;
    }
    Ok(wish)
}
