//! The bands that are taken from the sound at one sample rate.

use alloc::vec::Vec;
use core::f64::consts::TAU;
use core::ops::Range;

use super::{ConstantQParameters, decimator::Decimator};
use crate::{fft::Complex32, filterbank::dot, math};

/// Sound at rate / 2^`octave`, and the windows of some bands.
pub(super) struct Stage {
    octave: u32,
    /// From the rate above, which is twice this one.
    decimator: Option<Decimator>,
    samples: Vec<f32>,
    /// Samples that came before those.
    dropped: u64,
    /// First band.
    first: usize,
    windows: Vec<Window>,
    re: Vec<f32>,
    im: Vec<f32>,
    /// Longest reach of a window to one side.
    reach: usize,
}

struct Window {
    reach: usize,
    /// Where its taps stand in `re` and `im`.
    taps: Range<usize>,
}

/// Samples on one side of a window, at rate / 2^octave.
pub(super) fn reach(parameters: &ConstantQParameters, band: usize, octave: u32) -> usize {
    (parameters.window_frames(band) / 2.0 / f64::from(1u32 << octave)) as usize
}

impl Stage {
    pub(super) fn new(parameters: &ConstantQParameters, octave: u32, bands: Range<usize>) -> Self {
        let mut stage = Self {
            octave,
            decimator: (octave > 0).then(Decimator::new),
            samples: Vec::new(),
            dropped: 0,
            first: bands.start,
            windows: Vec::new(),
            re: Vec::new(),
            im: Vec::new(),
            reach: 0,
        };
        let rate_hz = parameters.sample_rate_hz / f64::from(1u32 << octave);
        for band in bands {
            let reach = reach(parameters, band, octave);
            let frames = parameters.window_frames(band) / f64::from(1u32 << octave);
            let step = parameters.center_hz(band) / rate_hz;
            let window = |m: i64| 0.5 + 0.5 * math::cos(TAU * m as f64 / frames);
            let side = reach as i64;
            let scale = 2.0 / (-side..=side).map(window).sum::<f64>();
            let start = stage.re.len();
            for m in -side..=side {
                let (w, phase) = (scale * window(m), TAU * step * m as f64);
                stage.re.push((w * math::cos(phase)) as f32);
                stage.im.push((-w * math::sin(phase)) as f32);
            }
            stage.windows.push(Window { reach, taps: start..stage.re.len() });
            stage.reach = stage.reach.max(reach);
        }
        stage
    }

    /// Samples, at the highest rate, that its windows reach to one side.
    pub(super) fn reach_frames(&self) -> u64 {
        (self.reach as u64) << self.octave
    }

    /// Takes what became new at the rate above and returns what became new at this one.
    pub(super) fn push(&mut self, samples: &[f32]) -> &[f32] {
        let known = self.samples.len();
        match &mut self.decimator {
            Some(decimator) => decimator.push(samples, &mut self.samples),
            None => self.samples.extend_from_slice(samples),
        }
        &self.samples[known..]
    }

    /// Where the sample `frame` of the highest rate stands in `samples`.
    fn at(&self, frame: u64) -> usize {
        ((frame >> self.octave) - self.dropped) as usize
    }

    /// True when all windows around sample `frame` of the highest rate are complete.
    pub(super) fn reaches(&self, frame: u64) -> bool {
        self.at(frame) + self.reach < self.samples.len()
    }

    /// Writes the bands around sample `frame` of the highest rate.
    pub(super) fn transform(&self, frame: u64, bands: &mut [Complex32]) {
        let at = self.at(frame);
        for (value, Window { reach, taps }) in bands[self.first..].iter_mut().zip(&self.windows) {
            let samples = &self.samples[at - reach..=at + reach];
            *value = Complex32::new(dot(&self.re[taps.clone()], samples), dot(&self.im[taps.clone()], samples));
        }
    }

    /// Forgets what no window around `frame` or later reaches.
    pub(super) fn forget(&mut self, frame: u64) {
        let kept = self.at(frame).saturating_sub(self.reach).min(self.samples.len());
        self.samples.drain(..kept);
        self.dropped += kept as u64;
    }
}
