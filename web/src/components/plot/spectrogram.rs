//! The spectrogram itself, with cursor, selection and playhead.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent, WheelEvent};

use super::{
    axes::{FrequencyAxis, TimeAxis},
    connection::{self, measure::Recording},
    readout::sentence,
    state::{Cursor, Loading, PlotState},
};
use crate::{browser::observe, components::problem_notice::ProblemNotice, plot::range::TimeRange};

/// Pointer movements below this are a click.
const DRAG_PX: f64 = 4.0;

/// What a pressed pointer does.
#[derive(Clone, Copy)]
enum Drag {
    /// Chooses the stretch to look at.
    Select { from: f64, to: f64 },
    /// Takes the plot along, from where it was.
    Pan { from: f64, range: TimeRange },
}

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
    let drag = RwSignal::new(None::<Drag>);
    let picture = format!("/api/das/{}/spectrogram.png?width=1600&height=480", recording.id);
    let description = format!(
        "Spectrogram of {}: time from left to right, frequency from below, loudness as colour.",
        recording.name
    );
    connection::connect(plot, recording, screen);
    zoom_by_wheel(plot, stage);

    let pointer_down = move |event: PointerEvent| {
        const MIDDLE: i16 = 1;
        let pan = event.button() == MIDDLE || (event.button() == 0 && event.shift_key());
        if (pan || event.button() == 0)
            && let Some((x, _)) = place(&event)
        {
            if pan {
                // The middle button would scroll by itself.
                event.prevent_default();
                drag.set(Some(Drag::Pan { from: x, range: plot.range.get_untracked() }));
            } else {
                drag.set(Some(Drag::Select { from: x, to: x }));
            }
            if let Some(stage) = stage.get_untracked() {
                // Without capture the drag ends at the edge; nothing worse.
                let _ = stage.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let pointer_move = move |event: PointerEvent| {
        let Some((x, y)) = place(&event) else { return };
        match drag.get_untracked() {
            Some(Drag::Select { from, .. }) => drag.set(Some(Drag::Select { from, to: x })),
            Some(Drag::Pan { from, range }) => plot.range.set(range.moved(from - x, plot.extent)),
            None => {}
        }
        plot.point_at(Some(cursor_at(plot, x, y)));
    };
    let pointer_up = move |event: PointerEvent| {
        let dragged = drag.get_untracked();
        drag.set(None);
        let (Some(Drag::Select { from, to }), Some((x, y))) = (dragged, place(&event)) else { return };
        let width = stage.get_untracked().map_or(1.0, |stage| stage.get_bounding_client_rect().width());
        let range = plot.range.get_untracked();
        if (from - to).abs() * width < DRAG_PX {
            plot.play_from(range.time_at(to));
        } else if event.button() == 0 {
            plot.range.set(TimeRange::between(range.time_at(from), range.time_at(to), plot.extent));
            plot.point_at(Some(cursor_at(plot, x, y)));
        }
    };
    let selection = move || {
        drag.get().and_then(|drag| {
            let Drag::Select { from, to } = drag else { return None };
            let (left, right) = if from <= to { (from, to) } else { (to, from) };
            let style = format!("left:{:.3}%;width:{:.3}%", left * 100.0, (right - left) * 100.0);
            Some(view! { <div class="plot-selection" style=style></div> })
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
                class:plot-panning=move || matches!(drag.get(), Some(Drag::Pan { .. }))
                aria-label="Spectrogram. Arrow keys move the cursor, plus and minus zoom, Page Up and Page Down show what comes before and after, 0 shows everything, Enter plays from the cursor, Space plays and pauses."
                on:pointerdown=pointer_down
                on:pointermove=pointer_move
                on:pointerup=pointer_up
                on:pointercancel=move |_| drag.set(None)
                on:pointerleave=move |_| plot.point_at(None)
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
            Loading::Failed(problem) => Some(view! {
                <div class="plot-problem">
                    <ProblemNotice problem/>
                    <button
                        type="button" class="button" data-testid="plot-reload"
                        on:click=move |_| {
                            // The button goes away; the focus stays with the plot.
                            if let Some(stage) = stage.get_untracked() {
                                let _ = stage.focus();
                            }
                            plot.reload();
                        }
                    >
                        "Reload the plot"
                    </button>
                </div>
            }),
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
    let position = move || plot.range.get().position_of(plot.sound.now_s.get());
    view! {
        <div
            class="plot-playhead"
            style:left=move || format!("{:.3}%", position() * 100.0)
            hidden=move || plot.sound.now_s.get() <= 0.0 || !(0.0..=1.0).contains(&position())
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

/// The wheel zooms with Ctrl and pans when it turns sideways; otherwise it scrolls the page as everywhere.
fn zoom_by_wheel(plot: PlotState, stage: NodeRef<html::Div>) {
    Effect::new(move |_| {
        let Some(stage) = stage.get() else { return };
        let target = stage.clone();
        let observation = observe::listen(&target, "wheel", move |event| {
            let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
            let sideways = event.delta_x().abs() > event.delta_y().abs();
            let zoomed = !plot.range.get_untracked().is_whole(plot.extent.duration_s);
            if !(event.ctrl_key() || sideways && zoomed) {
                return;
            }
            event.prevent_default();
            let rect = stage.get_bounding_client_rect();
            let position = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
            if sideways {
                plot.pan(event.delta_x() / rect.width().max(1.0));
            } else {
                plot.zoom(1.0015f64.powf(event.delta_y()), position);
            }
        });
        on_cleanup(move || observe::stop(observation));
    });
}

fn key(plot: PlotState, event: &KeyboardEvent) {
    // Ctrl + 0, Alt + Left and their like belong to the browser.
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let range = plot.range.get_untracked();
    let centre = Cursor { time_s: range.time_at(0.5), frequency_hz: plot.nyquist_hz / 4.0 };
    let cursor = plot.cursor.get_untracked().filter(|cursor| (0.0..=1.0).contains(&range.position_of(cursor.time_s)));
    let share = if event.shift_key() { 0.1 } else { 0.01 };
    let step = |across: f64, up: f64| {
        let from = cursor.unwrap_or(centre);
        let time_s = (from.time_s + across * share * range.span_s()).clamp(0.0, plot.extent.duration_s);
        let frequency_hz = (from.frequency_hz + up * share * plot.nyquist_hz).clamp(0.0, plot.nyquist_hz);
        let to = Cursor { time_s, frequency_hz };
        plot.by_key.set(true);
        plot.cursor.set(Some(to));
        if plot.loading.get_untracked() != Loading::Ready {
            // Without the level, which nobody could tell.
            plot.spoken.set(sentence(to, None));
        }
        let position = range.position_of(time_s);
        if !(0.0..=1.0).contains(&position) {
            plot.pan(if position < 0.0 { -0.5 } else { 0.5 });
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
        "PageUp" => plot.pan(-0.8),
        "PageDown" => plot.pan(0.8),
        "0" | "Home" => plot.reset(),
        "Escape" => plot.point_at(None),
        "Enter" => plot.play_from(cursor.unwrap_or(centre).time_s),
        " " => plot.sound.toggle(),
        _ => return,
    }
    event.prevent_default();
}
