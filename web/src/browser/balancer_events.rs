//! The Balancer live: server-sent events of `/api/balancer/events`.

use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::model::BalancerView;

/// An open stream. [`close`] ends it.
pub struct Following(SendWrapper<Stream>);

struct Stream {
    source: EventSource,
    _on_view: Closure<dyn FnMut(MessageEvent)>,
}

/// Follows the Balancer. The browser itself connects again after an interruption.
pub fn follow(changed: impl Fn(BalancerView) + 'static) -> Option<Following> {
    let source = EventSource::new("/api/balancer/events").ok()?;
    let on_view = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let Some(text) = message.data().as_string() else { return };
        if let Ok(view) = serde_json::from_str(&text) {
            changed(view);
        }
    });
    source.add_event_listener_with_callback("balancer", on_view.as_ref().unchecked_ref()).ok()?;
    Some(Following(SendWrapper::new(Stream { source, _on_view: on_view })))
}

/// Ends it.
pub fn close(following: Option<Following>) {
    if let Some(Following(stream)) = following {
        stream.source.close();
    }
}
