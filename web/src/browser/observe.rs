//! Callbacks that outlive the call: sizes, frames, listeners. Each is known by a number, so that cleaning up needs no
//! JavaScript value in hand.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, EventTarget, ResizeObserver};

/// A registered callback. [`stop`] ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation(u32);

enum Entry {
    Size(ResizeObserver, #[allow(dead_code)] Closure<dyn FnMut(Array)>),
    Listener(EventTarget, &'static str, Closure<dyn FnMut(web_sys::Event)>),
}

thread_local! {
    static ENTRIES: RefCell<BTreeMap<u32, Entry>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

fn keep(entry: Entry) -> Observation {
    let number = NEXT.replace(NEXT.get().wrapping_add(1));
    ENTRIES.with_borrow_mut(|entries| entries.insert(number, entry));
    Observation(number)
}

/// Calls back whenever the element's size changes, and once at the beginning.
pub fn size(element: &Element, mut changed: impl FnMut() + 'static) -> Option<Observation> {
    let callback = Closure::<dyn FnMut(Array)>::new(move |_| changed());
    let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(keep(Entry::Size(observer, callback)))
}

/// Listens to an event; the listener may prevent its default.
pub fn listen(
    target: &EventTarget,
    event: &'static str,
    callback: impl FnMut(web_sys::Event) + 'static,
) -> Option<Observation> {
    let callback = Closure::<dyn FnMut(web_sys::Event)>::new(callback);
    let options = web_sys::AddEventListenerOptions::new();
    options.set_passive(false);
    target
        .add_event_listener_with_callback_and_add_event_listener_options(
            event,
            callback.as_ref().unchecked_ref(),
            &options,
        )
        .ok()?;
    Some(keep(Entry::Listener(target.clone(), event, callback)))
}

/// Ends an observation, if there was one.
pub fn stop(observation: Option<Observation>) {
    let Some(observation) = observation else { return };
    match ENTRIES.with_borrow_mut(|entries| entries.remove(&observation.0)) {
        Some(Entry::Size(observer, _)) => observer.disconnect(),
        Some(Entry::Listener(target, event, callback)) => {
            // It is gone either way.
            let _ = target
                .remove_event_listener_with_callback(event, callback.as_ref().unchecked_ref::<js_sys::Function>());
        }
        None => {}
    }
}

/// Waits on the browser's clock.
pub async fn sleep(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _: Result<JsValue, JsValue> = wasm_bindgen_futures::JsFuture::from(promise).await;
}
