//! Second-order sections in a row.

use alloc::vec::Vec;

use num_complex::Complex64;

use super::{Biquad, FilterError, Shape};

/// State below this is silence: it would only slow the processor down as a subnormal number.
const SILENCE: f64 = 1e-200;

/// Runs one channel through sections, one after the other, in transposed direct form II with `f64` state.
///
/// A sample that is not a number (or infinite) is taken as silence, so that it does not stay in the state for ever.
///
/// ```
/// use dsp::filter::{Cascade, Shape};
///
/// let mut filter = Cascade::design(&[Shape::HighPass { frequency_hz: 20.0, q: 0.7 }], 48_000.0)?;
/// let mut samples = vec![1.0; 48_000];
/// filter.process(&mut samples);
/// assert!(samples[47_999].abs() < 1e-6);
/// # Ok::<(), dsp::filter::FilterError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cascade {
    sections: Vec<(Biquad, [f64; 2])>,
}

impl Cascade {
    /// Takes stable sections in the order in which sound passes them; none at all lets it pass untouched.
    pub fn new(sections: &[Biquad]) -> Result<Self, FilterError> {
        match sections.iter().position(|section| !section.is_stable()) {
            Some(section) => Err(FilterError::Unstable { section }),
            None => Ok(Self { sections: sections.iter().map(|&section| (section, [0.0; 2])).collect() }),
        }
    }

    /// Designs the sections at a sample rate.
    pub fn design(shapes: &[Shape], sample_rate_hz: f64) -> Result<Self, FilterError> {
        let sections: Result<Vec<_>, _> = shapes.iter().map(|&shape| Biquad::design(shape, sample_rate_hz)).collect();
        Self::new(&sections?)
    }

    /// Filters the next samples of the stream in place.
    pub fn process(&mut self, samples: &mut [f32]) {
        for x in samples {
            let mut y = if x.is_finite() { f64::from(*x) } else { 0.0 };
            for (Biquad { b: [b0, b1, b2], a: [a1, a2] }, [s1, s2]) in &mut self.sections {
                let out = *b0 * y + *s1;
                *s1 = audible(*b1 * y - *a1 * out + *s2);
                *s2 = audible(*b2 * y - *a2 * out);
                y = out;
            }
            *x = y as f32;
        }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.sections.iter_mut().for_each(|(_, state)| *state = [0.0; 2]);
    }

    /// Product of the responses of all sections at a frequency.
    pub fn response(&self, frequency_hz: f64, sample_rate_hz: f64) -> Complex64 {
        self.sections.iter().map(|(section, _)| section.response(frequency_hz, sample_rate_hz)).product()
    }
}

fn audible(state: f64) -> f64 {
    if state.abs() < SILENCE { 0.0 } else { state }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use core::f64::consts::TAU;

    use super::*;
    use crate::math;

    const SHAPES: [Shape; 2] =
        [Shape::Peaking { frequency_hz: 700.0, q: 1.5, gain_db: 6.0 }, Shape::LowPass { frequency_hz: 5000.0, q: 0.7 }];

    #[test]
    fn a_sine_gets_gain_and_phase_of_the_response() {
        let mut filter = Cascade::design(&SHAPES, 48_000.0).expect("designed");
        let response = filter.response(900.0, 48_000.0);
        let phase = |n: usize| TAU * 900.0 * n as f64 / 48_000.0;
        let mut samples: Vec<f32> = (0..9600).map(|n| math::sin(phase(n)) as f32).collect();
        filter.process(&mut samples);
        for (n, &y) in samples.iter().enumerate().skip(4800) {
            let expected = response.norm() * math::sin(phase(n) + libm::atan2(response.im, response.re));
            assert!((f64::from(y) - expected).abs() < 1e-6, "{n}");
        }
    }

    #[test]
    fn chunks_do_not_matter_and_reset_forgets() {
        let mut filter = Cascade::design(&SHAPES, 44_100.0).expect("designed");
        let sound: Vec<f32> = (0..1000).map(|n| math::sin(f64::from(n * n) * 1e-3) as f32).collect();
        let mut whole = sound.clone();
        filter.process(&mut whole);
        for chunk in [1, 7, 512] {
            filter.reset();
            let mut parts = sound.clone();
            parts.chunks_mut(chunk).for_each(|part| filter.process(part));
            assert_eq!(parts, whole);
        }
    }

    #[test]
    fn survives_bad_samples_and_ends_in_silence() {
        let mut filter = Cascade::design(&SHAPES, 44_100.0).expect("designed");
        let mut samples = vec![0.0; 60_000];
        (samples[0], samples[1], samples[2]) = (f32::NAN, f32::INFINITY, 1.0);
        filter.process(&mut samples);
        assert!(samples.iter().all(|y| y.is_finite()));
        assert!(filter.sections.iter().all(|(_, state)| *state == [0.0; 2]));
    }

    #[test]
    fn refuses_an_unstable_section() {
        let fine = Biquad { b: [1.0, 0.0, 0.0], a: [0.0, 0.5] };
        for a in [[0.0, 1.0], [2.0, 0.5], [f64::NAN, 0.0], [0.0, -1.0]] {
            let refused = Cascade::new(&[fine, Biquad { b: [1.0, 0.0, 0.0], a }]);
            assert!(matches!(refused, Err(FilterError::Unstable { section: 1 })), "{a:?}");
        }
    }
}
