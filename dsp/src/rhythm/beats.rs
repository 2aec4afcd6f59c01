//! Where the beats are, given how long they are.

use crate::math;

/// Weight of keeping time against hitting onsets, as in the paper's reference implementation.
const TIGHTNESS: f64 = 100.0;
/// A beat is final when this much sound after it has been seen.
const DECIDED_AFTER_S: f64 = 6.0;
/// Longest and shortest distance of two beats, in periods.
const REACH: (f64, f64) = (0.5, 2.0);
/// Beats on less than this many standard deviations of onset strength do not begin or end the sequence.
const WEAK: f32 = 0.5;
/// The pulse with which strengths are smoothed has this standard deviation, in periods.
const PULSE: f64 = 1.0 / 32.0;

/// One frame's place in the best sequence of beats that ends there.
#[derive(Clone, Copy)]
struct Link {
    score: f64,
    /// Local score of the frame itself.
    local: f32,
    /// Frames back to the beat before; 0 where there is none.
    back: u32,
}

/// Finds beats by dynamic programming (Ellis, J. New Music Research 36, 2007), in bounded memory.
///
/// Each frame i has the score C(i) = local(i) + max over j of C(j) - 100 ln^2((i - j) / period), j from half to two
/// periods before it. Local scores are onset strengths over their standard deviation in the window of the tempo,
/// smoothed by a Gaussian of 1/32 period. The sequence is followed backwards from the best frame of the latest period,
/// every time the period is measured anew; what lies 6 s back is final, by when the sequences to all frames have
/// practically become one. Beats before the first and after the last that fall on an onset are dropped.
pub(super) struct BeatTracker {
    frames_per_s: f64,
    /// Frame of `links[0]`.
    first: u64,
    links: Vec<Link>,
    /// Beats before this frame are final.
    decided: u64,
    pulse: Pulse,
}

/// Everything that follows from the period.
struct Pulse {
    period: f64,
    /// Gaussian from its middle to its end.
    weights: Vec<f32>,
    /// Penalty of a beat `nearest + index` frames after the one before.
    penalties: Vec<f64>,
    nearest: usize,
}

impl Pulse {
    fn new(period: f64) -> Self {
        let width = (PULSE * period).max(0.3);
        let weights = (0..=(3.0 * width) as usize).map(|n| {
            let x = n as f64 / width;
            math::exp(-0.5 * x * x) as f32
        });
        let nearest = (math::round(REACH.0 * period) as usize).max(1);
        let farthest = (math::round(REACH.1 * period) as usize).max(nearest);
        let penalties = (nearest..=farthest).map(|distance| {
            let x = math::ln(distance as f64 / period);
            TIGHTNESS * x * x
        });
        Self { period, weights: weights.collect(), penalties: penalties.collect(), nearest }
    }
}

/// A beat that will not change any more.
pub(super) struct Beat {
    pub(super) frame: u64,
    /// Whether it falls on an onset.
    pub(super) strong: bool,
}

impl BeatTracker {
    /// A tracker over frames of the given rate; beats are expected every `period` frames until [`Self::retime`].
    pub(super) fn new(frames_per_s: f64, period: f64) -> Self {
        Self { frames_per_s, first: 0, links: Vec::new(), decided: 0, pulse: Pulse::new(period) }
    }

    /// Expects beats every `period` frames from here on.
    pub(super) fn retime(&mut self, period: f64) {
        if period != self.pulse.period {
            self.pulse = Pulse::new(period);
        }
    }

    /// Frames taken so far.
    pub(super) fn frames(&self) -> u64 {
        self.first + self.links.len() as u64
    }

    /// Takes frames until `end`. `strengths` begins with frame `first` and holds what is known around them; they count
    /// in units of `deviation`.
    pub(super) fn push(&mut self, strengths: &[f32], first: u64, end: u64, deviation: f32) {
        while self.frames() < end {
            let at = (self.frames() - first) as usize;
            let smoothed = self.pulse.weights.iter().enumerate().map(|(n, weight)| {
                let after = strengths.get(at + n).copied().unwrap_or(0.0);
                let before = at.checked_sub(n).filter(|_| n > 0).and_then(|at| strengths.get(at)).copied();
                weight * (after + before.unwrap_or(0.0))
            });
            let local = smoothed.sum::<f32>() / deviation;
            self.extend(local);
        }
    }

    fn extend(&mut self, local: f32) {
        let here = self.links.len();
        // A sequence begins where there is something to hear.
        let predecessors = self.pulse.penalties.iter().enumerate().filter_map(|(index, penalty)| {
            let back = self.pulse.nearest + index;
            let link = here.checked_sub(back).and_then(|at| self.links.get(at))?;
            Some((link.score - penalty, back))
        });
        let best = predecessors.fold((0.0, 0), |best, next| if next.0 > best.0 { next } else { best });
        self.links.push(Link { score: f64::from(local) + best.0, local, back: best.1 as u32 });
    }

