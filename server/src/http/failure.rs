//! Problems as responses.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Response, StatusCode, header},
    middleware::Next,
    response::IntoResponse,
};
use web::model::Problem;

use crate::{
    problem::{Code, internal},
    service::error::ServiceError,
};

/// Media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A refused request.
#[derive(Debug)]
pub struct Failure(pub Box<Problem>);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        error.into_problem().into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let mut response = (status, headers, body).into_response();
        if let Some(seconds) = self.0.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Turns what the framework refuses by itself (unknown path, wrong method, broken header) into problems too.
pub async fn ensure_problem(request: Request, next: Next) -> Response<Body> {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // A HEAD request gets the headers of a problem without its body, which is fine too.
    if kind.starts_with(PROBLEM_JSON) || kind.starts_with("text/html") {
        return response;
    }
    let mut replaced = Failure::from(Problem { status: status.as_u16(), ..for_status(status) }).into_response();
    for name in [header::ALLOW, header::CONTENT_RANGE, header::ACCEPT_RANGES] {
        if let Some(value) = response.headers().get(&name) {
            replaced.headers_mut().insert(name, value.clone());
        }
    }
    replaced
}

fn for_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound.problem("There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => {
            Code::MethodNotAllowed.problem("This address does not take that method; see the Allow header.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge.problem("The body of the request is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Code::UnsupportedMediaType.problem("The body has a content type that is not accepted here.")
        }
        StatusCode::RANGE_NOT_SATISFIABLE => Code::RangeNotSatisfiable.problem("The range lies outside of the file."),
        status if status.is_server_error() => internal(),
        _ => Code::BadRequest.problem("The request cannot be understood."),
    }
}

/// A handler that panicked: logged, and answered like any other fault of ours.
pub fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    let message = cause
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(%message, "a handler panicked");
    Failure::from(internal()).into_response()
}
