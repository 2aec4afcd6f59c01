//! Pitch over time.

use super::{
    PitchError, PitchFrame, Yin,
    decimate::HalfBand,
    yin::{check_rate, max_pitch_hz},
};

/// Rate below which the sound is not halved any more: eight samples in the shortest period.
const MIN_RATE_HZ: f64 = 16_000.0;

/// Follows the pitch of a stream of mono samples.
///
/// The sound is halved in rate while 16 kHz remain, then cut into overlapping frames for [`Yin`]. Frame i is centred on
/// i x [`Self::hop_s`]; the sound is taken as zero before its start and after its end, as in [`crate::stft::Stft`].
/// What comes out does not depend on how the stream is cut into pieces.
///
/// ```
/// use dsp::pitch::PitchTracker;
///
/// let mut tracker = PitchTracker::prepare(32_000.0, 50.0, 2_000.0, 0.016)?;
/// let sound: Vec<f32> = (0..32_000).map(|n| 0.3 * (n as f32 * 0.02).sin()).collect();
/// let mut pitches = Vec::new();
/// tracker.push(&sound, |frame| pitches.push(frame.f0_hz))?;
/// tracker.finish(|frame| pitches.push(frame.f0_hz))?;
/// assert_eq!(pitches.len(), 63);
/// // 0.02 radians a sample.
/// assert!((pitches[30].expect("voiced") - 101.86).abs() < 0.05);
/// # Ok::<(), dsp::pitch::PitchError>(())
/// ```
pub struct PitchTracker {
    halvings: Vec<HalfBand>,
    yin: Yin,
    rate_hz: f64,
    hop: usize,
    /// Samples from the start of the next frame on.
    pending: Vec<f32>,
    pushed: u64,
    frames: u64,
}

impl PitchTracker {
    /// Plans frames every `hop_s` seconds (0.001 to 0.04, rounded to a whole number of samples) for pitches from `min_hz`
    /// to `max_hz`; see [`Yin::new`] for the ranges.
    pub fn prepare(sample_rate_hz: f64, min_hz: f64, max_hz: f64, hop_s: f64) -> Result<Self, PitchError> {
        if !(0.001..=0.04).contains(&hop_s) {
            return Err(PitchError::Hop { hop_s });
        }
        check_rate(sample_rate_hz)?;
        let (mut rate_hz, mut halvings) = (sample_rate_hz, Vec::new());
        while rate_hz >= 2.0 * MIN_RATE_HZ && max_pitch_hz(0.5 * rate_hz) >= max_hz {
            halvings.push(HalfBand::new());
            rate_hz *= 0.5;
        }
        let yin = Yin::new(rate_hz, min_hz, max_hz)?;
        let hop = ((rate_hz * hop_s).round() as usize).max(1);
        Ok(Self { halvings, pending: vec![0.0; yin.frame_length() / 2], yin, rate_hz, hop, pushed: 0, frames: 0 })
    }

    /// Time from one frame to the next.
    pub fn hop_s(&self) -> f64 {
        self.hop as f64 / self.rate_hz
    }

    /// Takes any number of samples (full scale ±1.0) and calls `each` with every frame that became complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(PitchFrame)) -> Result<(), PitchError> {
        let halved = self.halvings.iter_mut().fold(samples, |samples, halving| halving.push(samples));
        self.pushed += halved.len() as u64;
        self.pending.extend_from_slice(halved);
        self.cut(u64::MAX, &mut each)
    }

    /// Hands out the frames that reach beyond the end. Returns the number of all frames, 1 + N / hop.
    pub fn finish(mut self, mut each: impl FnMut(PitchFrame)) -> Result<u64, PitchError> {
        for stage in 0..self.halvings.len() {
            let (done, rest) = self.halvings.split_at_mut(stage + 1);
            let tail = done.last_mut().map_or(&[] as &[f32], HalfBand::finish);
            let halved = rest.iter_mut().fold(tail, |samples, halving| halving.push(samples));
            self.pushed += halved.len() as u64;
            self.pending.extend_from_slice(halved);
        }
        let expected = 1 + self.pushed / self.hop as u64;
        self.pending.resize(self.pending.len() + self.yin.frame_length() + self.hop, 0.0);
        self.cut(expected, &mut each)?;
        Ok(self.frames)
    }

    fn cut(&mut self, until: u64, each: &mut impl FnMut(PitchFrame)) -> Result<(), PitchError> {
        let (length, mut start) = (self.yin.frame_length(), 0);
        while self.frames < until
            && let Some(frame) = self.pending.get(start..start + length)
        {
            each(self.yin.estimate(frame)?);
            self.frames += 1;
            start += self.hop;
        }
        // A hop is shorter than a frame, so `start` never passes the end of what is pending.
        self.pending.drain(..start.min(self.pending.len()));
        Ok(())
    }
}
