//! A second-order section.

use core::f64::consts::TAU;

use num_complex::Complex64;

use super::{FilterError, Shape};
use crate::math;

/// H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²).
///
/// ```
/// use dsp::filter::{Biquad, Shape};
///
/// let low = Biquad::design(Shape::LowPass { frequency_hz: 1000.0, q: std::f64::consts::FRAC_1_SQRT_2 }, 48_000.0)?;
/// assert!((low.response(1000.0, 48_000.0).norm() - 0.5f64.sqrt()).abs() < 1e-12);
/// assert!(low.is_stable());
/// # Ok::<(), dsp::filter::FilterError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Biquad {
    /// b0, b1, b2.
    pub b: [f64; 3],
    /// a1, a2; a0 is 1.
    pub a: [f64; 2],
}

impl Biquad {
    /// The coefficients of a shape at a sample rate.
    pub fn design(shape: Shape, sample_rate_hz: f64) -> Result<Self, FilterError> {
        shape.design(sample_rate_hz)
    }

    pub(super) fn normalized(b: [f64; 3], a: [f64; 3]) -> Self {
        Self { b: b.map(|b| b / a[0]), a: [a[1] / a[0], a[2] / a[0]] }
    }

    /// H at a frequency: its norm is the gain, its argument the phase.
    pub fn response(&self, frequency_hz: f64, sample_rate_hz: f64) -> Complex64 {
        let phase = -TAU * frequency_hz / sample_rate_hz;
        let z1 = Complex64::new(math::cos(phase), math::sin(phase));
        let z2 = z1 * z1;
        (z1 * self.b[1] + z2 * self.b[2] + self.b[0]) / (z1 * self.a[0] + z2 * self.a[1] + 1.0)
    }

    /// Whether both poles lie inside of the unit circle (Jury's criterion) and all coefficients are numbers.
    pub fn is_stable(&self) -> bool {
        let [a1, a2] = self.a;
        self.b.iter().all(|b| b.is_finite()) && a2.abs() < 1.0 && a1.abs() < 1.0 + a2
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    fn gain_db(shape: Shape, frequency_hz: f64) -> f64 {
        20.0 * Biquad::design(shape, RATE_HZ).expect("designed").response(frequency_hz, RATE_HZ).norm().log10()
    }

    fn assert_db(shape: Shape, frequency_hz: f64, expected: f64) {
        let actual = gain_db(shape, frequency_hz);
        assert!((actual - expected).abs() < 1e-8, "{shape:?} at {frequency_hz}: {actual} dB");
    }

    #[test]
    fn shapes_have_their_textbook_gains() {
        let (frequency_hz, q, gain_db) = (3000.0, 2.0, -9.0);
        let q_db = 20.0 * 2f64.log10();
        assert_db(Shape::LowPass { frequency_hz, q }, 0.0, 0.0);
        assert_db(Shape::LowPass { frequency_hz, q }, frequency_hz, q_db);
        assert_db(Shape::HighPass { frequency_hz, q }, 24_000.0, 0.0);
        assert_db(Shape::HighPass { frequency_hz, q }, frequency_hz, q_db);
        assert_db(Shape::BandPassSkirt { frequency_hz, q }, frequency_hz, q_db);
        assert_db(Shape::BandPassPeak { frequency_hz, q }, frequency_hz, 0.0);
        assert_db(Shape::Notch { frequency_hz, q }, 0.0, 0.0);
        assert!(super::tests::gain_db(Shape::Notch { frequency_hz, q }, frequency_hz) < -200.0);
        for f in [1.0, 100.0, 3000.0, 20_000.0] {
            assert_db(Shape::AllPass { frequency_hz, q }, f, 0.0);
        }
        assert_db(Shape::Peaking { frequency_hz, q, gain_db }, frequency_hz, gain_db);
        assert_db(Shape::Peaking { frequency_hz, q, gain_db }, 0.0, 0.0);
        for slope in [0.3, 1.0] {
            assert_db(Shape::LowShelf { frequency_hz, slope, gain_db }, 0.0, gain_db);
            assert_db(Shape::LowShelf { frequency_hz, slope, gain_db }, frequency_hz, gain_db / 2.0);
            assert_db(Shape::LowShelf { frequency_hz, slope, gain_db }, 24_000.0, 0.0);
            assert_db(Shape::HighShelf { frequency_hz, slope, gain_db }, 0.0, 0.0);
            assert_db(Shape::HighShelf { frequency_hz, slope, gain_db }, frequency_hz, gain_db / 2.0);
            assert_db(Shape::HighShelf { frequency_hz, slope, gain_db }, 24_000.0, gain_db);
        }
        assert_db(Shape::FirstOrderHighPass { frequency_hz }, frequency_hz, 10.0 * 0.5f64.log10());
    }

    #[test]
    fn an_all_pass_turns_by_half_a_circle() {
        let section = Biquad::design(Shape::AllPass { frequency_hz: 5000.0, q: 1.3 }, RATE_HZ).expect("designed");
        assert!((section.response(5000.0, RATE_HZ) + 1.0).norm() < 1e-12);
    }

    #[test]
    fn refuses_what_makes_no_filter() {
        let q = 1.0;
        for frequency_hz in [0.0, -1.0, 24_000.0, f64::NAN, f64::INFINITY] {
            let refused = Biquad::design(Shape::LowPass { frequency_hz, q }, RATE_HZ);
            assert!(matches!(refused, Err(FilterError::Frequency { .. })), "{frequency_hz}");
        }
        for q in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = Biquad::design(Shape::Notch { frequency_hz: 100.0, q }, RATE_HZ);
            assert!(matches!(refused, Err(FilterError::Figure { name: "Q", .. })), "{q}");
        }
        let refused = Biquad::design(Shape::LowShelf { frequency_hz: 100.0, slope: 1.5, gain_db: 3.0 }, RATE_HZ);
        assert!(matches!(refused, Err(FilterError::Figure { name: "slope", .. })));
        let refused = Biquad::design(Shape::Peaking { frequency_hz: 100.0, q, gain_db: f64::NAN }, RATE_HZ);
        assert!(matches!(refused, Err(FilterError::Figure { name: "gain (dB)", .. })));
    }

    proptest! {
        #[test]
        fn every_design_is_stable(
            frequency_hz in 1.0..23_999.0f64,
            q in 0.01..1000.0f64,
            slope in 0.01..1.0f64,
            gain_db in -60.0..60.0f64,
        ) {
            for shape in [
                Shape::LowPass { frequency_hz, q },
                Shape::HighPass { frequency_hz, q },
                Shape::BandPassSkirt { frequency_hz, q },
                Shape::BandPassPeak { frequency_hz, q },
                Shape::Notch { frequency_hz, q },
                Shape::AllPass { frequency_hz, q },
                Shape::Peaking { frequency_hz, q, gain_db },
                Shape::LowShelf { frequency_hz, slope, gain_db },
                Shape::HighShelf { frequency_hz, slope, gain_db },
                Shape::FirstOrderHighPass { frequency_hz },
            ] {
                prop_assert!(Biquad::design(shape, RATE_HZ).expect("designed").is_stable(), "{shape:?}");
            }
        }
    }
}
