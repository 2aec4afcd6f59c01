//! What a stream of pitches has been like.

use super::{PitchFrame, distribution::PitchDistribution};
use crate::analysis::Pitch;

/// Accumulates [`Pitch`] in memory that does not grow.
///
/// ```
/// use dsp::pitch::{PitchFrame, PitchStatistics};
///
/// let mut statistics = PitchStatistics::new(50.0, 2_000.0);
/// statistics.push(PitchFrame { f0_hz: Some(110.0), aperiodicity: Some(0.02) });
/// statistics.push(PitchFrame { f0_hz: None, aperiodicity: None });
/// let pitch = statistics.finish();
/// assert_eq!((pitch.median_hz, pitch.voiced_fraction), (Some(110.0), 0.5));
/// ```
pub struct PitchStatistics {
    distribution: PitchDistribution,
    frames: u64,
    sounding: u64,
    aperiodicity_sum: f64,
}

impl PitchStatistics {
    /// Statistics of pitches from `min_hz` to `max_hz`; what lies outside is counted at the ends.
    pub fn new(min_hz: f64, max_hz: f64) -> Self {
        Self { distribution: PitchDistribution::new(min_hz, max_hz), frames: 0, sounding: 0, aperiodicity_sum: 0.0 }
    }

    /// Takes one frame.
    pub fn push(&mut self, frame: PitchFrame) {
        self.frames += 1;
        if let Some(aperiodicity) = frame.aperiodicity {
            self.sounding += 1;
            self.aperiodicity_sum += f64::from(aperiodicity);
        }
        if let Some(f0_hz) = frame.f0_hz {
            self.distribution.push(f0_hz);
        }
    }

    /// The statistics over everything pushed.
    pub fn finish(self) -> Pitch {
        Pitch {
            median_hz: self.distribution.quantile(0.5),
            low_hz: self.distribution.quantile(0.05),
            high_hz: self.distribution.quantile(0.95),
            voiced_fraction: self.distribution.total() as f64 / self.frames.max(1) as f64,
            aperiodicity: (self.sounding > 0).then(|| self.aperiodicity_sum / self.sounding as f64),
        }
    }
}
