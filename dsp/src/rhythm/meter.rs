//! Everything about rhythm in one pass.

use super::{OnsetStrength, events, picker::OnsetPicker, timeline::Timeline};
use crate::{
    Parameters,
    analysis::{Events, Rhythm, TimeSeries},
    fft::FftError,
    filterbank::FilterBankError,
    measure::series::{Merge, Series},
};

/// More frames a second than this tell nothing new about rhythm and are averaged.
const MAX_FRAMES_PER_S: f64 = 125.0;

/// Why rhythm cannot be measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RhythmError {
    /// The spectra cannot be divided into bands.
    #[error(transparent)]
    Bands(#[from] FilterBankError),
    /// The autocorrelation cannot be planned.
    #[error(transparent)]
    Fft(#[from] FftError),
}

/// Rhythm over time.
#[derive(Debug, Clone, PartialEq)]
pub struct RhythmSeries {
    /// [`OnsetStrength`]; a point holds the largest strength of its frames.
    pub onset_strength_db: TimeSeries,
    /// Tempo that the beats follow, from about 8 s of sound around each point, later ones weighing more than the three
    /// before; a point holds the mean. Undefined where nothing repeats.
    pub tempo_bpm: TimeSeries,
}

/// Measures [`Rhythm`] over a stream of power spectra, in memory that does not grow but for the lists of events.
///
/// Onset strength, its peaks ([`Rhythm::onsets`]), its autocorrelation in stretches of 8 s one second apart
/// ([`Rhythm::tempo`], the mean of all stretches), and beats by dynamic programming. An event at frame i of onset
/// strength is reported one hop before the end of that frame's window, which puts attacks out of silence 3 ms early and
/// attacks in loud noise 7 ms late on average, all within a hop and a half.
///
/// ```
/// use dsp::{Parameters, rhythm::RhythmMeter, stft::Stft};
///
/// // A click every half second, 10 s at 32 kHz.
/// let clicks: Vec<f32> = (0..320_000).map(|n| if n % 16_000 / 32 == 250 { 0.5 } else { 0.0 }).collect();
/// let parameters = Parameters::default();
/// let mut stft = Stft::prepare(&parameters)?;
/// let mut meter = RhythmMeter::prepare(&parameters, 1_024)?;
/// stft.push(&clicks, |power| meter.push(power))?;
/// stft.finish(|power| meter.push(power))?;
/// let (rhythm, _) = meter.finish()?;
/// assert!((rhythm.tempo.expect("regular").bpm - 120.0).abs() < 0.5);
/// assert_eq!(rhythm.onsets.count, 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RhythmMeter {
    hop_s: f64,
    strength: OnsetStrength,
    /// Spectra whose mean strength makes one frame of rhythm.
    stride: u32,
    sum: f32,
    in_sum: u32,
    frames: u64,
    picker: OnsetPicker,
    onsets: Events,
    series: Series,
    timeline: Timeline,
    failure: Option<FftError>,
}

impl RhythmMeter {
    /// Plans a pass over the spectra that [`crate::stft::Stft`] makes with `parameters`; series have at most
    /// `max_points` points.
    pub fn prepare(parameters: &Parameters, max_points: usize) -> Result<Self, RhythmError> {
        let hop_s = parameters.hop_s();
        let stride = (1.0 / (hop_s * MAX_FRAMES_PER_S)).clamp(1.0, 1e6) as u32;
        let frames_per_s = 1.0 / (hop_s * f64::from(stride));
        let strength = OnsetStrength::prepare(parameters)?;
        Ok(Self {
            hop_s,
            stride,
            sum: 0.0,
            in_sum: 0,
            frames: 0,
            picker: OnsetPicker::new(frames_per_s),
            onsets: Events::default(),
            series: Series::new(max_points, Merge::Maximum),
            timeline: Timeline::new(frames_per_s, strength.bands(), max_points)?,
            strength,
            failure: None,
        })
    }

    /// Listens to the bands up to `limit_hz` only, as [`OnsetStrength::within`] does. Before the first spectrum.
    #[must_use]
    pub fn within(self, limit_hz: f64) -> Self {
        let all = self.strength.bands();
        let strength = self.strength.within(limit_hz);
        let bands = strength.bands();
        Self { picker: self.picker.of_bands(bands, all), timeline: self.timeline.of_bands(bands), strength, ..self }
    }

    /// Takes one power spectrum (N / 2 + 1 powers, a sine of amplitude 1.0 on a bin is 1.0).
    pub fn push(&mut self, power: &[f32]) {
        self.sum += self.strength.push(power);
        self.in_sum += 1;
        if self.in_sum == self.stride {
            self.frame();
        }
    }

    fn frame(&mut self) {
        let strength = self.sum / self.in_sum.max(1) as f32;
        (self.sum, self.in_sum) = (0.0, 0);
        self.frames += 1;
        self.series.push(Some(strength));
        let time_s = event_time(self.hop_s, self.stride);
        if let Some(onset) = self.picker.push(strength) {
            events::push(&mut self.onsets, time_s(onset));
        }
        if let Err(error) = self.timeline.push(strength, &time_s) {
            self.failure.get_or_insert(error);
        }
    }

    /// The rhythm of everything pushed, and how it changes.
    pub fn finish(mut self) -> Result<(Rhythm, RhythmSeries), RhythmError> {
        if self.in_sum > 0 {
            self.frame();
        }
        if let Some(error) = self.failure {
            return Err(error.into());
        }
        let time_s = event_time(self.hop_s, self.stride);
        self.picker.finish(|onset| events::push(&mut self.onsets, time_s(onset)));
        let found = self.timeline.finish(&time_s)?;
        let step_s = self.hop_s * f64::from(self.stride);
        let series = RhythmSeries {
            onset_strength_db: self.series.to_time_series(0.5 * (step_s - self.hop_s), step_s, Some),
            tempo_bpm: found.bpm,
        };
        Ok((Rhythm { tempo: found.tempo, onsets: self.onsets, beats: found.beats }, series))
    }
}

/// Time of an event in a frame of rhythm, which is the mean of `stride` spectra: its middle, less a hop.
fn event_time(hop_s: f64, stride: u32) -> impl Fn(u64) -> f64 {
    let stride = f64::from(stride);
    move |frame| (frame as f64 * stride + 0.5 * (stride - 1.0) - 1.0) * hop_s
}
