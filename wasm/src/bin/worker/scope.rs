//! The worker's global scope: sending, fetching, waiting, and the clock.

use std::cell::OnceCell;

use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web::{
    model::Problem,
    preview::protocol::{Envelope, Event},
    problem,
};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageChannel, Response};

/// The scope itself.
pub fn global() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the worker began.
pub fn now_ms() -> f64 {
    global().performance().map_or(0.0, |performance| performance.now())
}

/// Sends an event; the attachment is transferred, not copied.
pub fn post(channel: u32, event: Event, attachment: Option<ArrayBuffer>) {
    let Ok(text) = serde_json::to_string(&Envelope { channel, body: event }) else { return };
    let message = Array::of1(&JsValue::from_str(&text));
    let transfer = Array::new();
    if let Some(buffer) = attachment {
        message.push(&buffer);
        transfer.push(&buffer);
    }
    // It fails when the page is gone, and then nobody waits.
    let _ = global().post_message_with_transfer(&message, &transfer);
}

/// Sends a problem.
pub fn fail(channel: u32, problem: Problem) {
    post(channel, Event::Failed { problem }, None);
}

/// Copies bytes into a buffer that can be transferred.
pub fn buffer(bytes: &[u8]) -> ArrayBuffer {
    Uint8Array::from(bytes).buffer()
}

/// Lets the worker hear its messages. A message to oneself: timers wait at least 4 ms.
pub async fn breathe() {
    thread_local! {
        static CHANNEL: OnceCell<Option<MessageChannel>> = const { OnceCell::new() };
    }
    let promise = Promise::new(&mut |resolve: Function, _| {
        CHANNEL.with(|channel| match channel.get_or_init(|| MessageChannel::new().ok()) {
            Some(channel) => {
                channel.port1().set_onmessage(Some(&resolve));
                let _ = channel.port2().post_message(&JsValue::NULL);
            }
            None => drop(resolve.call0(&JsValue::UNDEFINED)),
        });
    });
    let _ = JsFuture::from(promise).await;
}

async fn fetch(url: &str) -> Result<Response, Problem> {
    let unreachable = |_| problem::network("The server cannot be reached. Check the connection and try again.");
    let response = JsFuture::from(global().fetch_with_str(url)).await.map_err(unreachable)?;
    let response: Response = response.dyn_into().map_err(unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    let text = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    Err(problem::refusal(response.status(), &text.as_string().unwrap_or_default()))
}

/// Fetches bytes into memory.
pub async fn fetch_bytes(url: &str) -> Result<Vec<u8>, Problem> {
    let broken = |_| problem::network("The connection broke while the spectrogram was on its way.");
    let response = fetch(url).await?;
    let buffer = JsFuture::from(response.array_buffer().map_err(broken)?).await.map_err(broken)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Fetches bytes into a blob, which the browser may keep on disk.
pub async fn fetch_blob(url: &str) -> Result<Blob, Problem> {
    let broken = |_| problem::network("The connection broke while the original was on its way.");
    let response = fetch(url).await?;
    JsFuture::from(response.blob().map_err(broken)?).await.map_err(broken)?.dyn_into().map_err(broken)
}
