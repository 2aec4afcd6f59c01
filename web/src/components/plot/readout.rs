//! What the cursor points to, in numbers.

use leptos::prelude::*;

use super::state::{Cursor, PlotState};
use crate::format;

/// The same in words. Minus is a word too: not every voice reads the sign.
pub fn sentence(cursor: Cursor, level_db: Option<f32>) -> String {
    let place = format!("{:.3} seconds, {:.0} hertz", cursor.time_s, cursor.frequency_hz);
    match level_db {
        Some(level) if level < 0.0 => format!("{place}, minus {:.1} decibels", level.abs()),
        Some(level) => format!("{place}, {level:.1} decibels"),
        None => place,
    }
}

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
        <p class="visually-hidden" aria-live="polite" data-testid="readout-spoken">{plot.spoken}</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_spoken_when_they_are_known() {
        let cursor = Cursor { time_s: 1.25, frequency_hz: 440.4 };
        assert_eq!(sentence(cursor, None), "1.250 seconds, 440 hertz");
        assert_eq!(sentence(cursor, Some(-31.44)), "1.250 seconds, 440 hertz, minus 31.4 decibels");
    }
}
