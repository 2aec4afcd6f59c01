//! The parity badge: how far this browser's own analysis and the server's lie apart, measured.

use dsp::grid::{PRECISE_RANGE_DB, TOLERANCE_DB};
use leptos::prelude::*;

use crate::{
    components::{
        plot::{
            connection::measure::{self, Recording},
            state::{Parity, PlotState},
        },
        progress_bar::ProgressBar,
    },
    format,
};

/// Name of the state for styles and tests.
fn state(parity: &Parity) -> &'static str {
    match parity {
        Parity::Waiting => "waiting",
        Parity::Offered => "offered",
        Parity::Measuring(_) => "measuring",
        Parity::Measured { max_db, .. } if *max_db <= TOLERANCE_DB => "matches",
        Parity::Measured { .. } => "differs",
        Parity::NotPossible(_) => "not_possible",
    }
}

fn headline(state: &str) -> &'static str {
    match state {
        "matches" => "Browser and server agree",
        "differs" => "Browser and server differ",
        "measuring" => "Comparing browser and server",
        "offered" => "Compare browser and server",
        "not_possible" => "No comparison",
        _ => "Waiting for the spectrogram",
    }
}

/// The mean of grids that differ is never nothing, though single precision may say so.
fn mean(mean_db: f32, max_db: f32) -> f64 {
    f64::from(if max_db > 0.0 { mean_db.max(f32::MIN_POSITIVE) } else { mean_db })
}

/// The badge.
#[component]
pub fn ParityBadge(
    /// The instrument's state.
    plot: PlotState,
    /// What is compared.
    recording: Recording,
) -> impl IntoView {
    let parity = plot.parity;
    let number = move |pick: fn(f32, f32) -> f32| match parity.get() {
        Parity::Measured { max_db, mean_db, .. } => Some(pick(max_db, mean_db).to_string()),
        _ => None,
    };
    let size = format::size(recording.size_bytes);
    // The body is built once for each state; progress only moves its bar.
    let kind = Memo::new(move |_| parity.with(state));
    let progress = Signal::derive(move || match parity.get() {
        Parity::Measuring(progress) => progress,
        _ => None,
    });
    let body = move || {
        kind.track();
        match parity.get_untracked() {
        Parity::Waiting => view! { <p class="muted">"The comparison starts when the server's spectrogram is here."</p> }.into_any(),
        Parity::Offered => {
            let recording = recording.clone();
            view! {
                <p class="muted">{format!("The original ({size}) would be fetched and analysed in this browser.")}</p>
                <button type="button" class="button" data-testid="parity-start" on:click=move |_| measure::fetch_and_measure(plot, &recording)>
                    "Fetch and compare"
                </button>
            }
            .into_any()
        }
        Parity::Measuring(_) => view! {
            <p class="muted">"This browser analyses the original itself."</p>
            <ProgressBar label="Comparison" value=progress/>
        }
        .into_any(),
        Parity::Measured { max_db, mean_db, cells } => view! {
            <dl class="parity-numbers">
                <div><dt>"Largest difference"</dt><dd>{format::difference_db(f64::from(max_db))}</dd></div>
                <div><dt>"Mean difference"</dt><dd>{format::difference_db(mean(mean_db, max_db))}</dd></div>
                <div><dt>"Tolerance"</dt><dd>{format!("{TOLERANCE_DB} dB")}</dd></div>
            </dl>
            <p class="muted">
                {format!(
                    "{} cells compared: this browser's analysis of the file against the server's, down to {PRECISE_RANGE_DB} dB below the \
                     loudest cell of each column. Further down single precision has no digits left.",
                    format::count(cells),
                )}
            </p>
        }
        .into_any(),
        Parity::NotPossible(problem) => {
            view! { <p class="muted">{problem.detail} " " <code>{problem.code}</code></p> }.into_any()
        }
    }
    };
    view! {
        <section
            class="parity js-only"
            data-testid="parity"
            data-state=kind
            data-max-db=move || number(|max, _| max)
            data-mean-db=move || number(|_, mean| mean)
        >
            <h2><span class="chip-lamp" aria-hidden="true"></span><span aria-live="polite">{move || headline(kind.get())}</span></h2>
            {body}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_that_differ_have_a_mean_difference() {
        assert_eq!(format::difference_db(mean(0.0, 0.0)), "0 dB");
        assert_eq!(format::difference_db(mean(0.0, 0.007)), "< 0.00001 dB");
    }

    #[test]
    fn the_tolerance_decides() {
        let measured = |max_db| Parity::Measured { max_db, mean_db: 0.0, cells: 1 };
        assert_eq!(state(&measured(0.0)), "matches");
        assert_eq!(state(&measured(TOLERANCE_DB)), "matches");
        assert_eq!(state(&measured(TOLERANCE_DB * 1.01)), "differs");
        assert_eq!(state(&measured(f32::NAN)), "differs");
    }
}
