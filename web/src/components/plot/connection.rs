//! Between the instrument and the sound worker: asks for pictures when the view changes, never for two at once.

use std::{cell::Cell, rc::Rc};

use js_sys::ArrayBuffer;
use leptos::{html, prelude::*};

use super::state::{Cursor, Loading, Parity, PlotState};
use crate::{
    browser::{canvas, observe},
    components::plot::connection::measure::Recording,
    preview::{
        bridge,
        protocol::{Command, Event, ViewSpec},
    },
};

pub mod measure;

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
            let Some(element) = screen.get() else { return };
            let observation = observe::size(&element, move || size.update(|count| *count = count.wrapping_add(1)));
            on_cleanup(move || observe::stop(observation));
            let handler = {
                let (painting, probing, recording) = (painting.clone(), probing.clone(), recording.clone());
                move |event, attachment| answer(plot, &recording, screen, (&painting, &probing), event, attachment)
            };
            match bridge::open(handler) {
                Ok(channel) => {
                    plot.channel.set(Some(channel));
                    bridge::send(channel, Command::Load { url: recording.grid_url() }, None);
                    on_cleanup(move || bridge::close(channel));
                }
                Err(problem) => {
                    plot.parity.set(Parity::NotPossible(problem.clone()));
                    plot.loading.set(Loading::Failed(problem));
                }
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
            if let (Some(element), Some(pixels)) = (screen.get_untracked(), attachment) {
                let first = element.get_attribute("data-painted").is_none();
                if canvas::put(&element, &pixels, size) && first {
                    // The server's picture lies underneath until now.
                    let _ = element.set_attribute("data-painted", "true");
                    measure::begin(plot, recording);
                }
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
            }
        }
        Event::Failed { problem } => {
            if plot.loading.get_untracked() != Loading::Ready {
                plot.loading.set(Loading::Failed(problem.clone()));
            }
            plot.parity.set(Parity::NotPossible(problem));
        }
        event => measure::answer(plot, recording, event),
    }
}
