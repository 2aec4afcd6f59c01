//! The live spectrogram of a chosen file.

use leptos::{html, prelude::*};

use crate::{
    browser::{canvas, observe},
    components::plot::axes::{FrequencyAxis, TimeAxis},
    plot::range::TimeRange,
    preview::protocol::Limits,
    upload::{analysis, item::Item, screens},
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
            show(&item, &element, limits.unwrap_or(OPEN_LIMITS));
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

/// Gives the preview this canvas, begins it if it has not begun, and follows the size of the canvas.
fn show(item: &Item, element: &web_sys::HtmlCanvasElement, limits: Limits) {
    screens::replace(item.number, element);
    analysis::begin(item, limits);
    let (item, screen) = (item.clone(), element.clone());
    let observation = observe::size(element, move || {
        let size = canvas::wanted_size(&screen);
        if size.width > 1 && (size.width, size.height) != (screen.width(), screen.height()) {
            analysis::resize(&item, size);
        }
    });
    on_cleanup(move || observe::stop(observation));
}
