//! Tempo and beats, stretch by stretch.

use super::{
    autocorrelation::Autocorrelator,
    beats::{Beat, BeatTracker},
    events,
    tempo::{self, Chance},
};
use crate::{
    analysis::{Events, Tempo, TimeSeries},
    fft::FftError,
    measure::series::{Merge, Series},
};

/// Sound in which tempo is measured at once.
const STRETCH_S: f64 = 8.192;
/// A stretch begins this share of its length after the one before.
const STRETCHES_PER_LENGTH: usize = 8;
/// The stretches before the current one still count this much, and theirs this much less.
const MEMORY: f32 = 0.75;
/// Less sound than this has no tempo.
const MIN_SOUND_S: f64 = 4.0;
/// Strengths vary by at least this much; beats are not looked for in smaller changes.
const MIN_DEVIATION_DB: f32 = 0.5;

/// Measures tempo and follows beats in a stream of onset strengths.
pub(super) struct Timeline {
    frames_per_s: f64,
    chance: Chance,
    /// Strengths of the latest stretch and what came after it.
    recent: Vec<f32>,
    /// Frame of `recent[0]`.
    first: u64,
    hop: usize,
    autocorrelator: Autocorrelator,
    smoothed: Vec<f32>,
    /// Sum over all stretches, and their number.
    total: Vec<f64>,
    stretches: u64,
    /// Sum of the variances of all stretches.
    variance: f64,
    /// Mean over the latest stretches with [`MEMORY`], and the weights in it.
    local: Vec<f32>,
    local_weight: f32,
    bpm: Series,
    tracker: BeatTracker,
    beats: Events,
    /// Beats at the end of the list that fall on no onset.
    weak: u64,
}

/// What [`Timeline::finish`] finds.
pub(super) struct Found {
    pub(super) tempo: Option<Tempo>,
    /// Beats in frames.
    pub(super) beats: Events,
    pub(super) bpm: TimeSeries,
}

impl Timeline {
    /// A timeline of frames of the given rate, whose strengths are means over so many bands.
    pub(super) fn new(frames_per_s: f64, bands: usize, max_points: usize) -> Result<Self, FftError> {
        let hop = ((STRETCH_S * frames_per_s).round() as usize / STRETCHES_PER_LENGTH).max(1);
        let autocorrelator = Autocorrelator::new(hop * STRETCHES_PER_LENGTH)?;
        Ok(Self {
            frames_per_s,
            chance: Chance::of(bands),
            recent: Vec::with_capacity(autocorrelator.length() + hop),
            first: 0,
            hop,
            autocorrelator,
            smoothed: Vec::new(),
            total: Vec::new(),
            stretches: 0,
            variance: 0.0,
            local: Vec::new(),
            local_weight: 0.0,
            bpm: Series::new(max_points, Merge::Mean),
            tracker: BeatTracker::new(frames_per_s, 60.0 * frames_per_s / tempo::PREFERRED_BPM),
            beats: Events::default(),
            weak: 0,
        })
    }

    /// For strengths that are means over another number of bands.
    pub(super) fn of_bands(self, bands: usize) -> Self {
        Self { chance: Chance::of(bands), ..self }
    }

    /// Takes the strength of one frame. `time_s` tells when a frame is.
    pub(super) fn push(&mut self, strength: f32, time_s: &impl Fn(u64) -> f64) -> Result<(), FftError> {
        self.recent.push(strength);
        let length = self.autocorrelator.length();
        let later = self.first > 0 || self.stretches_begun();
        if self.recent.len() < length + if later { self.hop } else { 0 } {
            return Ok(());
        }
        if later {
            self.recent.drain(..self.hop);
            self.first += self.hop as u64;
        }
        let bpm = self.measure(0)?;
        self.bpm.push(bpm);
        let end = self.first + (length / 2 + self.hop / 2) as u64;
        self.follow(0, end, false, time_s);
        Ok(())
    }

    /// Whether the first stretch is complete.
    fn stretches_begun(&self) -> bool {
        !self.bpm.is_empty()
    }