    /// Hands out the beats that have become final, or all that are left at the end of the sound.
    pub(super) fn decide(&mut self, end_of_sound: bool, mut each: impl FnMut(Beat)) {
        let latest = self.links.len().saturating_sub(self.pulse.period.ceil() as usize);
        // Of equals the first: silence after the last beat adds nothing.
        let best = (latest..self.links.len())
            .reduce(|best, at| if self.links[at].score > self.links[best].score { at } else { best });
        let final_before = match end_of_sound {
            true => self.frames(),
            false => self.frames().saturating_sub((DECIDED_AFTER_S * self.frames_per_s) as u64),
        };
        let mut beats = Vec::new();
        let mut next = best;
        while let Some(at) = next {
            let (link, frame) = (self.links[at], self.first + at as u64);
            if frame < self.decided {
                break;
            }
            if frame < final_before {
                beats.push(Beat { frame, strong: link.local >= WEAK });
            }
            next = at.checked_sub(link.back as usize).filter(|_| link.back > 0);
        }
        if let Some(latest) = beats.first() {
            // Another sequence may have won meanwhile: it does not beat twice in one period.
            self.decided = latest.frame + self.pulse.nearest as u64;
        }
        beats.into_iter().rev().for_each(&mut each);
        self.forget();
    }

    /// Drops the frames that neither a sequence nor the search for predecessors can reach.
    fn forget(&mut self) {
        let longest = 60.0 / super::tempo::MIN_BPM * REACH.1;
        let needed = ((DECIDED_AFTER_S + longest) * self.frames_per_s) as usize + 2;
        let excess = self.links.len().saturating_sub(needed);
        if excess > needed {
            self.links.drain(..excess);
            self.first += excess as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats of strengths fed in blocks of `block` frames, by their frames.
    fn beats(strengths: &[f32], period: f64, block: usize) -> Vec<u64> {
        let mut tracker = BeatTracker::new(62.5, period);
        let mut frames = Vec::new();
        for end in (block..strengths.len()).step_by(block) {
            tracker.push(strengths, 0, end as u64, 1.0);
            tracker.decide(false, |beat| frames.push(beat.frame));
        }
        tracker.push(strengths, 0, strengths.len() as u64, 1.0);
        tracker.decide(true, |beat| frames.push(beat.frame));
        frames
    }

    fn pulses(length: usize, period: f64, first: f64) -> Vec<f32> {
        let mut strengths = vec![0.0; length];
        let places = (0..).map(|b| math::round(first + f64::from(b) * period) as usize);
        places.take_while(|&at| at < length).for_each(|at| strengths[at] = 5.0);
        strengths
    }

    #[test]
    fn beats_fall_on_the_pulses() {
        for period in [21.0, 31.25, 62.5, 100.3] {
            let strengths = pulses(3_000, period, 12.0);
            let found = beats(&strengths, period, 64);
            let expected: Vec<u64> = (0..3_000).filter(|&at| strengths[at] > 0.0).map(|at| at as u64).collect();
            assert_eq!(found, expected, "{period}");
        }
    }

    #[test]
    fn a_wrong_period_and_missing_pulses_are_bridged() {
        let mut strengths = pulses(2_000, 30.0, 7.0);
        (900..1_010).for_each(|at| strengths[at] = 0.0);
        let found = beats(&strengths, 31.0, 64);
        assert_eq!(found.len(), (0..).take_while(|b| 7 + 30 * b < 2_000).count());
        assert!(found.iter().filter(|&&at| (at - 7) % 30 == 0).count() > found.len() - 6, "{found:?}");
    }

    #[test]
    fn memory_stays_bounded_and_beats_strictly_rise() {
        let mut state = 1u32;
        let noise: Vec<f32> = (0..60_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0
            })
            .collect();
        let mut tracker = BeatTracker::new(62.5, 31.0);
        let mut found: Vec<u64> = Vec::new();
        for end in (64..=noise.len()).step_by(64) {
            tracker.retime(if end % 4096 < 2048 { 31.0 } else { 47.0 });
            tracker.push(&noise, 0, end as u64, 0.5);
            tracker.decide(false, |beat| found.push(beat.frame));
            assert!(tracker.links.len() < 2_000);
        }
        assert!(found.windows(2).all(|pair| pair[1] >= pair[0] + 15 && pair[1] <= pair[0] + 130));
        assert!(found.len() > 60_000 / 60);
    }
}
