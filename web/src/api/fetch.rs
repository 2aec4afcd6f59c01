use std::future::Future;

use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use crate::{
    model::{BalancerView, DecisionLog, Problem, RecordingDetails, RecordingPage, TaskPage, UploadRules},
    problem,
};

/// A page of the index.
pub fn recordings(after: Option<String>, limit: u32) -> impl Future<Output = Result<RecordingPage, Problem>> + Send {
    let after = after.map(|after| format!("&after={}", encoded(&after))).unwrap_or_default();
    get(format!("/api/das?limit={limit}{after}"))
}

/// One recording.
pub fn recording(id: String) -> impl Future<Output = Result<RecordingDetails, Problem>> + Send {
    get(format!("/api/das/{}", encoded(&id)))
}

/// What the server accepts.
pub fn upload_rules() -> impl Future<Output = Result<UploadRules, Problem>> + Send {
    get("/api/das/upload".to_owned())
}

/// The Balancer at a glance.
pub fn balancer() -> impl Future<Output = Result<BalancerView, Problem>> + Send {
    get("/api/balancer".to_owned())
}

/// The newest tasks in a state.
pub fn tasks(state: String) -> impl Future<Output = Result<TaskPage, Problem>> + Send {
    get(format!("/api/balancer/tasks?state={}", encoded(&state)))
}

/// The latest decisions of the Balancer, newest first.
pub fn decisions(limit: u32) -> impl Future<Output = Result<DecisionLog, Problem>> + Send {
    get(format!("/api/balancer/decisions?limit={limit}"))
}

/// The waveform of a finished recording.
pub fn waveform(id: String) -> impl Future<Output = Result<dsp::waveform::Waveform, Problem>> + Send {
    get(format!("/api/das/{}/waveform.json", encoded(&id)))
}

/// Removes a recording and everything that was made from it.
pub fn delete(id: String) -> impl Future<Output = Result<(), Problem>> + Send {
    SendWrapper::new(async move { request("DELETE", &format!("/api/das/{}", encoded(&id))).await.map(drop) })
}

/// Cancels the analysis of a recording.
pub fn cancel(id: String) -> impl Future<Output = Result<(), Problem>> + Send {
    SendWrapper::new(async move { request("POST", &format!("/api/das/{}/cancel", encoded(&id))).await.map(drop) })
}

/// A refused form is answered by the server's page.
pub fn form_problem() -> Option<Problem> {
    None
}

/// The status line has been read already.
pub fn answer_not_found() {}

/// Makes a text fit for a URL.
fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

/// Fetches and reads a JSON document.
fn get<T: DeserializeOwned>(url: String) -> impl Future<Output = Result<T, Problem>> + Send {
    SendWrapper::new(async move {
        let text = request("GET", &url).await?;
        serde_json::from_str(&text).map_err(|error| problem::network(format!("The answer could not be read: {error}.")))
    })
}

async fn request(method: &str, url: &str) -> Result<String, Problem> {
    let offline = |_| problem::network("The server cannot be reached. Check the connection and try again.");
    let window = web_sys::window().ok_or_else(|| problem::internal("There is no window."))?;
    let options = RequestInit::new();
    options.set_method(method);
    let response = JsFuture::from(window.fetch_with_str_and_init(url, &options)).await.map_err(offline)?;
    let response: Response = response.dyn_into().map_err(offline)?;
    let text =
        JsFuture::from(response.text().map_err(offline)?).await.map_err(offline)?.as_string().unwrap_or_default();
    if response.ok() { Ok(text) } else { Err(problem::refusal(response.status(), &text)) }
}
