//! Hears commands and obeys them.

use std::rc::Rc;

use dsp::{Parameters, grid::Grid};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web::{
    model::Problem,
    preview::protocol::{Command, Envelope, Event},
    problem,
};
use web_sys::{Blob, MessageEvent};

use crate::{
    analysis::{self, Input},
    channels, measure, picture, preview, scope,
};

/// Name of the demo sound as a file.
const DEMO_NAME: &str = "das-demo.wav";

/// Listens from now on.
pub fn listen() {
    std::panic::set_hook(Box::new(last_words));
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(|message: MessageEvent| {
        let Ok(parts) = message.data().dyn_into::<Array>() else { return };
        let Some(text) = parts.get(0).as_string() else { return };
        if let Ok(Envelope { channel, body }) = serde_json::from_str::<Envelope<Command>>(&text) {
            obey(channel, body, parts.get(1));
        }
    });
    scope::global().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    hear.forget();
    scope::post(0, Event::Ready, None);
}

/// A panic ends the worker. Whoever's file was being decoded learns that it is damaged, everybody that the worker is gone.
fn last_words(info: &std::panic::PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    if let Some(channel) = channels::working() {
        let detail = "The decoder gave up on this file. It is damaged in a way that no header admits.";
        scope::fail(channel, problem::sound("corrupt", detail, None, None, None));
    }
    scope::post(0, Event::Crashed { detail: "an error inside the engine".to_owned() }, None);
}

fn obey(channel: u32, command: Command, attachment: JsValue) {
    match command {
        Command::Open { name, limits, canvas } => match attachment.dyn_into::<Blob>() {
            Ok(blob) => {
                channels::with_slot(channel, |slot| slot.canvas = Some(canvas));
                let input = Input { blob, name, parameters: Parameters::default(), limits: analysis::limits(limits) };
                channels::enqueue(channel, preview::run(channel, input));
            }
            Err(_) => scope::fail(channel, problem::internal("No file came with the command.")),
        },
        Command::Resize { canvas } => preview::resize(channel, canvas),
        Command::Keep { sha256 } => preview::keep(channel, sha256),
        Command::Load { url } => {
            channels::with_slot(channel, |_| ());
            spawn_local(load(channel, url));
        }
        Command::Paint { serial, view } => {
            let painted = server_grid(channel).and_then(|grid| picture::paint(&grid, &view));
            match painted {
                Ok(pixels) => scope::post(channel, Event::Painted { serial, canvas: view.canvas }, Some(pixels)),
                Err(problem) => scope::fail(channel, problem),
            }
        }
        Command::Probe { time_s, frequency_hz } => {
            let level_db = server_grid(channel).ok().and_then(|grid| grid.level_at(time_s, frequency_hz));
            scope::post(channel, Event::Probed { time_s, frequency_hz, level_db }, None);
        }
        Command::Measure { sha256, name, original_url, parameters } => {
            measure::start(channel, measure::Request { sha256, name, original_url, parameters });
        }
        Command::Demo => {
            let wav = scope::buffer(&dsp::demo::wav());
            scope::post(channel, Event::Demo { name: DEMO_NAME.to_owned() }, Some(wav));
        }
        Command::Close => channels::close(channel),
    }
}

fn server_grid(channel: u32) -> Result<Rc<Grid>, Problem> {
    channels::with_slot(channel, |slot| slot.server.clone())
        .ok_or_else(|| problem::internal("The server's spectrogram is not loaded."))
}

async fn load(channel: u32, url: String) {
    let grid = scope::fetch_bytes(&url).await.and_then(|bytes| {
        Grid::from_bytes(&bytes)
            .map_err(|error| problem::network(format!("The spectrogram could not be read: {error}.")))
    });
    if !channels::is_open(channel) {
        return;
    }
    match grid {
        Ok(grid) => {
            let event = Event::Loaded {
                columns: grid.geometry().columns,
                duration_s: grid.duration_s(),
                nyquist_hz: grid.nyquist_hz(),
            };
            channels::with_slot(channel, |slot| slot.server = Some(Rc::new(grid)));
            scope::post(channel, event, None);
        }
        Err(problem) => scope::fail(channel, problem),
    }
}
