//! The long-term average spectrum as bars.

use dsp::analysis::{ThirdOctave, ThirdOctaves};
use leptos::prelude::*;

use crate::format::{frequency, level};

/// Units of the drawing.
const BAR_WIDTH: usize = 10;
const GAP: usize = 2;
const HEIGHT: f64 = 120.0;
/// Levels from the top of the tallest bar down.
const RANGE_DB: f64 = 72.0;

fn bar(band: &ThirdOctave, at: usize, top_dbfs: f64) -> impl IntoView + use<> {
    let shown = band.level_dbfs.map_or(0.0, |level| (1.0 - (top_dbfs - level) / RANGE_DB).clamp(0.0, 1.0));
    let height = (shown * HEIGHT).max(1.0);
    let title = format!("{}: {}", frequency(band.nominal_hz), level(band.level_dbfs, "dBFS"));
    view! {
        <rect x=at * (BAR_WIDTH + GAP) y=format!("{:.1}", HEIGHT - height) width=BAR_WIDTH height=format!("{height:.1}")>
            <title>{title}</title>
        </rect>
    }
}

/// One bar for each third octave, its numbers on hovering.
#[component]
pub fn ThirdOctaveChart(
    /// The bands.
    octaves: ThirdOctaves,
) -> impl IntoView {
    let levels = || octaves.bands.iter().filter_map(|band| band.level_dbfs.map(|level| (band, level)));
    let loudest = levels().max_by(|a, b| a.1.total_cmp(&b.1));
    let top_dbfs = loudest.map_or(0.0, |(_, level)| level);
    let (low, high) = (octaves.bands.first(), octaves.bands.last());
    let ends = low.zip(high).map(|(low, high)| (frequency(low.nominal_hz), frequency(high.nominal_hz)));
    let label = match (&ends, loudest) {
        (Some((low, high)), Some((band, _))) => format!(
            "Third octaves from {low} to {high}; the strongest is {} with {}",
            frequency(band.nominal_hz),
            level(band.level_dbfs, "dBFS")
        ),
        _ => "Third octaves: silence".to_owned(),
    };
    let bars = octaves.bands.iter().enumerate().map(|(at, band)| bar(band, at, top_dbfs)).collect_view();
    let view_box = format!("0 0 {} {HEIGHT}", (octaves.bands.len() * (BAR_WIDTH + GAP)).max(1));
    let caption = ends.map(|(low, high)| {
        view! { <span>{low}</span><span>"third octaves, "{RANGE_DB}" dB"</span><span>{high}</span> }
    });
    view! {
        <figure class="third-octaves" data-testid="third-octaves">
            <svg viewBox=view_box preserveAspectRatio="none" role="img" aria-label=label>{bars}</svg>
            <figcaption aria-hidden="true">{caption}</figcaption>
        </figure>
    }
}
