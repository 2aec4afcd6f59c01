//! Is the program well?

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{App, failure::Failure};

/// State of the program.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    /// Version of the program.
    version: &'static str,
    /// Recordings that are stored.
    recordings: u64,
}

/// Answers when the database does.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = Health, description = "Well")))]
pub async fn healthz(State(app): State<App>) -> Result<Json<Health>, Failure> {
    let recordings = app.services.recordings(None, 1).await?.total;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), recordings }))
}
