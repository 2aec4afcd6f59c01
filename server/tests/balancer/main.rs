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

/// What browsers accept.
const PAGES: [(&str, &str); 1] = [("accept", "text/html,*/*;q=0.8")];

/// The page of the Balancer, with the problem on it.
fn is_page_with(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status.as_u16(), status, "{code}: {}", reply.text());
    assert!(reply.header("content-type").starts_with("text/html"), "{code}: {}", reply.text());
    for part in [format!("data-code=\"{code}\""), "data-testid=\"policy\"".into(), "chart-throughput".into()] {
        assert!(reply.text().contains(&part), "{part} in {}", reply.text());
    }
}

async fn upload_with(server: &Server, query: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(format!("/api/das/upload?name=a.wav&{query}")).header("content-type", "audio/wav");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(sine(0.3).into()).unwrap()).await
}
