//! The live spectrogram of a chosen file.

use js_sys::ArrayBuffer;
use leptos::{html, prelude::*};

use crate::{
    browser::{canvas, marks, observe},
    components::plot::axes::{FrequencyAxis, TimeAxis},
    plot::range::TimeRange,
    preview::{
        bridge,
        protocol::{CanvasSize, Command, Event, Limits},
    },
    problem,
    upload::{
        files,
        item::{Item, PreviewState},
    },
};

/// Limits when the server's own are not known: only what memory allows.
const OPEN_LIMITS: Limits =
    Limits { max_bytes: u64::MAX, max_duration_s: f64::MAX, max_channels: 64, max_sample_rate_hz: 768_000 };

/// Canvas with slim axes.
#[component]
pub fn PreviewPlot(
    /// The file.
    item: Item,
    /// What is accepted.
    limits: Option<Limits>,
) -> impl IntoView {
    let screen = NodeRef::<html::Canvas>::new();
    let preview = RwSignal::from(item.preview.clone());
    let range = Memo::new(move |_| preview.with(|preview| TimeRange::whole(preview.axis_s)));
    let nyquist_hz = Memo::new(move |_| preview.with(|preview| preview.nyquist_hz));
    let known = Memo::new(move |_| preview.with(|preview| preview.columns > 0));
    Effect::new(move |_| {
        if let Some(element) = screen.get() {
            begin(&item, &element, limits.unwrap_or(OPEN_LIMITS));
        }
    });
    view! {
        <div class="plot plot-preview" class:plot-unknown=move || !known.get()>
            <FrequencyAxis nyquist_hz most=4/>
            <div class="plot-stage">
                <canvas
                    class="plot-canvas" node_ref=screen data-testid="preview-canvas" role="img"
                    aria-label="Spectrogram of the chosen file"
                ></canvas>
            </div>
            <TimeAxis range most=6/>
        </div>
    }
    .into_any()
}

/// Opens the channel, sends the file, and follows the size of the canvas.
fn begin(item: &Item, element: &web_sys::HtmlCanvasElement, limits: Limits) {
    let (preview, name, target) = (item.preview.clone(), item.name.clone(), element.clone());
    let opened = bridge::open(move |event, pixels| {
        let first = preview.with_untracked(|preview| preview.columns == 0);
        let done = matches!(event, Event::Done { .. });
        let painted = hear(&preview, &target, event, pixels);
        if painted && first {
            marks::mark(marks::FIRST_COLUMNS, &name);
        }
        if painted && done {
            marks::mark(marks::DONE, &name);
        }
    });
    let channel = match opened {
        Ok(channel) => channel,
        Err(problem) => {
            item.preview.update(|preview| {
                preview.state = PreviewState::Failed;
                preview.problem = Some(problem);
            });
            return;
        }
    };
    item.channel.set(Some(channel));
    if let Some(file) = files::get(item.number) {
        let size = canvas::wanted_size(element);
        bridge::send(channel, Command::Open { name: item.name.clone(), limits, canvas: size }, Some(&file));
    }
    let element = element.clone();
    let mut last = canvas::wanted_size(&element);
    let target: web_sys::Element = element.clone().into();
    let observation = observe::size(&target, move || {
        let size = canvas::wanted_size(&element);
        if size != last && size.width > 1 {
            last = size;
            bridge::send(channel, Command::Resize { canvas: size }, None);
        }
    });
    on_cleanup(move || {
        observe::stop(observation);
        bridge::close(channel);
    });
}

/// Takes an event of the worker in; true when a picture was put on the canvas.
fn hear(
    preview: &ArcRwSignal<crate::upload::item::Preview>,
    element: &web_sys::HtmlCanvasElement,
    event: Event,
    pixels: Option<ArrayBuffer>,
) -> bool {
    let put = |size: CanvasSize| pixels.as_ref().is_some_and(|pixels| canvas::put(element, pixels, size));
    match event {
        Event::Started { info } => {
            preview.update(|preview| {
                preview.state = PreviewState::Decoding;
                preview.info = Some(info);
            });
            false
        }
        Event::Progress { columns, progress, nyquist_hz, axis_s, canvas, .. } => {
            let painted = put(canvas);
            preview.update(|preview| {
                (preview.columns, preview.progress) = (columns, progress);
                (preview.axis_s, preview.nyquist_hz) = (axis_s, nyquist_hz);
            });
            painted
        }
        Event::Done { columns, summary, canvas } => {
            let painted = put(canvas);
            preview.update(|preview| {
                preview.state = PreviewState::Done;
                preview.columns = columns;
                preview.progress = Some(1.0);
                preview.axis_s = summary.duration_s;
                preview.summary = Some(summary);
            });
            painted
        }
        Event::Resized { canvas } => put(canvas),
        Event::Failed { problem } => {
            preview.update(|preview| {
                preview.state = PreviewState::Failed;
                preview.problem = Some(problem);
            });
            false
        }
        Event::Crashed { detail } => {
            preview.update(|preview| {
                preview.state = PreviewState::Failed;
                preview.problem = Some(problem::problem(0, "worker", problem::title("worker"), detail));
            });
            false
        }
        _ => false,
    }
}
