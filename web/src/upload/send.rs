//! One upload with a progress bar: the file's bytes as the body of one request. `XMLHttpRequest`, because `fetch` does not say
//! how much has been sent.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use futures::channel::oneshot;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use crate::{
    model::{Problem, RecordingDetails},
    problem,
};

thread_local! {
    static RUNNING: RefCell<BTreeMap<u32, XmlHttpRequest>> = const { RefCell::new(BTreeMap::new()) };
}

/// Sends a file. `progress` hears the share that has been sent.
pub async fn send(number: u32, file: File, progress: impl Fn(f32) + 'static) -> Result<RecordingDetails, Problem> {
    let unsent = || problem::network("The browser could not begin the upload.");
    let request = XmlHttpRequest::new().map_err(|_| unsent())?;
    let name = String::from(js_sys::encode_uri_component(&file.name()));
    request.open_with_async("POST", &format!("/api/das/upload?name={name}"), true).map_err(|_| unsent())?;
    request.set_request_header("Content-Type", "application/octet-stream").map_err(|_| unsent())?;
    request.set_request_header("Accept", "application/json").map_err(|_| unsent())?;

    let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.total() > 0.0 {
            progress((event.loaded() / event.total()) as f32);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    }
    let (ended, end) = oneshot::channel();
    let ended = Cell::new(Some(ended));
    // `loadend` follows success, failure and abort alike.
    let on_end = Closure::<dyn FnMut(ProgressEvent)>::new(move |_| {
        ended.take().into_iter().for_each(|ended| ended.send(()).unwrap_or_default())
    });
    request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));

    RUNNING.with_borrow_mut(|running| running.insert(number, request.clone()));
    let sent = request.send_with_opt_blob(Some(&file)).map_err(|_| unsent());
    if sent.is_ok() {
        let _ = end.await;
    }
    let cancelled = RUNNING.with_borrow_mut(|running| running.remove(&number)).is_none();
    request.set_onloadend(None);
    sent?;
    if cancelled {
        return Err(problem::problem(
            0,
            "cancelled",
            problem::title("cancelled"),
            "The upload was stopped. Nothing was stored.",
        ));
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200..=299) => serde_json::from_str(&text)
            .map_err(|error| problem::network(format!("The answer could not be read: {error}."))),
        Ok(status) if status > 0 => Err(problem::refusal(status, &text)),
        _ => Err(problem::network("The connection broke during the upload. Nothing was stored; try again.")),
    }
}

/// Stops an upload.
pub fn cancel(number: u32) {
    if let Some(request) = RUNNING.with_borrow_mut(|running| running.remove(&number)) {
        // An aborted request ends like any other.
        let _ = request.abort();
    }
}
