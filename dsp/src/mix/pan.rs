//! Where a track stands between the loudspeakers.

use core::f64::consts::{FRAC_PI_4, SQRT_2};

use crate::math;

/// Gains of a track to the left and the right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StereoGains {
    /// Factor to the left.
    pub left: f64,
    /// Factor to the right.
    pub right: f64,
}

impl StereoGains {
    /// A mono track between the loudspeakers by the constant-power law: left = cos θ, right = sin θ with
    /// θ = (pan + 1) π / 4. The power is the same everywhere; in the middle both are -3.01 dB. `pan` is -1 (left) to 1.
    pub fn pan(pan: f64) -> Self {
        let angle = (pan.clamp(-1.0, 1.0) + 1.0) * FRAC_PI_4;
        // The ends are exactly silent on the other side.
        Self {
            left: if pan >= 1.0 { 0.0 } else { math::cos(angle) },
            right: if pan <= -1.0 { 0.0 } else { math::sin(angle) },
        }
    }

    /// A stereo track by the same law as balance: each channel stays on its side, the far one is turned down by √2 times
    /// the law above, the near one stays at 1. In the middle nothing changes.
    pub fn balance(balance: f64) -> Self {
        let Self { left, right } = Self::pan(balance);
        Self {
            left: if balance <= 0.0 { 1.0 } else { SQRT_2 * left },
            right: if balance >= 0.0 { 1.0 } else { SQRT_2 * right },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_is_constant_and_the_middle_is_3_db_down() {
        for step in 0..=20 {
            let StereoGains { left, right } = StereoGains::pan(f64::from(step) / 10.0 - 1.0);
            assert!((left * left + right * right - 1.0).abs() < 1e-15);
        }
        let middle = StereoGains::pan(0.0);
        assert!((20.0 * math::log10(middle.left) + 3.0103).abs() < 1e-4 && (middle.left - middle.right).abs() < 1e-15);
        assert_eq!(StereoGains::pan(-1.0), StereoGains { left: 1.0, right: 0.0 });
        assert_eq!(StereoGains::pan(1.0), StereoGains { left: 0.0, right: 1.0 });
    }

    #[test]
    fn balance_leaves_the_middle_and_the_near_side_alone() {
        assert_eq!(StereoGains::balance(0.0), StereoGains { left: 1.0, right: 1.0 });
        assert_eq!(StereoGains::balance(-1.0), StereoGains { left: 1.0, right: 0.0 });
        let half = StereoGains::balance(0.5);
        assert!(half.right == 1.0 && half.left < 1.0 && half.left > 0.5);
        // No jump beside the middle.
        assert!((StereoGains::balance(1e-9).left - 1.0).abs() < 1e-8);
    }
}
