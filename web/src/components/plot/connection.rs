//! Between the instrument and the sound worker: asks for pictures when the view changes, never for two at once.

use std::{cell::Cell, rc::Rc};

use js_sys::ArrayBuffer;
use leptos::{html, prelude::*};

use super::{
    readout,
    state::{Cursor, Loading, Parity, PlotState},
};
use crate::{
    browser::{canvas, observe},
    components::plot::connection::measure::Recording,
    model::Problem,
    preview::{
        bridge,
        protocol::{Command, Event, ViewSpec},
    },
};

pub mod measure;

/// Code of the problem that every channel hears when the worker has stopped.
const WORKER_LOST: &str = "worker";

/// One question at a time, and the latest of those that came meanwhile.
#[derive(Default)]
struct Turn {
    busy: Cell<bool>,
    again: Cell<bool>,
}

impl Turn {
    /// True when the question may be asked now.
    fn take(&self) -> bool {
        if self.busy.replace(true) {
            self.again.set(true);
            return false;
        }
        true
    }

    /// Nobody will answer any more.
    fn reset(&self) {
        self.busy.set(false);
        self.again.set(false);
    }

    /// The answer has come; true when another question is waiting.
    fn give_back(&self) -> bool {
        self.busy.set(false);
        self.again.replace(false)
    }
}

/// Loads the server's spectrogram into the worker and keeps the canvas as the signals say.
pub fn connect(plot: PlotState, recording: Recording, screen: NodeRef<html::Canvas>) {
    let painting = Rc::new(Turn::default());
    let probing = Rc::new(Turn::default());
    let size = RwSignal::new(0u32);

    Effect::new({
        let (painting, probing) = (painting.clone(), probing.clone());
        move |_| {
            plot.reloads.track();
            let Some(element) = screen.get() else { return };
            painting.reset();
            probing.reset();
            let begun = Cell::new(false);
            let observation = observe::size(&element, move || size.update(|count| *count = count.wrapping_add(1)));
            on_cleanup(move || observe::stop(observation));
            let handler = {
                let (painting, probing, recording) = (painting.clone(), probing.clone(), recording.clone());
                move |event, attachment| {
                    // Only pictures of this connection begin a comparison; a finished one stands.
                    let first = matches!(event, Event::Painted { .. }) && !begun.replace(true);
                    answer(plot, &recording, screen, (&painting, &probing), event, attachment);
                    if first && plot.parity.with_untracked(|parity| *parity == Parity::Waiting) {
                        measure::begin(plot, &recording);
                    }
                }
            };
            match bridge::open(handler) {
                Ok(channel) => {
                    plot.channel.set(Some(channel));
                    bridge::send(channel, Command::Load { url: recording.grid_url() }, None);
                    on_cleanup(move || bridge::close(channel));
                }
                Err(problem) => lose(plot, problem),
            }
        }
    });
    Effect::new(move |_| {
        plot.range.track();
        plot.palette.track();
        plot.low_db.track();
        plot.high_db.track();
        size.track();
        if plot.loading.get() == Loading::Ready {
            paint(plot, screen, &painting);
        }
    });
    Effect::new(move |_| {
        let cursor = plot.cursor.get();
        if cursor.is_none() {
            plot.level_db.set(None);
        } else if plot.loading.get() == Loading::Ready {
            probe(plot, cursor, &probing);
        }
    });
}

/// The plot cannot go on without being loaded again.
fn lose(plot: PlotState, mut problem: Problem) {
    if problem.code == WORKER_LOST {
        problem.detail =
            "The plot cannot be drawn without its Web Worker, which does not run. Playing and downloading still work."
                .to_owned();
    }
    fail_comparison(plot, problem.clone());
    plot.loading.set(Loading::Failed(problem));
}

/// A comparison that is finished, or not asked for, has not failed.
fn fail_comparison(plot: PlotState, problem: Problem) {
    plot.parity.update(|parity| {
        if matches!(parity, Parity::Waiting | Parity::Measuring(_)) {
            *parity = Parity::NotPossible(problem);
        }
    });
}

fn paint(plot: PlotState, screen: NodeRef<html::Canvas>, turn: &Turn) {
    let (Some(channel), Some(element)) = (plot.channel.get_untracked(), screen.get_untracked()) else { return };
    if !turn.take() {
        return;
    }
    let range = plot.range.get_untracked();
    let view = ViewSpec {
        time_s: (range.start_s, range.end_s),
        range_db: (plot.low_db.get_untracked(), plot.high_db.get_untracked()),
        palette: plot.palette.get_untracked(),
        canvas: canvas::wanted_size(&element),
    };
    bridge::send(channel, Command::Paint { serial: 0, view }, None);
}

fn probe(plot: PlotState, cursor: Option<Cursor>, turn: &Turn) {
    let (Some(channel), Some(cursor)) = (plot.channel.get_untracked(), cursor) else { return };
    if turn.take() {
        bridge::send(channel, Command::Probe { time_s: cursor.time_s, frequency_hz: cursor.frequency_hz }, None);
    }
}

fn answer(
    plot: PlotState,
    recording: &Recording,
    screen: NodeRef<html::Canvas>,
    (painting, probing): (&Turn, &Turn),
    event: Event,
    attachment: Option<ArrayBuffer>,
) {
    match event {
        Event::Loaded { .. } => plot.loading.set(Loading::Ready),
        Event::Painted { canvas: size, .. } => {
            let again = painting.give_back();
            if let (Some(element), Some(pixels)) = (screen.get_untracked(), attachment)
                && canvas::put(&element, &pixels, size)
            {
                // The server's picture lies underneath until now.
                let _ = element.set_attribute("data-painted", "true");
            }
            if again {
                paint(plot, screen, painting);
            }
        }
        Event::Probed { level_db, .. } => {
            let again = probing.give_back();
            if plot.cursor.with_untracked(Option::is_some) {
                plot.level_db.set(level_db);
            }
            if again {
                probe(plot, plot.cursor.get_untracked(), probing);
            } else if let Some(cursor) = plot.cursor.get_untracked().filter(|_| plot.by_key.get_untracked()) {
                plot.spoken.set(readout::sentence(cursor, level_db));
            }
        }
        Event::Failed { problem } if problem.code == WORKER_LOST || plot.loading.get_untracked() != Loading::Ready => {
            lose(plot, problem);
        }
        Event::Failed { problem } => {
            // Whichever question it was, the next one may be asked; a comparison that goes on will say so again.
            let (paint_again, probe_again) = (painting.give_back(), probing.give_back());
            fail_comparison(plot, problem);
            if paint_again {
                paint(plot, screen, painting);
            }
            if probe_again {
                probe(plot, plot.cursor.get_untracked(), probing);
            }
        }
        event => measure::answer(plot, recording, event),
    }
}
