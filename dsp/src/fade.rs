//! Fades, without `std`.

use crate::math;

/// Range of the exponential fade: it begins or ends 60 dB down.
pub const EXPONENTIAL_RANGE_DB: f64 = 60.0;

/// How the gain rises from 0 (at t = 0) to 1 (at t = 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Curve {
    /// t. A cross-fade of equal sounds keeps their amplitude.
    #[default]
    Linear,
    /// sin(pi t / 2). A cross-fade of unrelated sounds keeps their power.
    EqualPower,
    /// (1 - cos(pi t)) / 2. Keeps amplitude like the linear one, without corners at its ends.
    RaisedCosine,
    /// From -60 dB on by the same number of decibels in every moment, and 0 at t = 0 itself.
    Exponential,
}

impl Curve {
    /// Gain at a place in the fade; before it 0, after it 1.
    pub fn gain(self, t: f64) -> f64 {
        // What is not a number is before the fade.
        let t = t.max(0.0);
        match self {
            _ if t == 0.0 => 0.0,
            _ if t >= 1.0 => 1.0,
            Self::Linear => t,
            Self::EqualPower => math::sin(core::f64::consts::FRAC_PI_2 * t),
            Self::RaisedCosine => 0.5 - 0.5 * math::cos(core::f64::consts::PI * t),
            Self::Exponential => math::pow(10.0, EXPONENTIAL_RANGE_DB / 20.0 * (t - 1.0)),
        }
    }
}

/// A fade at a fixed place of a stream.
///
/// A fade of N frames in has gain(n / N) at its frame n, so that the first frame is silent and the first after it is
/// whole; a fade out has gain(1 - (n + 1) / N), so that its last frame is silent: one is the other backwards. What lies
/// outside of the sound that remains (before a fade in, after a fade out) is silent.
///
/// ```
/// use dsp::fade::{Curve, Fade};
///
/// let mut sound = [[1.0f32; 4]];
/// Fade::fade_in(Curve::Linear, 0, 4).process(&mut sound);
/// assert_eq!(sound[0], [0.0, 0.25, 0.5, 0.75]);
/// ```
#[derive(Debug, Clone)]
pub struct Fade {
    curve: Curve,
    rising: bool,
    start_frame: u64,
    frames: u64,
    at: u64,
}

impl Fade {
    /// A fade in from a frame of the stream on, over `frames` frames.
    pub fn fade_in(curve: Curve, start_frame: u64, frames: u64) -> Self {
        Self { curve, rising: true, start_frame, frames, at: 0 }
    }

    /// A fade out from a frame of the stream on, over `frames` frames.
    pub fn fade_out(curve: Curve, start_frame: u64, frames: u64) -> Self {
        Self { curve, rising: false, start_frame, frames, at: 0 }
    }

    /// Gain of a frame of the stream.
    pub fn gain_at(&self, frame: u64) -> f64 {
        let Some(inside) = frame.checked_sub(self.start_frame) else { return if self.rising { 0.0 } else { 1.0 } };
        match (inside < self.frames, self.rising) {
            (true, true) => self.curve.gain(inside as f64 / self.frames as f64),
            (true, false) => self.curve.gain((self.frames - inside - 1) as f64 / self.frames as f64),
            (false, true) => 1.0,
            (false, false) => 0.0,
        }
    }

    /// Fades the next block of the stream in place: one slice per channel, equally long.
    pub fn process<C: AsMut<[f32]>>(&mut self, channels: &mut [C]) {
        let mut frames = 0;
        for channel in channels {
            let samples = channel.as_mut();
            frames = samples.len() as u64;
            // Where the gain is 1 for a whole block, there is nothing to do.
            let untouched = match self.rising {
                true => self.at >= self.start_frame.saturating_add(self.frames),
                false => self.at.saturating_add(frames) <= self.start_frame,
            };
            if !untouched {
                for (x, frame) in samples.iter_mut().zip(self.at..) {
                    *x *= self.gain_at(frame) as f32;
                }
            }
        }
        self.at += frames;
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    const CURVES: [Curve; 4] = [Curve::Linear, Curve::EqualPower, Curve::RaisedCosine, Curve::Exponential];

    #[test]
    fn curves_rise_from_nothing_to_all() {
        for curve in CURVES {
            assert_eq!((curve.gain(0.0), curve.gain(1.0), curve.gain(f64::NAN)), (0.0, 1.0, 0.0));
            assert!((1..=1000).all(|n| curve.gain(f64::from(n) / 1000.0) > curve.gain(f64::from(n - 1) / 1000.0)));
        }
        assert!((Curve::Exponential.gain(0.5) - math::pow(10.0, -30.0 / 20.0)).abs() < 1e-15);
    }

    #[test]
    fn cross_fades_keep_amplitude_or_power() {
        for n in 0..=100 {
            let t = f64::from(n) / 100.0;
            for curve in [Curve::Linear, Curve::RaisedCosine] {
                assert!((curve.gain(t) + curve.gain(1.0 - t) - 1.0).abs() < 1e-15);
            }
            let (rising, falling) = (Curve::EqualPower.gain(t), Curve::EqualPower.gain(1.0 - t));
            assert!((rising * rising + falling * falling - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn out_is_in_backwards_and_chunks_do_not_matter() {
        for curve in CURVES {
            let (mut rising, mut falling) = ([vec![1.0f32; 50]], [vec![1.0f32; 50]]);
            Fade::fade_in(curve, 10, 30).process(&mut rising);
            Fade::fade_out(curve, 10, 30).process(&mut falling);
            assert!(rising[0].iter().rev().eq(falling[0].iter()), "{curve:?}");
            assert!(rising[0][..=10].iter().all(|&x| x == 0.0) && rising[0][40..].iter().all(|&x| x == 1.0));
            for chunk in [1, 7, 49] {
                let (mut fade, mut parts) = (Fade::fade_out(curve, 10, 30), vec![1.0f32; 50]);
                parts.chunks_mut(chunk).for_each(|part| fade.process(&mut [part]));
                assert_eq!(parts, falling[0]);
            }
        }
    }

    #[test]
    fn extremes_do_not_panic() {
        let none: &mut [Vec<f32>] = &mut [];
        Fade::fade_in(Curve::Linear, 0, 0).process(none);
        let mut sound = [[1.0f32; 3]];
        Fade::fade_in(Curve::Linear, 0, 0).process(&mut sound);
        assert_eq!(sound[0], [1.0; 3]);
        Fade::fade_out(Curve::Linear, u64::MAX, u64::MAX).process(&mut sound);
        assert_eq!(sound[0], [1.0; 3]);
        Fade::fade_in(Curve::Linear, u64::MAX, u64::MAX).process(&mut sound);
        assert_eq!(sound[0], [0.0; 3]);
    }
}
