//! Pitch classes and tuning over time.

use super::{
    histogram::{MIN_CONCENTRATION, add_to_chroma, scaled},
    peaks::Partial,
};
use crate::{
    analysis::{MatrixSeries, TimeSeries},
    math,
    measure::series::{Merge, Series, SeriesMatrix},
};

/// Classes of an octave: every 20 cents.
const CLASSES: usize = 60;
const CLASS_CENTS: f64 = 20.0;
const SEMITONES: f32 = 12.0;

/// What the partials of each stretch of time have been, until the tuning of the whole is known.
pub(super) struct PitchClassSeries {
    classes: SeriesMatrix,
    /// Mean of the deviations from the nearest note as angles.
    re: Series,
    im: Series,
    weights: [f32; CLASSES],
}

impl PitchClassSeries {
    pub(super) fn new(max_points: usize) -> Self {
        let series = || Series::new(max_points, Merge::Mean);
        Self {
            classes: SeriesMatrix::new(CLASSES, max_points, Merge::Mean),
            re: series(),
            im: series(),
            weights: [0.0; CLASSES],
        }
    }

    /// Takes the partials of one spectrum: octaves above C and weight of each, the weights in all 1; none of a silent one.
    pub(super) fn push(&mut self, partials: &[Partial], octaves_above_c: impl Fn(&Partial) -> f32) {
        let total: f32 = partials.iter().map(|partial| partial.weight).sum();
        if partials.is_empty() || total <= 0.0 {
            self.classes.push([]);
            self.re.push(None);
            self.im.push(None);
            return;
        }
        self.weights.fill(0.0);
        let (mut re, mut im) = (0.0, 0.0);
        for partial in partials {
            let (octaves, weight) = (octaves_above_c(partial), partial.weight / total);
            self.weights[(octaves * CLASSES as f32 + 0.5) as usize % CLASSES] += weight;
            let angle = core::f64::consts::TAU * f64::from(octaves * SEMITONES);
            re += f64::from(weight) * math::cos(angle);
            im += f64::from(weight) * math::sin(angle);
        }
        self.classes.push(self.weights.iter().copied().map(Some));
        self.re.push(Some(re as f32));
        self.im.push(Some(im as f32));
    }

    /// The twelve pitch classes of each point in a tuning of so many cents, the largest 1, and the mean deviation.
    pub(super) fn finish(self, tuning_cents: f64, hop_s: f64) -> (MatrixSeries, TimeSeries) {
        // All of them have been pushed together, and have the same times.
        let times = self.re.to_time_series(0.0, hop_s, Some);
        let mut points = vec![None; times.values.len()];
        for class in 0..CLASSES {
            let Some(row) = self.classes.row(class) else { continue };
            for (point, weight) in points.iter_mut().zip(row.iter()) {
                let Some(weight) = weight else { continue };
                let chroma = point.get_or_insert([0.0f64; 12]);
                add_to_chroma(chroma, CLASS_CENTS * class as f64 - tuning_cents, f64::from(weight));
            }
        }
        let points: Vec<Option<[f64; 12]>> = points.into_iter().map(|point| point.and_then(scaled)).collect();
        let rounded = |weight: f64| math::round(100.0 * weight) as f32 / 100.0;
        let row = |class: usize| points.iter().map(|point| point.map(|chroma| rounded(chroma[class]))).collect();
        let (start_s, step_s) = (times.start_s, times.step_s);
        let chroma = MatrixSeries { start_s, step_s, rows: (0..12).map(row).collect() };
        let deviation = |(re, im): (Option<f32>, Option<f32>)| {
            let (re, im) = (f64::from(re?), f64::from(im?));
            let concentrated = math::sqrt(re * re + im * im) >= MIN_CONCENTRATION;
            concentrated.then(|| (100.0 * math::atan2(im, re) / core::f64::consts::TAU) as f32)
        };
        let values = self.re.iter().zip(self.im.iter()).map(deviation).collect();
        (chroma, TimeSeries { start_s, step_s, values })
    }
}
