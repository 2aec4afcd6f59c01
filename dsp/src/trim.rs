//! Silence at both ends of a sound, found while it streams, without `std`.

use core::ops::Range;

use crate::math;

/// What counts as silence.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SilenceParameters {
    /// A frame is loud when a sample of any channel is above this, from -200 to 0 dBFS.
    pub threshold_dbfs: f64,
    /// Loud frames that are less than this apart belong to one event: a wave passes through zero.
    pub gap_frames: u64,
    /// Events that are shorter than this, from their first to their last loud frame, are clicks and do not count.
    pub hold_frames: u64,
    /// Silence that is kept before the first and after the last event.
    pub padding_frames: u64,
}

impl SilenceParameters {
    /// -60 dBFS, gaps of 50 ms, events of 1 ms, 10 ms kept.
    pub fn usual(sample_rate_hz: u32) -> Self {
        let milliseconds = |ms: u64| u64::from(sample_rate_hz) * ms / 1000;
        Self {
            threshold_dbfs: -60.0,
            gap_frames: milliseconds(50),
            hold_frames: milliseconds(1),
            padding_frames: milliseconds(10),
        }
    }
}

/// A threshold that is no level.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a threshold of {actual_dbfs} dBFS: -200 to 0")]
pub struct ThresholdError {
    /// Threshold that was asked for.
    pub actual_dbfs: f64,
}

/// Finds where the sound in a stream begins and ends; keeps four numbers.
///
/// ```
/// use dsp::trim::{SilenceDetector, SilenceParameters};
///
/// let parameters = SilenceParameters { threshold_dbfs: -40.0, gap_frames: 10, hold_frames: 1, padding_frames: 2 };
/// let sound = [[0.0, 0.0, 0.0, 0.001, 0.5, -0.5, 0.0, 0.0, 0.0, 0.0f32]];
/// let mut detector = SilenceDetector::new(parameters)?;
/// detector.push(&sound);
/// assert_eq!(detector.finish(), Some(2..8));
/// # Ok::<(), dsp::trim::ThresholdError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SilenceDetector {
    parameters: SilenceParameters,
    threshold: f32,
    frames: u64,
    /// First and last loud frame of the event that is not over.
    event: Option<(u64, u64)>,
    /// First and last loud frame of all events that counted.
    sound: Option<(u64, u64)>,
}

impl SilenceDetector {
    /// Checks the threshold.
    pub fn new(parameters: SilenceParameters) -> Result<Self, ThresholdError> {
        let actual_dbfs = parameters.threshold_dbfs;
        if !(-200.0..=0.0).contains(&actual_dbfs) {
            return Err(ThresholdError { actual_dbfs });
        }
        let threshold = math::pow(10.0, actual_dbfs / 20.0) as f32;
        Ok(Self { parameters, threshold, frames: 0, event: None, sound: None })
    }

    /// Takes a block of planar sound: one slice per channel, equally long, any length. Samples that are not a number are
    /// silent.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        // Blocks that are silent as a whole, or whose loud frames are found from both ends, cost one comparison a sample.
        const BLOCK: usize = 64;
        let frames = channels.iter().map(|channel| channel.as_ref().len()).min().unwrap_or(0);
        for start in (0..frames).step_by(BLOCK) {
            let end = (start + BLOCK).min(frames);
            let block = |channel: &C| channel.as_ref()[start..end].iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
            if channels.iter().any(|channel| block(channel) > self.threshold) {
                for n in start..end {
                    if channels.iter().any(|channel| channel.as_ref()[n].abs() > self.threshold) {
                        self.loud(self.frames + n as u64);
                    }
                }
            }
        }
        self.frames += frames as u64;
    }

    /// The frames that remain, with padding; None when there is nothing but silence.
    pub fn finish(mut self) -> Option<Range<u64>> {
        self.close();
        let (first, last) = self.sound?;
        let padding = self.parameters.padding_frames;
        Some(first.saturating_sub(padding)..last.saturating_add(1).saturating_add(padding).min(self.frames))
    }

    fn loud(&mut self, frame: u64) {
        match &mut self.event {
            Some((_, last)) if frame - *last <= self.parameters.gap_frames.max(1) => *last = frame,
            _ => {
                self.close();
                self.event = Some((frame, frame));
            }
        }
    }

    /// Ends the event, and counts it if it was no click.
    fn close(&mut self) {
        let Some((first, last)) = self.event.take() else { return };
        if last - first + 1 >= self.parameters.hold_frames {
            let begin = self.sound.map_or(first, |(begin, _)| begin);
            self.sound = Some((begin, last));
        }
    }
}

/// The frames of a whole sound that remain without the silence at its ends: empty when there is nothing else.
pub fn trimmed<C: AsRef<[f32]>>(channels: &[C], parameters: SilenceParameters) -> Result<Range<usize>, ThresholdError> {
    let mut detector = SilenceDetector::new(parameters)?;
    detector.push(channels);
    // The range lies within slices, so it fits.
    Ok(detector.finish().map_or(0..0, |range| range.start as usize..range.end as usize))
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    const PARAMETERS: SilenceParameters =
        SilenceParameters { threshold_dbfs: -20.0, gap_frames: 20, hold_frames: 5, padding_frames: 3 };

    /// Silence with a loud frame at each of the places.
    fn sound(places: &[usize]) -> Vec<f32> {
        let mut samples = vec![0.05; 1000];
        places.iter().for_each(|&n| samples[n] = if n % 2 == 0 { 0.5 } else { -0.5 });
        samples
    }

    #[test]
    fn finds_the_ends_and_keeps_padding() {
        let found = |places: &[usize]| trimmed(&[sound(places)], PARAMETERS).expect("threshold");
        assert_eq!(found(&[100, 120, 900, 910]), 97..914);
        // Nothing is added beyond the ends.
        assert_eq!(found(&[1, 10, 990, 998]), 0..1000);
        assert_eq!(found(&[]), 0..0);
        // A click of fewer than five frames, and two that are too far apart to be one event.
        assert_eq!(found(&[50, 53, 300, 310, 800, 803]), 297..314);
        assert_eq!(found(&[300, 321]), 0..0);
        assert_eq!(found(&[300, 320]), 297..324);
    }

    #[test]
    fn any_channel_counts_and_bad_samples_do_not() {
        let (mut left, right) = (sound(&[500, 510]), sound(&[400, 410]));
        left[3] = f32::NAN;
        assert_eq!(trimmed(&[left, right], PARAMETERS), Ok(397..514));
    }

    #[test]
    fn chunks_do_not_matter() {
        let samples = sound(&[63, 64, 70, 128, 140, 700, 703, 720, 999]);
        let whole = trimmed(&[&samples], PARAMETERS).expect("threshold");
        for chunk in [1, 3, 63, 64, 65, 999] {
            let mut detector = SilenceDetector::new(PARAMETERS).expect("threshold");
            samples.chunks(chunk).for_each(|part| detector.push(&[part]));
            assert_eq!(detector.finish(), Some(whole.start as u64..whole.end as u64), "{chunk}");
        }
    }

    #[test]
    fn refuses_what_is_no_level() {
        for threshold_dbfs in [1.0, -201.0, f64::NAN] {
            assert!(SilenceDetector::new(SilenceParameters { threshold_dbfs, ..PARAMETERS }).is_err());
        }
    }
}
