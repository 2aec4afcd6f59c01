//! The spectrogram itself, with cursor, selection and playhead.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent, WheelEvent};

use super::{
    axes::{FrequencyAxis, TimeAxis},
    connection::{self, measure::Recording},
    state::{Cursor, Loading, PlotState},
};
use crate::{browser::observe, components::problem_notice::ProblemNotice, plot::range::TimeRange};

/// Pointer movements below this are a click.
const DRAG_PX: f64 = 4.0;

/// Canvas with axes. The server's picture stands underneath until the worker has painted.
#[component]
pub fn Spectrogram(
    /// The instrument's state.
    plot: PlotState,
    /// What to load.
    recording: Recording,
) -> impl IntoView {
    let screen = NodeRef::<html::Canvas>::new();
    let stage = NodeRef::<html::Div>::new();
    let drag = RwSignal::new(None::<(f64, f64)>);
    let picture = format!("/api/das/{}/spectrogram.png?width=1600&height=480", recording.id);
    let description = format!(
        "Spectrogram of {}: time from left to right, frequency from below, loudness as colour.",
        recording.name
    );
    connection::connect(plot, recording, screen);
    zoom_by_wheel(plot, stage);

    let pointer_down = move |event: PointerEvent| {
        if event.button() == 0
            && let Some((x, _)) = place(&event)
        {
            drag.set(Some((x, x)));
            if let Some(stage) = stage.get_untracked() {
                // Without capture the drag ends at the edge; nothing worse.
                let _ = stage.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let pointer_move = move |event: PointerEvent| {
        let Some((x, y)) = place(&event) else { return };
        drag.update(|drag| *drag = drag.map(|(from, _)| (from, x)));
        plot.cursor.set(Some(cursor_at(plot, x, y)));
    };
    let pointer_up = move |event: PointerEvent| {
        let (Some((from, to)), Some((x, y))) = (drag.get_untracked(), place(&event)) else { return };
        drag.set(None);
        let width = stage.get_untracked().map_or(1.0, |stage| stage.get_bounding_client_rect().width());
        let range = plot.range.get_untracked();
        if (from - to).abs() * width < DRAG_PX {
            plot.seek(range.time_at(to));
        } else if event.button() == 0 {
            plot.range.set(TimeRange::between(range.time_at(from), range.time_at(to), plot.duration_s));
            plot.cursor.set(Some(cursor_at(plot, x, y)));
        }
    };
    let selection = move || {
        drag.get().map(|(from, to)| {
            let (left, right) = if from <= to { (from, to) } else { (to, from) };
            let style = format!("left:{:.3}%;width:{:.3}%", left * 100.0, (right - left) * 100.0);
            view! { <div class="plot-selection" style=style></div> }
        })
    };
    let crosshair = move || {
        plot.cursor.get().map(|cursor| {
            let x = plot.range.get().position_of(cursor.time_s) * 100.0;
            let y = 100.0 - cursor.frequency_hz / plot.nyquist_hz * 100.0;
            view! {
                <div class="plot-hair plot-hair-time" style=format!("left:{x:.3}%")></div>
                <div class="plot-hair plot-hair-frequency" style=format!("top:{y:.3}%")></div>
            }
        })
    };
    view! {
        <div class="plot plot-spectrogram">
            <FrequencyAxis nyquist_hz=plot.nyquist_hz/>
            <div
                class="plot-stage"
                node_ref=stage
                tabindex="0"
                role="application"
                aria-roledescription="spectrogram"
                aria-label="Spectrogram. Arrow keys move the cursor, plus and minus zoom, 0 shows everything, Enter plays from the cursor."
                on:pointerdown=pointer_down
                on:pointermove=pointer_move
                on:pointerup=pointer_up
                on:pointercancel=move |_| drag.set(None)
                on:pointerleave=move |_| plot.cursor.set(None)
                on:keydown=move |event| key(plot, &event)
            >
                <img class="plot-picture" src=picture alt=description width="1600" height="480" data-testid="spectrogram-picture"/>
                <canvas class="plot-canvas" node_ref=screen data-testid="spectrogram" aria-hidden="true"></canvas>
                <Playhead plot/>
                {crosshair}
                {selection}
            </div>
            <TimeAxis range=plot.range/>
        </div>
        {move || match plot.loading.get() {
            Loading::Failed(problem) => Some(view! { <ProblemNotice problem/> }),
            _ => None,
        }}
    }
    .into_any()
}

/// The line at the moment of playback.
#[component]
pub fn Playhead(
    /// The instrument's state.
    plot: PlotState,
) -> impl IntoView {
    let position = move || plot.range.get().position_of(plot.now_s.get());
    view! {
        <div
            class="plot-playhead"
            style:left=move || format!("{:.3}%", position() * 100.0)
            hidden=move || plot.now_s.get() <= 0.0 || !(0.0..=1.0).contains(&position())
        ></div>
    }
}

/// Where the pointer is on the stage, 0 to 1 from left and from above.
fn place(event: &PointerEvent) -> Option<(f64, f64)> {
    let stage: Element = event.current_target()?.dyn_into().ok()?;
    let rect = stage.get_bounding_client_rect();
    let share = |at: f64, from: f64, length: f64| ((at - from) / length.max(1.0)).clamp(0.0, 1.0);
    Some((
        share(f64::from(event.client_x()), rect.left(), rect.width()),
        share(f64::from(event.client_y()), rect.top(), rect.height()),
    ))
}

fn cursor_at(plot: PlotState, x: f64, y: f64) -> Cursor {
    Cursor { time_s: plot.range.get_untracked().time_at(x), frequency_hz: (1.0 - y) * plot.nyquist_hz }
}

/// The wheel zooms with Ctrl, or when the plot has the focus; otherwise it scrolls the page as everywhere.
fn zoom_by_wheel(plot: PlotState, stage: NodeRef<html::Div>) {
    Effect::new(move |_| {
        let Some(stage) = stage.get() else { return };
        let target = stage.clone();
        let observation = observe::listen(&target, "wheel", move |event| {
            let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
            let focused = document().active_element().is_some_and(|active| active.is_same_node(Some(&stage)));
            if !(event.ctrl_key() || focused) {
                return;
            }
            event.prevent_default();
            let rect = stage.get_bounding_client_rect();
            let position = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
            if event.delta_x().abs() > event.delta_y().abs() {
                plot.range
                    .update(|range| *range = range.moved(event.delta_x() / rect.width().max(1.0), plot.duration_s));
            } else {
                plot.zoom(1.0015f64.powf(event.delta_y()), position);
            }
        });
        on_cleanup(move || observe::stop(observation));
    });
}

fn key(plot: PlotState, event: &KeyboardEvent) {
    let range = plot.range.get_untracked();
    let centre = Cursor { time_s: range.time_at(0.5), frequency_hz: plot.nyquist_hz / 4.0 };
    let cursor = plot.cursor.get_untracked().filter(|cursor| (0.0..=1.0).contains(&range.position_of(cursor.time_s)));
    let share = if event.shift_key() { 0.1 } else { 0.01 };
    let step = |across: f64, up: f64| {
        let from = cursor.unwrap_or(centre);
        let time_s = (from.time_s + across * share * range.span_s()).clamp(0.0, plot.duration_s);
        let frequency_hz = (from.frequency_hz + up * share * plot.nyquist_hz).clamp(0.0, plot.nyquist_hz);
        plot.cursor.set(Some(Cursor { time_s, frequency_hz }));
        let position = range.position_of(time_s);
        if !(0.0..=1.0).contains(&position) {
            plot.range.set(range.moved(if position < 0.0 { -0.5 } else { 0.5 }, plot.duration_s));
        }
    };
    let position = range.position_of(cursor.unwrap_or(centre).time_s);
    match event.key().as_str() {
        "ArrowLeft" => step(-1.0, 0.0),
        "ArrowRight" => step(1.0, 0.0),
        "ArrowUp" => step(0.0, 1.0),
        "ArrowDown" => step(0.0, -1.0),
        "+" | "=" => plot.zoom(0.5, position),
        "-" => plot.zoom(2.0, position),
        "PageUp" => plot.range.set(range.moved(-0.8, plot.duration_s)),
        "PageDown" => plot.range.set(range.moved(0.8, plot.duration_s)),
        "0" | "Home" => plot.reset(),
        "Escape" => plot.cursor.set(None),
        "Enter" => plot.seek(cursor.unwrap_or(centre).time_s),
        " " => super::player::toggle(plot),
        _ => return,
    }
    event.prevent_default();
}
