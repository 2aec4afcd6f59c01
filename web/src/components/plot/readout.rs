//! What the cursor points to, in numbers.

use leptos::prelude::*;

use super::state::PlotState;
use crate::format;

/// Moment, frequency and level under the cursor.
#[component]
pub fn Readout(
    /// The instrument's state.
    plot: PlotState,
) -> impl IntoView {
    let time = move || plot.cursor.get().map_or("–".to_owned(), |cursor| format!("{:.3} s", cursor.time_s));
    let frequency =
        move || plot.cursor.get().map_or("–".to_owned(), |cursor| format!("{:.0} Hz", cursor.frequency_hz));
    let level = move || {
        plot.level_db.get().map_or("–".to_owned(), |level| format!("{} dB", format::signed(f64::from(level), 1)))
    };
    view! {
        <dl class="readout js-only" data-testid="readout" aria-live="off">
            <div><dt>"Time"</dt><dd>{time}</dd></div>
            <div><dt>"Frequency"</dt><dd>{frequency}</dd></div>
            <div><dt>"Level"</dt><dd>{level}</dd></div>
        </dl>
    }
    .into_any()
}
