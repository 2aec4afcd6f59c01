//! The live state of an analysis: server-sent events of `/api/das/{id}/events`.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::observe;
use crate::{api, model::TaskEvent};

/// Browsers open six connections to a server over HTTP/1.1. More tasks than this are asked after instead of followed.
const MOST_STREAMS: usize = 3;
/// Pause between two questions.
const POLL_MS: i32 = 1500;

/// Somebody who wants to know. [`close`] ends it; it ends by itself after a final state or when the
/// recording is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Following(u32);

/// What there is to know about a task.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// It stands like this now.
    Task(Box<TaskEvent>),
    /// The recording is no longer there; nothing follows.
    Gone,
}

type Changed = Rc<dyn Fn(News)>;

struct Stream {
    source: EventSource,
    _on_task: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

thread_local! {
    /// `None` while the server is asked again and again.
    static FOLLOWED: RefCell<BTreeMap<u32, Option<Stream>>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// Follows the task of a recording.
pub fn follow(recording_id: &str, changed: impl Fn(News) + 'static) -> Following {
    let number = NEXT.replace(NEXT.get().wrapping_add(1));
    let changed: Changed = Rc::new(changed);
    let streams = FOLLOWED.with_borrow(|followed| followed.values().flatten().count());
    let stream = (streams < MOST_STREAMS).then(|| open(number, recording_id, &changed)).flatten();
    if stream.is_none() {
        spawn_local(ask(number, recording_id.to_owned(), changed));
    }
    FOLLOWED.with_borrow_mut(|followed| followed.insert(number, stream));
    Following(number)
}

/// Ends it.
pub fn close(following: Option<Following>) {
    let stream = following.and_then(|following| FOLLOWED.with_borrow_mut(|followed| followed.remove(&following.0)));
    if let Some(Some(stream)) = stream {
        stream.source.close();
    }
}

fn is_followed(number: u32) -> bool {
    FOLLOWED.with_borrow(|followed| followed.contains_key(&number))
}

/// Opens the stream of events. The browser itself connects again after an interruption.
fn open(number: u32, recording_id: &str, changed: &Changed) -> Option<Stream> {
    let source = EventSource::new(&format!("/api/das/{recording_id}/events")).ok()?;
    let on_task = Closure::<dyn FnMut(MessageEvent)>::new({
        let (source, changed) = (source.clone(), changed.clone());
        move |message: MessageEvent| {
            let Some(text) = message.data().as_string() else { return };
            let Ok(event) = serde_json::from_str::<TaskEvent>(&text) else { return };
            if event.task.state.is_final() {
                // Without this the browser would connect again when the server ends the stream.
                source.close();
                // Not at once: this closure is part of what is dropped.
                spawn_local(async move { close(Some(Following(number))) });
            }
            changed(News::Task(Box::new(event)));
        }
    });
    let on_error = Closure::<dyn FnMut(web_sys::Event)>::new({
        let (source, changed, recording_id) = (source.clone(), changed.clone(), recording_id.to_owned());
        move |_| {
            // The browser gives up for good when the answer is no stream.
            if source.ready_state() == EventSource::CLOSED {
                spawn_local(ask(number, recording_id.clone(), changed.clone()));
            }
        }
    });
    source.add_event_listener_with_callback("task", on_task.as_ref().unchecked_ref()).ok()?;
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Some(Stream { source, _on_task: on_task, _on_error: on_error })
}

/// Asks again and again until the task is over or nobody follows any more.
async fn ask(number: u32, recording_id: String, changed: Changed) {
    loop {
        observe::sleep(POLL_MS).await;
        if !is_followed(number) {
            return;
        }
        let news = match api::recording(recording_id.clone()).await {
            Ok(details) => News::Task(Box::new(TaskEvent { task: details.task, outlook: details.outlook })),
            Err(problem) if problem.code == "not_found" => News::Gone,
            Err(_) => continue,
        };
        if !is_followed(number) {
            return;
        }
        let over = match &news {
            News::Task(now) => now.task.state.is_final(),
            News::Gone => true,
        };
        changed(news);
        if over {
            return close(Some(Following(number)));
        }
    }
}
