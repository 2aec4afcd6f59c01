//! Analysis windows, their coherent gain and noise bandwidth.

mod figures;
mod shape;
#[cfg(test)]
mod tests;

use alloc::{vec, vec::Vec};

pub use figures::Figures;
use shape::Shape;

use crate::{ParameterError, math};

/// Largest beta of a Kaiser window: side lobes 800 dB down, far beyond what any sample format can show.
pub const MAX_KAISER_BETA: f64 = 100.0;

/// An analysis window. All of them have their maximum, 1.0, in the middle; a symmetric window of even length has no
/// coefficient there, and its two largest, beside it, are a little less.
///
/// *Periodic* (DFT-even) windows have period N: w\[n\] is taken at 2 pi n / N, the largest value stands at n = N/2, and
/// the (N+1)th coefficient, left out, would equal the first. Spectral analysis and overlap-add want these (Harris 1978,
/// "On the use of windows for harmonic analysis with the discrete Fourier transform"). *Symmetric* windows are taken at
/// 2 pi n / (N-1) and read the same backwards: FIR design wants these. Below, x is that phase.
///
/// In JSON, a window is its name in `snake_case`; a Kaiser window is an object of its name and its parameter.
///
/// ```
/// use dsp::window::Window;
///
/// assert_eq!(Window::HannPeriodic.coefficients(4), [0.0, 0.5, 1.0, 0.5]);
/// assert_eq!(Window::HannSymmetric.coefficients(3), [0.0, 1.0, 0.0]);
/// let figures = Window::FlatTopPeriodic.figures(1024);
/// assert!((figures.noise_bandwidth_bins - 3.77).abs() < 0.001 && figures.scalloping_loss_db < 0.01);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Window {
    /// 0.5 - 0.5 cos x.
    #[default]
    HannPeriodic,
    /// 0.5 - 0.5 cos x.
    HannSymmetric,
    /// All ones: periodic and symmetric at once.
    Rectangular,
    /// 0.54 - 0.46 cos x.
    HammingPeriodic,
    /// 0.54 - 0.46 cos x.
    HammingSymmetric,
    /// 0.42 - 0.5 cos x + 0.08 cos 2x, the rounded coefficients that are in common use.
    BlackmanPeriodic,
    /// 0.42 - 0.5 cos x + 0.08 cos 2x.
    BlackmanSymmetric,
    /// 0.35875 - 0.48829 cos x + 0.14128 cos 2x - 0.01168 cos 3x: Harris's minimum four-term window, -92 dB.
    BlackmanHarrisPeriodic,
    /// The same terms, symmetric.
    BlackmanHarrisSymmetric,
    /// 0.21557895 - 0.41663158 cos x + 0.277263158 cos 2x - 0.083578947 cos 3x + 0.006947368 cos 4x: amplitudes are
    /// right to 0.01 dB wherever a tone lies between bins (D'Antona and Ferrero 2006, "Digital Signal Processing for
    /// Measurement Systems", as scipy and MATLAB have it; the window of Stanford Research's analysers but for rounding).
    FlatTopPeriodic,
    /// The same terms, symmetric.
    FlatTopSymmetric,
    /// I0(beta sqrt(1 - (x / pi - 1)^2)) / I0(beta) (Kaiser 1974); Harris's alpha is beta / pi.
    KaiserPeriodic {
        /// Trades width for side lobes, 0 (rectangular) to [`MAX_KAISER_BETA`]; 8.6 is close to Blackman.
        beta: f64,
    },
    /// The same function, symmetric.
    KaiserSymmetric {
        /// Trades width for side lobes, 0 (rectangular) to [`MAX_KAISER_BETA`].
        beta: f64,
    },
}

/// Writes `frame` times `window` to `windowed`; all are equally long.
#[inline]
pub(crate) fn apply(window: &[f32], frame: &[f32], windowed: &mut [f32]) {
    for ((out, &x), &w) in windowed.iter_mut().zip(frame).zip(window) {
        *out = x * w;
    }
}

