//! The comparison of the browser's own analysis with the server's.

use dsp::Parameters;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::observe,
    components::plot::state::{Parity, PlotState},
    model::RecordingDetails,
    preview::{
        bridge,
        protocol::{Command, Event},
    },
};

/// Originals up to this size are fetched and analysed without being asked for.
pub const AUTOMATIC_BYTES: u64 = 64 * 1024 * 1024;
/// The page comes first.
const PAUSE_MS: i32 = 400;

/// What is needed to load and compare a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Recording id.
    pub id: String,
    /// Name of the file.
    pub name: String,
    /// Hash of the file.
    pub sha256: String,
    /// Length of the file.
    pub size_bytes: u64,
    /// How the server analysed it.
    pub parameters: Parameters,
}

impl Recording {
    /// The parts of a finished recording; `None` before.
    pub fn of(details: &RecordingDetails) -> Option<Self> {
        Some(Self {
            id: details.recording.id.clone(),
            name: details.recording.name.clone(),
            sha256: details.recording.sha256.clone(),
            size_bytes: details.recording.size_bytes,
            parameters: details.analysis.as_ref()?.parameters.clone(),
        })
    }

    /// Address of the server's spectrogram in binary form.
    pub fn grid_url(&self) -> String {
        format!("/api/das/{}/spectrogram.bin", self.id)
    }

    /// Address of the file itself.
    pub fn original_url(&self) -> String {
        format!("/api/das/{}/original", self.id)
    }
}

/// Asks for the comparison with a preview that was kept; nothing is fetched yet.
pub fn begin(plot: PlotState, recording: &Recording) {
    ask(plot, recording, None);
}

/// Fetches the original and analyses it here.
pub fn fetch_and_measure(plot: PlotState, recording: &Recording) {
    plot.parity.set(Parity::Measuring(None));
    ask(plot, recording, Some(recording.original_url()));
}

fn ask(plot: PlotState, recording: &Recording, original_url: Option<String>) {
    let Some(channel) = plot.channel.get_untracked() else { return };
    let command = Command::Measure {
        sha256: recording.sha256.clone(),
        name: recording.name.clone(),
        original_url,
        parameters: recording.parameters.clone(),
    };
    bridge::send(channel, command, None);
}

/// Hears how the comparison goes.
pub fn answer(plot: PlotState, recording: &Recording, event: Event) {
    match event {
        Event::NoPreview if recording.size_bytes <= AUTOMATIC_BYTES => {
            let recording = recording.clone();
            spawn_local(async move {
                observe::sleep(PAUSE_MS).await;
                // The visitor may have gone on meanwhile.
                if !plot.parity.is_disposed() {
                    fetch_and_measure(plot, &recording);
                }
            });
        }
        Event::NoPreview => plot.parity.set(Parity::Offered),
        Event::Measuring { progress } => plot.parity.set(Parity::Measuring(progress)),
        Event::Measured { max_db, mean_db, cells } => plot.parity.set(Parity::Measured { max_db, mean_db, cells }),
        _ => {}
    }
}
