//! What all parts of the instrument share.

use dsp::palette::Palette;
use leptos::{html, prelude::*};

use crate::{model::Problem, plot::range::TimeRange, preview::bridge::Channel};

/// Levels that the sliders reach.
pub const LOWEST_DB: f32 = -120.0;
/// Full scale.
pub const HIGHEST_DB: f32 = 0.0;
/// Where the lower end of the colours stands at first; the server's pictures have the same.
pub const FIRST_LOW_DB: f32 = -100.0;

/// Where the server's spectrogram is.
#[derive(Debug, Clone, PartialEq)]
pub enum Loading {
    /// On its way to the worker.
    Waiting,
    /// In the worker.
    Ready,
    /// It did not get there.
    Failed(Problem),
}

/// How the comparison of the two analyses stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Parity {
    /// The server's spectrogram is not here yet.
    Waiting,
    /// Large originals are fetched only when asked for.
    Offered,
    /// The browser analyses.
    Measuring(Option<f32>),
    /// Both are known.
    Measured {
        /// Largest difference.
        max_db: f32,
        /// Mean difference.
        mean_db: f32,
        /// Cells compared.
        cells: u64,
    },
    /// There will be no comparison.
    NotPossible(Problem),
}

/// The moment and frequency under the cursor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cursor {
    /// Moment.
    pub time_s: f64,
    /// Frequency.
    pub frequency_hz: f64,
}

/// Signals that the parts read and write. Cheap to copy.
#[derive(Clone, Copy)]
pub struct PlotState {
    /// Length of the recording.
    pub duration_s: f64,
    /// Highest frequency.
    pub nyquist_hz: f64,
    /// The visible stretch.
    pub range: RwSignal<TimeRange>,
    /// Colour map.
    pub palette: RwSignal<Palette>,
    /// Level of the first colour.
    pub low_db: RwSignal<f32>,
    /// Level of the last colour.
    pub high_db: RwSignal<f32>,
    /// What the cursor points to.
    pub cursor: RwSignal<Option<Cursor>>,
    /// Level there.
    pub level_db: RwSignal<Option<f32>>,
    /// Moment of playback.
    pub now_s: RwSignal<f64>,
    /// The server's spectrogram.
    pub loading: RwSignal<Loading>,
    /// The comparison.
    pub parity: RwSignal<Parity>,
    /// The way to the worker.
    pub channel: RwSignal<Option<Channel>>,
    /// The player.
    pub audio: NodeRef<html::Audio>,
}

impl PlotState {
    /// The whole recording in the first colours.
    pub fn new(duration_s: f64, nyquist_hz: f64) -> Self {
        Self {
            duration_s,
            nyquist_hz,
            range: RwSignal::new(TimeRange::whole(duration_s)),
            palette: RwSignal::new(Palette::default()),
            low_db: RwSignal::new(FIRST_LOW_DB),
            high_db: RwSignal::new(HIGHEST_DB),
            cursor: RwSignal::new(None),
            level_db: RwSignal::new(None),
            now_s: RwSignal::new(0.0),
            loading: RwSignal::new(Loading::Waiting),
            parity: RwSignal::new(Parity::Waiting),
            channel: RwSignal::new(None),
            audio: NodeRef::new(),
        }
    }

    /// Zooms around a position of the plot.
    pub fn zoom(&self, factor: f64, position: f64) {
        self.range.update(|range| *range = range.zoomed(factor, position, self.duration_s));
    }

    /// Shows the whole recording again.
    pub fn reset(&self) {
        self.range.set(TimeRange::whole(self.duration_s));
    }

    /// Moves the player.
    pub fn seek(&self, time_s: f64) {
        let time_s = time_s.clamp(0.0, self.duration_s);
        if let Some(audio) = self.audio.get_untracked() {
            audio.set_current_time(time_s);
        }
        self.now_s.set(time_s);
    }
}
