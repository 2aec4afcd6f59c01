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

fn headline(parity: &Parity) -> &'static str {
    match state(parity) {
        "matches" => "Browser and server agree",
        "differs" => "Browser and server differ",
        "measuring" => "Comparing browser and server",
        "offered" => "Compare browser and server",
        "not_possible" => "No comparison",
        _ => "Waiting for the spectrogram",
    }
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
    let body = move || {
        match parity.get() {
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
        Parity::Measuring(progress) => view! {
            <p class="muted">"This browser analyses the original itself."</p>
            <ProgressBar label="Comparison" value=Signal::stored(progress)/>
        }
        .into_any(),
        Parity::Measured { max_db, mean_db, cells } => view! {
            <dl class="parity-numbers">
                <div><dt>"Largest difference"</dt><dd>{format::difference_db(f64::from(max_db))}</dd></div>
                <div><dt>"Mean difference"</dt><dd>{format::difference_db(f64::from(mean_db))}</dd></div>
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
            aria-live="polite"
            data-testid="parity"
            data-state=move || parity.with(state)
            data-max-db=move || number(|max, _| max)
            data-mean-db=move || number(|_, mean| mean)
        >
            <h2><span class="chip-lamp" aria-hidden="true"></span>{move || parity.with(headline)}</h2>
            {body}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tolerance_decides() {
        let measured = |max_db| Parity::Measured { max_db, mean_db: 0.0, cells: 1 };
        assert_eq!(state(&measured(0.0)), "matches");
        assert_eq!(state(&measured(TOLERANCE_DB)), "matches");
        assert_eq!(state(&measured(TOLERANCE_DB * 1.01)), "differs");
        assert_eq!(state(&measured(f32::NAN)), "differs");
    }
}
