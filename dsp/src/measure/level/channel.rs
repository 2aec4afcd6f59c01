//! Levels of one channel.

use alloc::vec::Vec;

use super::clipping::ClippedRuns;
use crate::{analysis::ChannelLevel, lanes::Eight, math};

/// Sums are taken in f32 over this many samples and in f64 over blocks of them, in a fixed order. The packets of most
/// decoders are whole numbers of blocks.
const BLOCK: usize = 128;
const LANES: usize = 8;
/// Squares of samples below this (-300 dBFS) leave the range of f32: blocks that are this faint are summed in f64.
const FAINT: f32 = 1e-15;

/// What is known of one channel.
#[derive(Clone)]
pub(super) struct Channel {
    clipped_from: f32,
    pending: Vec<f32>,
    pub(super) min: f32,
    pub(super) max: f32,
    pub(super) sum: f64,
    pub(super) energy: f64,
    pub(super) clipped: u64,
    pub(super) frames: u64,
    pub(super) runs: ClippedRuns,
}

impl Channel {
    pub(super) fn new(clipped_from: f32) -> Self {
        Self {
            clipped_from,
            pending: Vec::with_capacity(BLOCK),
            min: f32::INFINITY,
            max: f32::NEG_INFINITY,
            sum: 0.0,
            energy: 0.0,
            clipped: 0,
            frames: 0,
            runs: ClippedRuns::default(),
        }
    }

    pub(super) fn push(&mut self, mut samples: &[f32]) {
        if !self.pending.is_empty() {
            let (head, tail) = samples.split_at((BLOCK - self.pending.len()).min(samples.len()));
            self.pending.extend_from_slice(head);
            samples = tail;
            if self.pending.len() == BLOCK {
                self.flush();
            }
        }
        let (blocks, rest) = samples.as_chunks::<BLOCK>();
        blocks.iter().for_each(|block| self.add(block));
        self.pending.extend_from_slice(rest);
    }

    /// Takes what does not fill a block.
    pub(super) fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let block = core::mem::take(&mut self.pending);
        self.add(&block);
        self.pending = block;
        self.pending.clear();
    }

    fn add(&mut self, block: &[f32]) {
        let (mut sum, mut energy) = (Eight::ZERO, Eight::ZERO);
        let (mut min, mut max) = (Eight::splat(f32::INFINITY), Eight::splat(f32::NEG_INFINITY));
        let (runs, rest) = block.as_chunks::<LANES>();
        for run in runs {
            let x = Eight::new(run);
            (sum, energy) = (sum + x, energy + x * x);
            (min, max) = (min.smaller(x), max.larger(x));
        }
        let [mut sum, mut energy, mut min, mut max] = [sum, energy, min, max].map(Eight::get);
        for (lane, &x) in rest.iter().enumerate() {
            sum[lane] += x;
            energy[lane] += x * x;
            min[lane] = math::smaller(min[lane], x);
            max[lane] = math::larger(max[lane], x);
        }
        let (low, high) =
            (min.into_iter().fold(f32::INFINITY, math::smaller), max.into_iter().fold(f32::MIN, math::larger));
        self.sum += f64::from(sum.iter().sum::<f32>());
        self.energy += if high < FAINT && low > -FAINT {
            block.iter().map(|&x| f64::from(x) * f64::from(x)).sum()
        } else {
            f64::from(energy.iter().sum::<f32>())
        };
        // Most blocks are far from full scale and need no second look.
        if high >= self.clipped_from || low <= -self.clipped_from {
            self.clipped += block.iter().filter(|x| x.abs() >= self.clipped_from).count() as u64;
            self.runs.push(block, self.frames, self.clipped_from);
        } else {
            self.runs.interrupt();
        }
        self.min = math::smaller(self.min, low);
        self.max = math::larger(self.max, high);
        self.frames += block.len() as u64;
    }

    /// Frames taken, also those that wait for their block.
    pub(super) fn taken(&self) -> u64 {
        self.frames + self.pending.len() as u64
    }

    /// The levels, after [`flush`](Self::flush).
    pub(super) fn level(&self) -> ChannelLevel {
        let mean = |total: f64| if self.frames == 0 { 0.0 } else { total / self.frames as f64 };
        let peak = if self.frames == 0 { 0.0 } else { f64::from(self.max.max(-self.min)) };
        let peak_dbfs = math::power_to_decibels(peak * peak);
        let rms_dbfs = math::power_to_decibels(mean(self.energy));
        ChannelLevel {
            peak_dbfs,
            rms_dbfs,
            crest_factor_db: peak_dbfs.zip(rms_dbfs).map(|(peak, rms)| peak - rms),
            dc_offset: mean(self.sum),
            clipped_samples: self.clipped,
            clipped_runs: self.runs.count,
        }
    }
}
