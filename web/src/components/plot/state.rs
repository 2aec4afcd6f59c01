//! What all parts of the instrument share.

use dsp::palette::Palette;
use leptos::prelude::*;

use super::player::Sound;
use crate::{
    model::Problem,
    plot::range::{Extent, TimeRange},
    preview::bridge::Channel,
};

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
    /// How far the view may reach.
    pub extent: Extent,
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
    /// True while the cursor is moved with the keyboard: then its place is spoken.
    pub by_key: RwSignal<bool>,
    /// The read-out as a sentence for people who do not see it.
    pub spoken: RwSignal<String>,
    /// The server's spectrogram.
    pub loading: RwSignal<Loading>,
    /// The comparison.
    pub parity: RwSignal<Parity>,
    /// The way to the worker.
    pub channel: RwSignal<Option<Channel>>,
    /// How often the spectrogram has been asked for again.
    pub reloads: RwSignal<u32>,
    /// The player, which outlives the plot.
    pub sound: Sound,
}

impl PlotState {
    /// The whole recording in the first colours.
    pub fn new(extent: Extent, nyquist_hz: f64, sound: Sound) -> Self {
        Self {
            extent,
            nyquist_hz,
            range: RwSignal::new(TimeRange::whole(extent.duration_s)),
            palette: RwSignal::new(Palette::default()),
            low_db: RwSignal::new(FIRST_LOW_DB),
            high_db: RwSignal::new(HIGHEST_DB),
            cursor: RwSignal::new(None),
            level_db: RwSignal::new(None),
            by_key: RwSignal::new(false),
            spoken: RwSignal::new(String::new()),
            loading: RwSignal::new(Loading::Waiting),
            parity: RwSignal::new(Parity::Waiting),
            channel: RwSignal::new(None),
            reloads: RwSignal::new(0),
            sound,
        }
    }

    /// Zooms around a position of the plot.
    pub fn zoom(&self, factor: f64, position: f64) {
        self.range.update(|range| *range = range.zoomed(factor, position, self.extent));
    }

    /// Shows the whole recording again.
    pub fn reset(&self) {
        self.range.set(TimeRange::whole(self.extent.duration_s));
    }

    /// Moves by a share of the visible span.
    pub fn pan(&self, share: f64) {
        self.range.update(|range| *range = range.moved(share, self.extent));
    }

    /// Puts the cursor where the pointer is.
    pub fn point_at(&self, cursor: Option<Cursor>) {
        self.by_key.set(false);
        self.cursor.set(cursor);
    }

    /// Plays from a moment on.
    pub fn play_from(&self, time_s: f64) {
        self.sound.play_from(time_s.clamp(0.0, self.extent.duration_s));
    }

    /// Asks for the spectrogram once more, with a new worker if the old one is lost.
    pub fn reload(&self) {
        self.loading.set(Loading::Waiting);
        self.parity.update(|parity| {
            if !matches!(parity, Parity::Measured { .. }) {
                *parity = Parity::Waiting;
            }
        });
        self.reloads.update(|count| *count += 1);
    }
}
