//! The Balancer through its API: orders, explanations, refusals.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod administration;
mod coming;
mod ending;
mod refusals;

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use common::{Reply, Server, config, sine};
use server::config::{Balancer, Config, Engine};
use web::model::{
    Affected, BalancerView, CallView, DecisionLog, PolicyName, RecordingDetails, TaskPage, TaskReport, TaskState,
    TaskView, WaitCause,
};

async fn order(server: &Server, method: &str, path: &str, body: Option<&str>) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    server.send(request.body(body.map_or_else(Body::empty, |body| body.to_owned().into())).unwrap()).await
}

async fn post(server: &Server, path: &str) -> Reply {
    order(server, "POST", path, None).await
}

async fn form(server: &Server, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body.to_owned())).unwrap()).await
}
