use std::sync::Arc;

use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::{
    backend::{Backend, FormProblem},
    model::{BalancerView, DecisionLog, Problem, RecordingDetails, RecordingPage, TaskPage, UploadRules},
    problem,
};

fn services() -> Result<Arc<dyn Backend>, Problem> {
    use_context::<Arc<dyn Backend>>().ok_or_else(|| problem::internal("The page was rendered without its services."))
}

/// A page of the index.
pub async fn recordings(after: Option<String>, limit: u32) -> Result<RecordingPage, Problem> {
    services()?.recordings(after, limit).await
}

/// One recording. Sets the status of the response when there is none.
pub async fn recording(id: String) -> Result<RecordingDetails, Problem> {
    let services = services()?;
    let response = use_context::<ResponseOptions>();
    let answer = services.recording(id).await;
    if let (Err(problem), Some(response)) = (&answer, response) {
        set_status(&response, problem.status);
    }
    answer
}

/// What the server accepts.
pub async fn upload_rules() -> Result<UploadRules, Problem> {
    services()?.upload_rules().await
}

/// The Balancer at a glance.
pub async fn balancer() -> Result<BalancerView, Problem> {
    services()?.balancer().await
}

/// The newest tasks in a state.
pub async fn tasks(state: String) -> Result<TaskPage, Problem> {
    services()?.tasks(state).await
}

/// The latest decisions of the Balancer, newest first.
pub async fn decisions(limit: u32) -> Result<DecisionLog, Problem> {
    services()?.decisions(limit).await
}

/// The waveform of a finished recording. Drawn in the browser only, which asks `/api`.
pub async fn waveform(_id: String) -> Result<dsp::waveform::Waveform, Problem> {
    Err(problem::internal("Waveforms are read through /api."))
}

/// Removes a recording. Pages rendered on the server never do; the browser asks `/api`.
pub async fn delete(_id: String) -> Result<(), Problem> {
    Err(problem::internal("Recordings are deleted through /api."))
}

/// Cancels an analysis. Pages rendered on the server never do; the browser asks `/api`.
pub async fn cancel(_id: String) -> Result<(), Problem> {
    Err(problem::internal("Tasks are cancelled through /api."))
}

/// The problem of the form that was just refused, if this page answers one.
pub fn form_problem() -> Option<Problem> {
    use_context::<FormProblem>().map(|problem| problem.0)
}

/// Sets the status of the response to "not found".
pub fn answer_not_found() {
    if let Some(response) = use_context::<ResponseOptions>() {
        set_status(&response, 404);
    }
}

fn set_status(response: &ResponseOptions, status: u16) {
    if let Ok(status) = http::StatusCode::from_u16(status) {
        response.set_status(status);
    }
}
