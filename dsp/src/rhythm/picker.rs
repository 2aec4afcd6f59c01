//! Peaks of the onset strength.

use std::collections::VecDeque;

use crate::math;

/// An onset is the highest frame this far to both sides.
const HIGHEST_WITHIN_S: f64 = 0.03;
/// The mean that an onset exceeds is taken this far to both sides.
const MEAN_WITHIN_S: f64 = 0.1;
/// By how much it exceeds the mean, where the strength is one of all bands.
pub const THRESHOLD_DB: f32 = 0.7;

/// Finds onsets in a stream of onset strengths by adaptive peak picking (Böck, Krebs and Schedl, ISMIR 2012).
///
/// Frame i is an onset when it is the highest from i - 30 ms to i + 30 ms (the first of equals) and at least
/// [`THRESHOLD_DB`] (more for sound of a narrow band) above the mean from i - 100 ms to i + 100 ms; both reaches are rounded
/// to frames and end where the sound ends. Differences from `librosa.onset.onset_detect`: the threshold is in decibels and not in shares of the
/// recording's highest strength, which a stream does not know (so noise has no onsets), and the highest frame is looked
/// for on both sides, not only before.
pub(super) struct OnsetPicker {
    threshold_db: f32,
    highest_within: usize,
    mean_within: usize,
    /// The latest strengths, at most `2 mean_within + 1`.
    recent: VecDeque<f32>,
    /// Frames pushed.
    frames: u64,
    /// Next frame to decide about.
    next: u64,
}

impl OnsetPicker {
    pub(super) fn new(frames_per_s: f64) -> Self {
        let reach = |seconds: f64| ((seconds * frames_per_s).round() as usize).clamp(1, 4_096);
        let mean_within = reach(MEAN_WITHIN_S);
        Self {
            threshold_db: THRESHOLD_DB,
            highest_within: reach(HIGHEST_WITHIN_S).min(mean_within),
            mean_within,
            recent: VecDeque::new(),
            frames: 0,
            next: 0,
        }
    }

    /// For strengths that are means over `bands` of `all` bands: those of noise deviate more, by the square root of that share.
    pub(super) fn of_bands(self, bands: usize, all: usize) -> Self {
        let share = all as f64 / bands.max(1) as f64;
        Self { threshold_db: THRESHOLD_DB * math::sqrt(share) as f32, ..self }
    }

    /// Takes the strength of one frame and returns the onset that it decides, by its frame.
    pub(super) fn push(&mut self, strength: f32) -> Option<u64> {
        if self.recent.len() > 2 * self.mean_within {
            self.recent.pop_front();
        }
        self.recent.push_back(strength);
        self.frames += 1;
        (self.frames > self.next + self.mean_within as u64).then(|| self.decide()).flatten()
    }

    /// Decides about the frames whose surroundings reach beyond the end.
    pub(super) fn finish(mut self, mut each: impl FnMut(u64)) {
        while self.next < self.frames {
            if let Some(onset) = self.decide() {
                each(onset);
            }
        }
    }

    fn decide(&mut self) -> Option<u64> {
        let candidate = self.next;
        self.next += 1;
        let oldest = self.frames - self.recent.len() as u64;
        let at = (candidate - oldest) as usize;
        let strength = self.recent[at];
        let around = |reach: usize| at.saturating_sub(reach)..(at + reach + 1).min(self.recent.len());
        let near = around(self.highest_within);
        let highest = self.recent.range(near.start..at).all(|&s| s < strength)
            && self.recent.range(at + 1..near.end).all(|&s| s <= strength);
        if !highest {
            return None;
        }
        let wide = around(self.mean_within);
        let mean = self.recent.range(wide.clone()).sum::<f32>() / wide.len() as f32;
        (strength >= mean + self.threshold_db).then_some(candidate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(strengths: &[f32]) -> Vec<u64> {
        let mut picker = OnsetPicker::new(62.5);
        let mut onsets: Vec<u64> = strengths.iter().filter_map(|&s| picker.push(s)).collect();
        picker.finish(|onset| onsets.push(onset));
        onsets
    }

    #[test]
    fn finds_peaks_wherever_they_stand() {
        for at in [0usize, 1, 5, 6, 7, 50, 93, 94, 99] {
            let mut strengths = [0.5; 100];
            strengths[at] = 3.0;
            assert_eq!(picked(&strengths), [at as u64]);
        }
    }

    #[test]
    fn of_close_peaks_the_highest_and_of_equal_ones_the_first_counts() {
        let mut strengths = [0.0; 60];
        (strengths[20], strengths[22], strengths[40], strengths[41]) = (5.0, 6.0, 7.0, 7.0);
        assert_eq!(picked(&strengths), [22, 40]);
    }

    #[test]
    fn what_does_not_stand_out_is_no_onset() {
        assert!(picked(&[4.0; 80]).is_empty());
        let mut strengths = [4.0; 80];
        strengths[40] = 4.7;
        assert!(picked(&strengths).is_empty());
        strengths[40] = 4.8;
        assert_eq!(picked(&strengths), [40]);
        assert!(picked(&[]).is_empty());
    }
}
