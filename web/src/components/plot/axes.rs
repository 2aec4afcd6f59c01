//! Axes: ticks that follow what is visible.

use leptos::prelude::*;

use crate::plot::{
    range::TimeRange,
    ticks::{self, Tick},
};

/// Labels at the very ends of an axis stand inside of it.
fn class(position: f64) -> &'static str {
    const EDGE: f64 = 0.000_5;
    if position < EDGE {
        "tick tick-first"
    } else if position > 1.0 - EDGE {
        "tick tick-last"
    } else {
        "tick"
    }
}

fn labels(ticks: Vec<Tick>, place: impl Fn(f64) -> (&'static str, String)) -> impl IntoView {
    ticks
        .into_iter()
        .map(|tick| {
            let (property, value) = place(tick.position);
            view! { <span class=class(tick.position) style=(property, value)>{tick.label}</span> }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ends_are_special() {
        assert_eq!([0.0, 0.5, 1.0].map(class), ["tick tick-first", "tick", "tick tick-last"]);
    }
}
