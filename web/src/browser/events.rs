//! The live state of an analysis: server-sent events of `/api/das/{id}/events`.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::model::{TaskEvent, TaskView};

/// A connection. [`close`] ends it; it ends by itself after a final state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Following(u32);

struct Connection {
    source: EventSource,
    _on_task: Closure<dyn FnMut(MessageEvent)>,
}

thread_local! {
    static CONNECTIONS: RefCell<BTreeMap<u32, Connection>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// Follows the task of a recording. The browser itself connects again after an interruption.
pub fn follow(recording_id: &str, mut changed: impl FnMut(TaskView) + 'static) -> Option<Following> {
    let source = EventSource::new(&format!("/api/das/{recording_id}/events")).ok()?;
    let number = NEXT.replace(NEXT.get().wrapping_add(1));
    let on_task = Closure::<dyn FnMut(MessageEvent)>::new({
        let source = source.clone();
        move |message: MessageEvent| {
            let Some(text) = message.data().as_string() else { return };
            let Ok(event) = serde_json::from_str::<TaskEvent>(&text) else { return };
            if event.task.state.is_final() {
                // Without this the browser would connect again when the server ends the stream.
                source.close();
            }
            changed(event.task);
        }
    });
    source.add_event_listener_with_callback("task", on_task.as_ref().unchecked_ref()).ok()?;
    CONNECTIONS.with_borrow_mut(|connections| connections.insert(number, Connection { source, _on_task: on_task }));
    Some(Following(number))
}

/// Closes the connection, if there was one.
pub fn close(following: Option<Following>) {
    let Some(following) = following else { return };
    if let Some(connection) = CONNECTIONS.with_borrow_mut(|connections| connections.remove(&following.0)) {
        connection.source.close();
    }
}
