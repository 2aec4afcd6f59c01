//! The functions that windows sample.

use crate::math;

/// A function of the position in the window, 0 at its left edge and 1/2 in the middle.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// a0 - a1 cos x + a2 cos 2x - ... with x = 2 pi times the position.
    Cosines(&'static [f64]),
    /// I0(beta sqrt(1 - (2 position - 1)^2)) / I0(beta).
    Kaiser { beta: f64, scale: f64 },
}

pub(super) const HANN: Shape = Shape::Cosines(&[0.5, 0.5]);
pub(super) const HAMMING: Shape = Shape::Cosines(&[0.54, 0.46]);
pub(super) const BLACKMAN: Shape = Shape::Cosines(&[0.42, 0.5, 0.08]);
pub(super) const BLACKMAN_HARRIS: Shape = Shape::Cosines(&[0.35875, 0.48829, 0.14128, 0.01168]);
pub(super) const FLAT_TOP: Shape =
    Shape::Cosines(&[0.215_578_95, 0.416_631_58, 0.277_263_158, 0.083_578_947, 0.006_947_368]);

impl Shape {
    pub(super) fn kaiser(beta: f64) -> Self {
        Self::Kaiser { beta, scale: 1.0 / bessel_i0(beta) }
    }

    pub(super) fn at(self, position: f64) -> f64 {
        match self {
            Self::Cosines(terms) => {
                let phase = core::f64::consts::TAU * position;
                let mut sign = 1.0;
                let mut sum = 0.0;
                for (k, &term) in terms.iter().enumerate() {
                    sum += sign * term * if k == 0 { 1.0 } else { math::cos(k as f64 * phase) };
                    sign = -sign;
                }
                sum
            }
            // 1 - (2 p - 1)^2 without the cancellation.
            Self::Kaiser { beta, scale } => {
                scale * bessel_i0(beta * math::sqrt((4.0 * position * (1.0 - position)).max(0.0)))
            }
        }
    }
}

/// Modified Bessel function of the first kind and order zero by its power series, sum of (x/2)^2k / k!^2 (Abramowitz
/// and Stegun 9.6.12). All terms are positive, so nothing cancels.
pub(super) fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    // Ends for every x: terms fall once k > x/2, and neither infinity nor NaN is greater than itself.
    while term > sum * 1e-17 {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}
