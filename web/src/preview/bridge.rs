//! One worker for the whole visit: it outlives pages, so that a preview made while choosing files is still there on the
//! recording's own page.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::{
    model::Problem,
    preview::protocol::{Command, Envelope, Event},
    problem,
};

/// Where Trunk puts the worker; its name carries no hash.
const WORKER_URL: &str = "/dist/worker_loader.js";

/// A channel to the worker. A number: whoever opened it closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel(u32);

/// Hears the events of a channel.
#[derive(Clone)]
struct Handler {
    call: Rc<dyn Fn(Event, Option<ArrayBuffer>)>,
    /// Begins again by itself when the worker breaks.
    begins_again: bool,
}

struct Bridge {
    worker: Worker,
    handlers: BTreeMap<u32, Handler>,
    /// Messages from before the worker listened; `None` once it does.
    waiting: Option<Vec<Array>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

thread_local! {
    static BRIDGE: RefCell<Option<Bridge>> = const { RefCell::new(None) };
    static NEXT_CHANNEL: Cell<u32> = const { Cell::new(1) };
}

/// Starts the worker if it does not run yet, so that its code is compiled before it is needed.
pub fn start() -> Result<(), Problem> {
    BRIDGE.with_borrow_mut(|bridge| {
        if bridge.is_none() {
            *bridge = Some(Bridge::new()?);
        }
        Ok(())
    })
}

/// Opens a channel; `handler` hears its events. When the worker is lost it hears [`Event::Failed`].
pub fn open(handler: impl Fn(Event, Option<ArrayBuffer>) + 'static) -> Result<Channel, Problem> {
    register(Handler { call: Rc::new(handler), begins_again: false })
}

/// Opens a channel; `handler` hears [`Event::Crashed`] when the worker is lost and another may be tried.
pub fn open_again(handler: impl Fn(Event, Option<ArrayBuffer>) + 'static) -> Result<Channel, Problem> {
    register(Handler { call: Rc::new(handler), begins_again: true })
}

fn register(handler: Handler) -> Result<Channel, Problem> {
    start()?;
    let number = NEXT_CHANNEL.replace(NEXT_CHANNEL.get().wrapping_add(1).max(1));
    BRIDGE.with_borrow_mut(|bridge| {
        if let Some(bridge) = bridge {
            bridge.handlers.insert(number, handler);
        }
    });
    Ok(Channel(number))
}

/// Sends a command, with a `Blob` where it takes one.
pub fn send(channel: Channel, command: Command, attachment: Option<&JsValue>) {
    let Ok(text) = serde_json::to_string(&Envelope { channel: channel.0, body: command }) else { return };
    let message = Array::of1(&JsValue::from_str(&text));
    if let Some(attachment) = attachment {
        message.push(attachment);
    }
    BRIDGE.with_borrow_mut(|bridge| match bridge {
        Some(Bridge { waiting: Some(waiting), .. }) => waiting.push(message),
        Some(bridge) => drop(bridge.worker.post_message(&message)),
        None => {}
    });
}

/// Stops what the channel does and forgets its handler.
pub fn close(channel: Channel) {
    send(channel, Command::Close, None);
    BRIDGE.with_borrow_mut(|bridge| {
        if let Some(bridge) = bridge {
            bridge.handlers.remove(&channel.0);
        }
    });
}

impl Bridge {
    fn new() -> Result<Self, Problem> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("das-sound");
        let worker = Worker::new_with_options(WORKER_URL, &options).map_err(|_| {
            lost("This browser does not start Web Workers here, so sound is not analysed before it is submitted. Submitting still works.")
        })?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(receive);
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(|event: web_sys::Event| {
            let detail = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message).unwrap_or_default();
            crashed(&detail);
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            handlers: BTreeMap::new(),
            waiting: Some(Vec::new()),
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

/// The problem of whoever waits for a worker that is gone.
pub fn lost(detail: &str) -> Problem {
    problem::problem(0, "worker", problem::title("worker"), detail)
}

fn receive(message: MessageEvent) {
    let Ok(parts) = message.data().dyn_into::<Array>() else { return };
    let Some(text) = parts.get(0).as_string() else { return };
    let Ok(envelope) = serde_json::from_str::<Envelope<Event>>(&text) else { return };
    match envelope.body {
        Event::Ready => listening(),
        Event::Crashed { detail } => crashed(&detail),
        event => {
            let handler = BRIDGE.with_borrow(|bridge| {
                bridge.as_ref().and_then(|bridge| bridge.handlers.get(&envelope.channel).cloned())
            });
            if let Some(handler) = handler {
                (handler.call)(event, parts.get(1).dyn_into::<ArrayBuffer>().ok());
            }
        }
    }
}

fn listening() {
    BRIDGE.with_borrow_mut(|bridge| {
        let Some(bridge) = bridge else { return };
        for message in bridge.waiting.take().into_iter().flatten() {
            drop(bridge.worker.post_message(&message));
        }
    });
}

/// Tells every channel and makes room for another worker. A worker that never listened would not start the next time either.
fn crashed(detail: &str) {
    let Some(bridge) = BRIDGE.with_borrow_mut(Option::take) else { return };
    bridge.worker.terminate();
    let reason = if detail.is_empty() { "it could not be loaded" } else { detail };
    let detail = format!("The sound worker stopped: {reason}. Submitting still works.");
    let listened = bridge.waiting.is_none();
    for handler in bridge.handlers.into_values() {
        let event = if listened && handler.begins_again {
            Event::Crashed { detail: detail.clone() }
        } else {
            Event::Failed { problem: lost(&detail) }
        };
        (handler.call)(event, None);
    }
}
