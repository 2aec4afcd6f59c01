//! Everything about tones in one pass.

use super::{
    histogram::{PitchClassHistogram, octaves_above_c},
    key::key,
    over_time::PitchClassSeries,
    peaks::PartialFinder,
};
use crate::{
    Parameters,
    analysis::{MatrixSeries, TimeSeries, Tonal},
    measure::series::{Merge, Series},
    pitch::{HOP_S, MAX_HZ, MIN_HZ, PitchError, PitchFrame, PitchStatistics, PitchTracker, max_pitch_hz},
};

/// Pitch over time, see [`crate::pitch::Yin`], and pitch classes.
#[derive(Debug, Clone, PartialEq)]
pub struct TonalSeries {
    /// Fundamental frequency; a point holds the mean of its voiced frames, undefined without any.
    pub f0_hz: TimeSeries,
    /// Share of the power that does not repeat; a point holds the mean of its frames, undefined in silence.
    pub aperiodicity: TimeSeries,
    /// Weight of the twelve pitch classes from C on, in the tuning of the whole, the largest of each point 1; undefined in
    /// silence. Partials are told apart to 20 cents.
    pub chroma: MatrixSeries,
    /// Mean deviation of the partials from the nearest notes of A = 440 Hz, as angles: -50 to 50; undefined where they lie
    /// anywhere, as of [`Tonal::tuning`], which is the most frequent one.
    pub tuning_cents: TimeSeries,
}

/// Measures [`Tonal`] over a stream of sound and its power spectra, in memory that does not grow.
///
/// Tuning, chroma and key come from the partials of the spectra, pitch from the samples; the two streams need not keep
/// step.
///
/// ```
/// use dsp::{Parameters, stft::Stft, tonal::TonalMeter};
///
/// // An A that is 20 cents sharp.
/// let tone: Vec<f32> = (0..64_000).map(|n| 0.3 * (n as f32 * 445.112 / 32_000.0 * std::f32::consts::TAU).sin()).collect();
/// let parameters = Parameters::default();
/// let mut stft = Stft::prepare(&parameters)?;
/// let mut meter = TonalMeter::prepare(&parameters, 1_024)?;
/// meter.push_samples(&tone)?;
/// stft.push(&tone, |power| meter.push_power(power))?;
/// stft.finish(|power| meter.push_power(power))?;
/// let (tonal, _) = meter.finish()?;
/// assert!((tonal.tuning.expect("a tone").deviation_cents - 20.0).abs() < 2.0);
/// assert!((tonal.pitch.expect("looked for").median_hz.expect("voiced") - 445.112).abs() < 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TonalMeter {
    finder: PartialFinder,
    histogram: PitchClassHistogram,
    classes: PitchClassSeries,
    frame_hop_s: f64,
    /// Absent where the rate is too low.
    tracker: Option<PitchTracker>,
    pitches: Pitches,
}

/// Where the frames of the tracker go.
struct Pitches {
    statistics: PitchStatistics,
    f0_hz: Series,
    aperiodicity: Series,
}

impl Pitches {
    fn push(&mut self, frame: PitchFrame) {
        self.statistics.push(frame);
        self.f0_hz.push(frame.f0_hz.map(|f0| f0 as f32));
        self.aperiodicity.push(frame.aperiodicity);
    }
}

impl TonalMeter {
    /// Plans a pass over mono sound at the analysis rate of `parameters` and the spectra that
    /// [`crate::stft::Stft`] makes of it; series have at most `max_points` points.
    pub fn prepare(parameters: &Parameters, max_points: usize) -> Result<Self, PitchError> {
        let rate_hz = f64::from(parameters.analysis_rate_hz);
        // An octave is the least range worth looking at.
        let max_hz = MAX_HZ.min(max_pitch_hz(rate_hz));
        let tracker = (max_hz >= 2.0 * MIN_HZ).then(|| PitchTracker::prepare(rate_hz, MIN_HZ, max_hz, HOP_S));
        Ok(Self {
            finder: PartialFinder::new(parameters.bins(), parameters.bin_width_hz()),
            histogram: PitchClassHistogram::new(),
            classes: PitchClassSeries::new(max_points),
            frame_hop_s: parameters.hop_s(),
            tracker: tracker.transpose()?,
            pitches: Pitches {
                statistics: PitchStatistics::new(MIN_HZ, MAX_HZ),
                f0_hz: Series::new(max_points, Merge::Mean),
                aperiodicity: Series::new(max_points, Merge::Mean),
            },
        })
    }

    /// Takes one power spectrum (N / 2 + 1 powers, a sine of amplitude 1.0 on a bin is 1.0).
    pub fn push_power(&mut self, power: &[f32]) {
        let finder = &self.finder;
        let partials = self.histogram.push(|partials| finder.find(power, |partial| partials.push(partial)));
        self.classes.push(partials, octaves_above_c);
    }

    /// Takes any number of mono samples at the analysis rate, full scale ±1.0.
    pub fn push_samples(&mut self, samples: &[f32]) -> Result<(), PitchError> {
        let pitches = &mut self.pitches;
        self.tracker.as_mut().map_or(Ok(()), |tracker| tracker.push(samples, |frame| pitches.push(frame)))
    }

    /// The tones of everything pushed, and how the pitch moves.
    pub fn finish(self) -> Result<(Tonal, TonalSeries), PitchError> {
        let Self { histogram, classes, frame_hop_s, tracker, mut pitches, .. } = self;
        let looked_for = tracker.is_some();
        let hop_s = tracker.as_ref().map_or(HOP_S, PitchTracker::hop_s);
        if let Some(tracker) = tracker {
            tracker.finish(|frame| pitches.push(frame))?;
        }
        let tuning = histogram.tuning();
        let tuning_cents = tuning.map_or(0.0, |tuning| tuning.deviation_cents);
        let chroma = histogram.chroma(tuning_cents);
        let (chroma_series, tuning_series) = classes.finish(tuning_cents, frame_hop_s);
        let tonal = Tonal {
            tuning,
            key: chroma.as_ref().and_then(key),
            chroma,
            pitch: looked_for.then(|| pitches.statistics.finish()),
        };
        let series = TonalSeries {
            f0_hz: pitches.f0_hz.to_time_series(0.0, hop_s, Some),
            aperiodicity: pitches.aperiodicity.to_time_series(0.0, hop_s, Some),
            chroma: chroma_series,
            tuning_cents: tuning_series,
        };
        Ok((tonal, series))
    }
}
