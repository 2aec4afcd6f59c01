//! The description of the API, generated from the handlers.

use axum::Json;
use utoipa::OpenApi;

use super::{
    artifacts, balancer, balancer_events, call_tasks, calls, events, health, metrics, original, recordings, tasks,
    upload,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "DAS", description = "Digital audio server: submit recordings, watch their analysis, fetch the result."),
    paths(
        recordings::index,
        recordings::rules,
        recordings::details,
        recordings::delete,
        upload::upload,
        artifacts::analysis,
        artifacts::spectrogram_bin,
        artifacts::spectrogram_png,
        artifacts::waveform,
        original::original,
        events::events,
        calls::fft,
        calls::resample,
        calls::mix,
        calls::spectrogram,
        calls::analysis,
        call_tasks::view,
        call_tasks::delete,
        call_tasks::result,
        call_tasks::cancel,
        tasks::report,
        tasks::cancel,
        tasks::retry,
        balancer::view,
        balancer::policy,
        balancer::drain,
        balancer::resume_all,
        balancer::pause,
        balancer::resume,
        balancer::decisions,
        balancer_events::events,
        balancer::tasks,
        balancer::cancel_all,
        balancer::task,
        balancer::cancel,
        balancer::retry,
        balancer::priority,
        openapi,
        health::healthz,
        metrics::metrics,
    ),
    tags(
        (name = "upload", description = "Sound in"),
        (name = "recordings", description = "What is stored"),
        (name = "results", description = "What was found out"),
        (name = "engine", description = "One-off calls: answered at once for small sounds, tasks for large ones"),
        (name = "balancer", description = "Who works on what, and what is next"),
        (name = "operation", description = "For whoever runs the server"),
    )
)]
struct Api;

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation",
    responses((status = 200, content_type = "application/json", description = "OpenAPI 3.1")))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::http::router::routes;

    #[test]
    fn describes_every_api_route_and_nothing_else() {
        let document = serde_json::to_value(Api::openapi()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let mut described: Vec<(String, String)> = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            described.extend(methods.as_object().unwrap().keys().map(|method| (path.clone(), method.to_uppercase())));
        }
        let mut served: Vec<(String, String)> = routes()
            .iter()
            .filter(|route| route.path.starts_with("/api/") || ["/healthz", "/metrics"].contains(&route.path))
            .map(|route| (route.path.to_owned(), route.method.to_string()))
            .collect();
        described.sort();
        served.sort();
        assert_eq!(described, served);
    }

    #[test]
    fn every_operation_of_the_engine_says_what_it_may_answer() {
        let document = serde_json::to_value(Api::openapi()).unwrap();
        let problem = "/content/application~1problem+json/schema/$ref";
        for operation in ["fft", "resample", "mix", "spectrogram", "analysis"] {
            let responses = &document["paths"][format!("/api/engine/{operation}")]["post"]["responses"];
            let mut statuses: Vec<_> = responses.as_object().unwrap().keys().map(String::as_str).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, ["200", "202", "413", "429", "default"], "{operation}");
            for (_, response) in responses.as_object().unwrap() {
                assert!(!response["description"].as_str().unwrap().is_empty(), "{operation}: {response}");
            }
            assert!(responses["200"]["content"].is_object(), "{operation}");
            let accepted = &responses["202"];
            assert_eq!(accepted["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/CallView");
            assert!(accepted["headers"]["location"].is_object(), "{operation}: {accepted}");
            for status in ["413", "429", "default"] {
                let schema = responses[status].pointer(problem);
                assert_eq!(schema, Some(&"#/components/schemas/Problem".into()), "{operation} {status}");
            }
        }
    }

    #[test]
    fn what_is_cancelled_at_once_is_not_chosen_by_pages() {
        let document = serde_json::to_value(Api::openapi()).unwrap();
        let names = |path: &str, method: &str| -> Vec<String> {
            let parameters = document["paths"][path][method]["parameters"].as_array().unwrap();
            parameters.iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names("/api/balancer/tasks/cancel", "post"), ["state", "class", "user"]);
        assert_eq!(names("/api/balancer/tasks", "get"), ["state", "class", "user", "after", "limit"]);
    }
}
