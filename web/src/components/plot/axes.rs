//! Axes: ticks that follow what is visible.

use leptos::prelude::*;

use crate::plot::{
    range::TimeRange,
    ticks::{self, Tick},
};

fn labels(ticks: Vec<Tick>, place: impl Fn(f64) -> (&'static str, String)) -> impl IntoView {
    ticks
        .into_iter()
        .map(|tick| {
            let (property, value) = place(tick.position);
            view! { <span class="tick" style=(property, value)>{tick.label}</span> }
        })
        .collect_view()
}

/// Time from left to right.
#[component]
pub fn TimeAxis(
    /// What is visible.
    #[prop(into)]
    range: Signal<TimeRange>,
    /// At most this many ticks.
    #[prop(default = 9)]
    most: u32,
) -> impl IntoView {
    view! {
        <div class="axis axis-time" aria-hidden="true">
            {move || {
                let range = range.get();
                labels(ticks::time((range.start_s, range.end_s), most), |position| ("left", format!("{:.3}%", position * 100.0)))
            }}
        </div>
    }
}

/// Frequency from below.
#[component]
pub fn FrequencyAxis(
    /// Highest frequency.
    #[prop(into)]
    nyquist_hz: Signal<f64>,
    /// At most this many ticks.
    #[prop(default = 8)]
    most: u32,
) -> impl IntoView {
    view! {
        <div class="axis axis-frequency" aria-hidden="true">
            {move || {
                labels(ticks::frequency((0.0, nyquist_hz.get()), most), |position| ("bottom", format!("{:.3}%", position * 100.0)))
            }}
        </div>
    }
}
