//! Analysis windows.

use alloc::vec::Vec;

use crate::math;

/// Shape of an analysis window. Periodic (DFT-even): w\[n\] has period N, as spectral analysis wants it
/// (Harris 1978, "On the use of windows for harmonic analysis with the DFT").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Window {
    /// 0.5 - 0.5 cos(2 pi n / N).
    #[default]
    HannPeriodic,
    /// All ones.
    Rectangular,
}

impl Window {
    /// The `length` coefficients.
    pub fn coefficients(self, length: usize) -> Vec<f32> {
        (0..length)
            .map(|n| match self {
                Self::Rectangular => 1.0,
                Self::HannPeriodic => {
                    let phase = core::f64::consts::TAU * n as f64 / length as f64;
                    (0.5 - 0.5 * math::cos(phase)) as f32
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hann_overlaps_to_a_constant() {
        let window = Window::HannPeriodic.coefficients(2048);
        for n in 0..512 {
            let sum: f32 = (0..4).map(|k| window[n + 512 * k]).sum();
            assert!((sum - 2.0).abs() < 1e-6);
        }
    }

    #[test]
    fn hann_has_coherent_gain_one_half() {
        let sum: f64 = Window::HannPeriodic.coefficients(2048).iter().map(|&w| f64::from(w)).sum();
        assert!((sum / 2048.0 - 0.5).abs() < 1e-7);
    }
}