impl Window {
    /// Every shape once, with `beta` for the Kaiser windows.
    pub const fn all(beta: f64) -> [Self; 13] {
        [
            Self::Rectangular,
            Self::HannPeriodic,
            Self::HannSymmetric,
            Self::HammingPeriodic,
            Self::HammingSymmetric,
            Self::BlackmanPeriodic,
            Self::BlackmanSymmetric,
            Self::BlackmanHarrisPeriodic,
            Self::BlackmanHarrisSymmetric,
            Self::FlatTopPeriodic,
            Self::FlatTopSymmetric,
            Self::KaiserPeriodic { beta },
            Self::KaiserSymmetric { beta },
        ]
    }

    /// The `length` coefficients. A window of one coefficient is 1.0, whatever its shape.
    pub fn coefficients(self, length: usize) -> Vec<f32> {
        let mut coefficients = vec![0.0; length];
        self.fill(&mut coefficients);
        coefficients
    }

    /// Writes as many coefficients as `coefficients` has room for.
    pub fn fill(self, coefficients: &mut [f32]) {
        let exact = self.exact(coefficients.len());
        for (w, exact) in coefficients.iter_mut().zip(exact) {
            *w = exact as f32;
        }
    }

    /// The `length` coefficients in double precision, as filter design wants them.
    pub fn exact(self, length: usize) -> impl ExactSizeIterator<Item = f64> {
        let (shape, periodic) = self.shape();
        let period = if periodic { length } else { length.saturating_sub(1) };
        // The second half mirrors the first, bit by bit. A single coefficient has the whole period to itself.
        (0..length).map(move |n| if length == 1 { 1.0 } else { shape.at(n.min(period - n) as f64 / period as f64) })
    }

    /// Coherent gain, noise bandwidth and scalloping loss of the `length` coefficients.
    pub fn figures(self, length: usize) -> Figures {
        Figures::of(&self.coefficients(length))
    }

    /// Width of the main lobe in bins, from the zero of the spectrum below a tone to the one above: a band that is narrower
    /// cannot hold all the power of a tone in its middle.
    ///
    /// A sum of cosines up to the order K has its first zeros K + 1 bins from the middle, 2 (K + 1) apart (Harris 1978): 2
    /// for the rectangular window, 4 for Hann and Hamming, 6 for Blackman, 8 for Blackman-Harris, 10 for flat-top. Kaiser's
    /// are 2 sqrt(1 + (beta / pi)^2) apart (Kaiser 1974). These are those of periodic windows; in symmetric ones of N
    /// coefficients they are N / (N - 1) times as far apart.
    pub fn main_lobe_bins(self) -> f64 {
        match self.shape().0 {
            Shape::Cosines(terms) => 2.0 * terms.len() as f64,
            Shape::Kaiser { beta, .. } => 2.0 * math::sqrt(1.0 + math::pow(beta / core::f64::consts::PI, 2.0)),
        }
    }

    /// Refuses a Kaiser window whose beta is not a number from 0 to [`MAX_KAISER_BETA`].
    pub fn check(self) -> Result<(), ParameterError> {
        match self {
            Self::KaiserPeriodic { beta } | Self::KaiserSymmetric { beta }
                if !(0.0..=MAX_KAISER_BETA).contains(&beta) =>
            {
                Err(ParameterError {
                    name: "window",
                    allowed: "a Kaiser window with a beta from 0 to 100",
                    actual: beta,
                })
            }
            _ => Ok(()),
        }
    }

    /// The shape, and whether it is periodic.
    fn shape(self) -> (Shape, bool) {
        match self {
            Self::Rectangular => (Shape::Cosines(&[1.0]), true),
            Self::HannPeriodic => (shape::HANN, true),
            Self::HannSymmetric => (shape::HANN, false),
            Self::HammingPeriodic => (shape::HAMMING, true),
            Self::HammingSymmetric => (shape::HAMMING, false),
            Self::BlackmanPeriodic => (shape::BLACKMAN, true),
            Self::BlackmanSymmetric => (shape::BLACKMAN, false),
            Self::BlackmanHarrisPeriodic => (shape::BLACKMAN_HARRIS, true),
            Self::BlackmanHarrisSymmetric => (shape::BLACKMAN_HARRIS, false),
            Self::FlatTopPeriodic => (shape::FLAT_TOP, true),
            Self::FlatTopSymmetric => (shape::FLAT_TOP, false),
            Self::KaiserPeriodic { beta } => (Shape::kaiser(beta), true),
            Self::KaiserSymmetric { beta } => (Shape::kaiser(beta), false),
        }
    }
}
