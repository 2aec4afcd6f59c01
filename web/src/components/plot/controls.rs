//! Colours, level range and zoom.

use dsp::palette::Palette;
use leptos::prelude::*;

use super::state::{HIGHEST_DB, LOWEST_DB, PlotState};
use crate::{
    components::icons::{EARLIER, Icon, LATER, MINUS, PLUS, WHOLE},
    format,
};

/// Smallest distance between the two ends of the colours.
const LEAST_SPAN_DB: f32 = 6.0;
/// How far the arrows move, as a share of what is visible.
const PAN: f64 = 0.5;
const GRADIENT_STOPS: u8 = 12;

/// The colour map as a CSS gradient.
fn gradient(palette: Palette) -> String {
    let stops: Vec<String> = (0..=GRADIENT_STOPS)
        .map(|stop| {
            let [r, g, b] = palette.color(f32::from(stop) / f32::from(GRADIENT_STOPS));
            format!("rgb({r} {g} {b})")
        })
        .collect();
    format!("linear-gradient(to right, {})", stops.join(", "))
}

fn title(palette: Palette) -> &'static str {
    match palette {
        Palette::Magma => "Magma",
        Palette::Viridis => "Viridis",
        Palette::Ice => "Ice",
        Palette::Gray => "Gray",
    }
}

/// The instrument's controls. They repaint; nothing is fetched again.
#[component]
pub fn Controls(
    /// The instrument's state.
    plot: PlotState,
) -> impl IntoView {
    let choose_palette = move |event| {
        if let Some(palette) = Palette::from_name(&event_target_value(&event)) {
            plot.palette.set(palette);
        }
    };
    let set_low = move |event| {
        if let Ok(value) = event_target_value(&event).parse::<f32>() {
            plot.low_db.set(value.min(HIGHEST_DB - LEAST_SPAN_DB));
            plot.high_db.update(|high| *high = high.max(value + LEAST_SPAN_DB).min(HIGHEST_DB));
        }
    };
    let set_high = move |event| {
        if let Ok(value) = event_target_value(&event).parse::<f32>() {
            plot.high_db.set(value.max(LOWEST_DB + LEAST_SPAN_DB));
            plot.low_db.update(|low| *low = low.min(value - LEAST_SPAN_DB).max(LOWEST_DB));
        }
    };
    // With the sign of the keyboard, which every voice reads.
    let spoken = |value: f32| format!("{value:.0} dB");
    let db = |value: f32| format!("{} dB", format::signed(f64::from(value), 0));
    view! {
        <div class="controls js-only">
            <label class="control">
                <span class="control-name">"Colours"</span>
                <select data-testid="palette" on:change=choose_palette prop:value=move || plot.palette.get().name()>
                    {Palette::ALL
                        .into_iter()
                        .map(|palette| view! { <option value=palette.name() selected=palette == Palette::default()>{title(palette)}</option> })
                        .collect_view()}
                </select>
            </label>
            <label class="control control-range">
                <span class="control-name">"Lowest level" <span class="control-value" aria-hidden="true">{move || db(plot.low_db.get())}</span></span>
                <input
                    type="range" min=LOWEST_DB.to_string() max=HIGHEST_DB.to_string() step="1" data-testid="low-db"
                    aria-label="Lowest level" aria-valuetext=move || spoken(plot.low_db.get())
                    value=super::state::FIRST_LOW_DB.to_string()
                    on:input=set_low prop:value=move || plot.low_db.get().to_string()
                />
            </label>
            <label class="control control-range">
                <span class="control-name">"Highest level" <span class="control-value" aria-hidden="true">{move || db(plot.high_db.get())}</span></span>
                <input
                    type="range" min=LOWEST_DB.to_string() max=HIGHEST_DB.to_string() step="1" data-testid="high-db"
                    aria-label="Highest level" aria-valuetext=move || spoken(plot.high_db.get())
                    value=HIGHEST_DB.to_string()
                    on:input=set_high prop:value=move || plot.high_db.get().to_string()
                />
            </label>
            <div class="control control-scale" aria-hidden="true">
                <span class="control-name"><span>{move || db(plot.low_db.get())}</span><span>{move || db(plot.high_db.get())}</span></span>
                <span class="scale" style:background-image=move || gradient(plot.palette.get())></span>
            </div>
            <div class="control control-zoom" role="group" aria-label="Visible part">
                <button
                    type="button" class="icon-button" title="Earlier (Page Up)" aria-label="Earlier" data-testid="pan-left"
                    aria-disabled=move || (plot.range.get().start_s <= 0.0).to_string()
                    on:click=move |_| plot.pan(-PAN)
                >
                    <Icon path=EARLIER/>
                </button>
                <button
                    type="button" class="icon-button" title="Later (Page Down)" aria-label="Later" data-testid="pan-right"
                    aria-disabled=move || (plot.range.get().end_s >= plot.extent.duration_s).to_string()
                    on:click=move |_| plot.pan(PAN)
                >
                    <Icon path=LATER/>
                </button>
                <button type="button" class="icon-button" title="Zoom in (+)" aria-label="Zoom in" data-testid="zoom-in" on:click=move |_| plot.zoom(0.5, 0.5)>
                    <Icon path=PLUS/>
                </button>
                <button type="button" class="icon-button" title="Zoom out (-)" aria-label="Zoom out" data-testid="zoom-out" on:click=move |_| plot.zoom(2.0, 0.5)>
                    <Icon path=MINUS/>
                </button>
                <button
                    type="button" class="icon-button" title="Show everything (0)" aria-label="Show everything" data-testid="zoom-reset"
                    aria-disabled=move || plot.range.get().is_whole(plot.extent.duration_s).to_string()
                    on:click=move |_| plot.reset()
                >
                    <Icon path=WHOLE/>
                </button>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_begin_quiet_and_end_loud() {
        assert!(gradient(Palette::Gray).starts_with("linear-gradient(to right, rgb(0 0 0), "));
        assert!(gradient(Palette::Gray).ends_with("rgb(255 255 255))"));
    }
}