    /// Measures the stretch that begins at `recent[at]` and sets the tracker to its tempo.
    fn measure(&mut self, at: usize) -> Result<Option<f32>, FftError> {
        let length = self.autocorrelator.length();
        let stretch = &self.recent[at..at + length];
        // A beat that lies between two frames must not look weaker than one on a frame.
        self.smoothed.clear();
        self.smoothed.extend((0..length).map(|i| {
            let (before, after) = (stretch[i.saturating_sub(1)], stretch[(i + 1).min(length - 1)]);
            0.5 * stretch[i] + 0.25 * (before + after)
        }));
        let Some((autocorrelation, variance)) = self.autocorrelator.measure(&self.smoothed)? else { return Ok(None) };
        self.total.resize(autocorrelation.len(), 0.0);
        self.local.resize(autocorrelation.len(), 0.0);
        self.local_weight = 1.0 + MEMORY * self.local_weight;
        let weight = 1.0 / self.local_weight;
        for ((total, local), &r) in self.total.iter_mut().zip(&mut self.local).zip(autocorrelation) {
            *total += f64::from(r);
            *local += weight * (r - *local);
        }
        self.stretches += 1;
        self.variance += f64::from(variance);
        let chance = self.chance.highest(variance, length as f64);
        let tempo = tempo::estimate(&self.local, self.frames_per_s, chance);
        if let Some(tempo) = tempo {
            self.tracker.retime(60.0 * self.frames_per_s / tempo.bpm);
        }
        Ok(tempo.map(|tempo| tempo.bpm as f32))
    }

    /// Lets the tracker go on until frame `end`, in the stretch that begins at `recent[at]`.
    fn follow(&mut self, at: usize, end: u64, end_of_sound: bool, time_s: &impl Fn(u64) -> f64) {
        let deviation = deviation(&self.recent[at..]).max(MIN_DEVIATION_DB);
        self.tracker.push(&self.recent, self.first, end, deviation);
        let (beats, weak) = (&mut self.beats, &mut self.weak);
        self.tracker.decide(end_of_sound, |Beat { frame, strong }| {
            if strong || beats.count > 0 {
                events::push(beats, time_s(frame));
                *weak = if strong { 0 } else { *weak + 1 };
            }
        });
    }

    /// Measures what is left.
    pub(super) fn finish(mut self, time_s: &impl Fn(u64) -> f64) -> Result<Found, FftError> {
        let frames = self.first + self.recent.len() as u64;
        let (length, hop_s) = (self.autocorrelator.length(), self.hop as f64 / self.frames_per_s);
        let mut centre_s = 0.5 * length as f64 / self.frames_per_s;
        let mut at = 0;
        if self.recent.len() > length {
            at = self.recent.len() - length;
            self.measure(at)?;
        } else if !self.stretches_begun() && self.recent.len() as f64 >= MIN_SOUND_S * self.frames_per_s {
            self.autocorrelator = Autocorrelator::new(self.recent.len())?;
            centre_s = 0.5 * self.recent.len() as f64 / self.frames_per_s;
            let bpm = self.measure(0)?;
            self.bpm.push(bpm);
        }
        self.follow(at, frames, true, time_s);
        let scale = 1.0 / self.stretches.max(1) as f64;
        let mean: Vec<f32> = self.total.iter().map(|sum| (sum * scale) as f32).collect();
        let chance = self.chance.highest((self.variance * scale) as f32, frames as f64);
        let tempo = tempo::estimate(&mean, self.frames_per_s, chance);
        events::drop_last(&mut self.beats, self.weak);
        let beats = if tempo.is_some() { self.beats } else { Events::default() };
        Ok(Found { tempo, beats, bpm: self.bpm.to_time_series(centre_s, hop_s, Some) })
    }
}

/// Standard deviation.
fn deviation(strengths: &[f32]) -> f32 {
    let count = strengths.len().max(1) as f32;
    let mean = strengths.iter().sum::<f32>() / count;
    (strengths.iter().map(|s| (s - mean) * (s - mean)).sum::<f32>() / count).sqrt()
}
