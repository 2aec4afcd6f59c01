//! Waveform overview of bounded size: minimum, maximum and RMS of equally long runs of frames.

use alloc::vec::Vec;

use crate::{lanes::Eight, math};

/// Frames in a bucket before the first merge.
const FIRST_BUCKET_FRAMES: usize = 64;

/// The finished overview of the mono mix. The three lists have one entry per bucket, at most
/// [`crate::Parameters::max_buckets`]; full scale is ±1.0. The last bucket may hold fewer frames.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Waveform {
    /// Time from one bucket to the next.
    pub bucket_duration_s: f64,
    /// Smallest sample of each bucket.
    pub min: Vec<f32>,
    /// Largest sample of each bucket.
    pub max: Vec<f32>,
    /// Root mean square of each bucket.
    pub rms: Vec<f32>,
}

#[derive(Clone, Copy)]
struct Bucket {
    min: f32,
    max: f32,
    energy: f64,
    frames: u64,
}

impl Bucket {
    const EMPTY: Self = Self { min: f32::INFINITY, max: f32::NEG_INFINITY, energy: 0.0, frames: 0 };

    fn add(&mut self, run: &[f32]) {
        const LANES: usize = 8;
        let mut energy = Eight::ZERO;
        let (mut min, mut max) = (Eight::splat(f32::INFINITY), Eight::splat(f32::NEG_INFINITY));
        let (parts, rest) = run.as_chunks::<LANES>();
        for part in parts {
            let x = Eight::new(part);
            energy = energy + x * x;
            (min, max) = (min.smaller(x), max.larger(x));
        }
        let [mut energy, mut min, mut max] = [energy, min, max].map(Eight::get);
        for (lane, &x) in rest.iter().enumerate() {
            energy[lane] += x * x;
            min[lane] = math::smaller(min[lane], x);
            max[lane] = math::larger(max[lane], x);
        }
        self.min = min.into_iter().fold(self.min, math::smaller);
        self.max = max.into_iter().fold(self.max, math::larger);
        self.energy += f64::from(energy.iter().sum::<f32>());
        self.frames += run.len() as u64;
    }

    fn merge(self, other: Self) -> Self {
        Self {
            min: math::smaller(self.min, other.min),
            max: math::larger(self.max, other.max),
            energy: self.energy + other.energy,
            frames: self.frames + other.frames,
        }
    }
}

/// Collects a [`Waveform`] from a stream of unknown length; buckets merge in pairs when they are full.
pub struct WaveformBuilder {
    sample_rate_hz: u32,
    max_buckets: usize,
    /// Frames in a complete bucket.
    bucket_frames: u64,
    buckets: Vec<Bucket>,
    /// The start of a run of [`FIRST_BUCKET_FRAMES`], so that sums do not depend on chunking.
    pending: Vec<f32>,
}

impl WaveformBuilder {
    /// An empty overview of sound at `sample_rate_hz`; `max_buckets` is even and above zero.
    pub fn new(sample_rate_hz: u32, max_buckets: usize) -> Self {
        Self {
            sample_rate_hz,
            max_buckets: max_buckets.next_multiple_of(2).max(2),
            bucket_frames: FIRST_BUCKET_FRAMES as u64,
            buckets: Vec::new(),
            pending: Vec::with_capacity(FIRST_BUCKET_FRAMES),
        }
    }

    /// Takes any number of mono samples.
    pub fn push(&mut self, mut samples: &[f32]) {
        if !self.pending.is_empty() {
            let (head, tail) = samples.split_at((FIRST_BUCKET_FRAMES - self.pending.len()).min(samples.len()));
            self.pending.extend_from_slice(head);
            samples = tail;
            if self.pending.len() == FIRST_BUCKET_FRAMES {
                let run = core::mem::take(&mut self.pending);
                self.add(&run);
                self.pending = run;
                self.pending.clear();
            }
        }
        let (runs, rest) = samples.as_chunks::<FIRST_BUCKET_FRAMES>();
        runs.iter().for_each(|run| self.add(run));
        self.pending.extend_from_slice(rest);
    }

    fn add(&mut self, run: &[f32]) {
        if self.buckets.last().is_none_or(|last| last.frames >= self.bucket_frames) {
            if self.buckets.len() == self.max_buckets {
                let merged = self.buckets.chunks(2).map(|pair| pair.iter().copied().fold(Bucket::EMPTY, Bucket::merge));
                self.buckets = merged.collect();
                self.bucket_frames *= 2;
            }
            self.buckets.push(Bucket::EMPTY);
        }
        if let Some(last) = self.buckets.last_mut() {
            last.add(run);
        }
    }

    /// The overview so far.
    pub fn snapshot(&self) -> Waveform {
        let mut closed = Self { buckets: self.buckets.clone(), pending: Vec::new(), ..*self };
        if !self.pending.is_empty() {
            closed.add(&self.pending);
        }
        Waveform {
            bucket_duration_s: closed.bucket_frames as f64 / f64::from(closed.sample_rate_hz.max(1)),
            min: closed.buckets.iter().map(|b| b.min).collect(),
            max: closed.buckets.iter().map(|b| b.max).collect(),
            rms: closed.buckets.iter().map(|b| math::sqrt(b.energy / b.frames.max(1) as f64) as f32).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn ramp(length: usize) -> Vec<f32> {
        (0..length).map(|n| n as f32 / length as f32 - 0.5).collect()
    }

    #[test]
    fn buckets_hold_extremes_and_energy_of_their_frames() {
        for length in [1usize, 63, 64, 65, 640, 8 * 64, 8 * 64 + 1, 5000] {
            let samples = ramp(length);
            let mut builder = WaveformBuilder::new(1000, 8);
            builder.push(&samples);
            let waveform = builder.snapshot();
            let bucket = (waveform.bucket_duration_s * 1000.0).round() as usize;
            assert!(waveform.min.len() <= 8);
            assert_eq!(waveform.min.len(), length.div_ceil(bucket));
            for (i, part) in samples.chunks(bucket).enumerate() {
                assert_eq!(waveform.min[i], part[0]);
                assert_eq!(waveform.max[i], part[part.len() - 1]);
                let rms = (part.iter().map(|&x| f64::from(x * x)).sum::<f64>() / part.len() as f64).sqrt();
                assert!((f64::from(waveform.rms[i]) - rms).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn chunks_do_not_matter() {
        let samples = ramp(10_001);
        let mut whole = WaveformBuilder::new(44_100, 16);
        whole.push(&samples);
        for chunk in [1usize, 7, 64, 65, 1000] {
            let mut parts = WaveformBuilder::new(44_100, 16);
            samples.chunks(chunk).for_each(|part| parts.push(part));
            assert_eq!(parts.snapshot(), whole.snapshot());
        }
    }
}
