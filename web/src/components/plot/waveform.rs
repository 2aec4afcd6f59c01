//! The waveform under the spectrogram, over the same time axis.

use dsp::waveform::Waveform as Overview;
use leptos::{ev, html, prelude::*, task::spawn_local};
use web_sys::{HtmlCanvasElement, PointerEvent};

use super::{
    spectrogram::Playhead,
    state::{Cursor, PlotState},
};
use crate::{
    api,
    browser::{canvas, observe},
    model::Problem,
    plot::range::TimeRange,
};

/// Minimum, maximum and RMS over time.
#[component]
pub fn Waveform(
    /// The instrument's state.
    plot: PlotState,
    /// Recording id.
    id: String,
) -> impl IntoView {
    let screen = NodeRef::<html::Canvas>::new();
    let overview = RwSignal::new(None::<Overview>);
    let refused = RwSignal::new(None::<Problem>);
    let size = RwSignal::new(0u32);
    Effect::new(move |_| {
        let id = id.clone();
        spawn_local(async move {
            match api::waveform(id).await {
                Ok(waveform) => drop(overview.try_set(Some(waveform))),
                Err(problem) => drop(refused.try_set(Some(problem))),
            }
        });
    });
    Effect::new(move |_| {
        let Some(element) = screen.get() else { return };
        let observation = observe::size(&element, move || size.update(|count| *count = count.wrapping_add(1)));
        on_cleanup(move || observe::stop(observation));
    });
    Effect::new(move |_| {
        size.track();
        let range = plot.range.get();
        if let Some(element) = screen.get() {
            overview.with(|overview| overview.iter().for_each(|overview| draw(&element, overview, range)));
        }
    });
    let time_at = move |event: &PointerEvent| {
        let rect = screen.get_untracked()?.get_bounding_client_rect();
        Some(plot.range.get_untracked().time_at((f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0)))
    };
    let hair = move || {
        plot.cursor.get().map(|cursor| {
            let x = plot.range.get().position_of(cursor.time_s) * 100.0;
            view! { <div class="plot-hair plot-hair-time" style=format!("left:{x:.3}%")></div> }
        })
    };
    view! {
        <div class="plot plot-waveform js-only">
            <div class="axis axis-amplitude" aria-hidden="true">
                <span class="tick tick-last" style="bottom:100%">"+1"</span>
                <span class="tick" style="bottom:50%">"0"</span>
                <span class="tick tick-first" style="bottom:0%">"−1"</span>
            </div>
            <div
                class="plot-stage plot-stage-waveform"
                on:pointermove=move |event| {
                    if let Some(time_s) = time_at(&event) {
                        let frequency_hz = plot.cursor.get_untracked().map_or(plot.nyquist_hz / 4.0, |cursor| cursor.frequency_hz);
                        plot.point_at(Some(Cursor { time_s, frequency_hz }));
                    }
                }
                on:pointerleave=move |_| plot.point_at(None)
                on:click=move |event: ev::MouseEvent| {
                    if let Some(rect) = screen.get_untracked().map(|screen| screen.get_bounding_client_rect()) {
                        let position = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
                        plot.play_from(plot.range.get_untracked().time_at(position));
                    }
                }
            >
                <canvas class="plot-canvas" node_ref=screen data-testid="waveform" role="img" aria-label="Waveform: smallest, largest and mean level over time."></canvas>
                <Playhead plot/>
                {hair}
                {move || refused.get().map(|problem| view! {
                    <p class="plot-message" role="status">{format!("The waveform is not here. {}", problem.detail)}</p>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// One line per pixel: extremes pale, RMS strong.
fn draw(element: &HtmlCanvasElement, overview: &Overview, range: TimeRange) {
    let size = canvas::wanted_size(element);
    canvas::resize(element, size);
    let Some(context) = canvas::context(element) else { return };
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    context.clear_rect(0.0, 0.0, width, height);
    let y = |level: f64| (1.0 - level.clamp(-1.0, 1.0)) / 2.0 * height;
    context.set_fill_style_str(&canvas::css_color(element, "--screen-line"));
    context.fill_rect(0.0, (height / 2.0).floor(), width, 1.0);
    for (color, bars) in [
        (canvas::css_color(element, "--wave-extremes"), columns(overview, range, size.width, Part::Extremes)),
        (canvas::css_color(element, "--wave-rms"), columns(overview, range, size.width, Part::Rms)),
    ] {
        context.set_fill_style_str(&color);
        for (x, bar) in bars.into_iter().enumerate() {
            if let Some((low, high)) = bar {
                let top = y(high);
                context.fill_rect(x as f64, top, 1.0, (y(low) - top).max(1.0));
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Extremes,
    Rms,
}

/// Lowest and highest level of each pixel column; `None` beyond the end.
fn columns(overview: &Overview, range: TimeRange, width: u32, part: Part) -> Vec<Option<(f64, f64)>> {
    let per_pixel = range.span_s() / f64::from(width.max(1)) / overview.bucket_duration_s;
    let first = range.start_s / overview.bucket_duration_s;
    let extent = |from: usize, to: usize| -> Option<(f64, f64)> {
        let fold =
            |list: &[f32], pick: fn(f32, f32) -> f32| list.get(from..to)?.iter().copied().reduce(pick).map(f64::from);
        match part {
            Part::Extremes => Some((fold(&overview.min, f32::min)?, fold(&overview.max, f32::max)?)),
            Part::Rms => fold(&overview.rms, f32::max).map(|rms| (-rms, rms)),
        }
    };
    (0..width)
        .map(|x| {
            let from = (first + f64::from(x) * per_pixel).max(0.0) as usize;
            let to = ((first + f64::from(x + 1) * per_pixel) as usize).max(from + 1).min(overview.max.len());
            extent(from, to)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::range::Extent;

    fn overview() -> Overview {
        Overview {
            bucket_duration_s: 0.5,
            min: vec![-0.5, -1.0, -0.1, 0.0],
            max: vec![0.5, 0.25, 0.75, 0.0],
            rms: vec![0.1, 0.2, 0.3, 0.0],
        }
    }

    #[test]
    fn pixels_hold_the_extremes_of_their_buckets() {
        let bars = columns(&overview(), TimeRange::whole(2.0), 2, Part::Extremes);
        assert_eq!(bars, [Some((-1.0, 0.5)), Some((f64::from(-0.1f32), 0.75))]);
    }

    #[test]
    fn closer_than_a_bucket_each_pixel_shows_its_bucket() {
        let bars = columns(&overview(), TimeRange::between(0.5, 1.0, Extent::new(2.0, 0.016)), 3, Part::Rms);
        assert_eq!(bars, [Some((f64::from(-0.2f32), f64::from(0.2f32))); 3]);
    }

    #[test]
    fn beyond_the_end_there_is_nothing() {
        let bars = columns(&overview(), TimeRange::whole(4.0), 4, Part::Extremes);
        assert!(bars[1].is_some() && bars[2].is_none() && bars[3].is_none());
    }
}
