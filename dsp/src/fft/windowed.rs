//! One window of samples to its power spectrum, in the arithmetic that the parameters ask for.

use alloc::vec::Vec;

#[cfg(feature = "std")]
use super::PreciseRealFft;
use super::{FftError, RealFft};
use crate::{Parameters, parameters::Precision};

/// Window and transform of one STFT frame.
pub(crate) enum WindowedFft {
    Single {
        fft: RealFft,
        window: Vec<f32>,
    },
    #[cfg(feature = "std")]
    Double {
        fft: PreciseRealFft,
        window: Vec<f64>,
    },
}

impl WindowedFft {
    /// Plans the transform and answers the sum of the window's coefficients with it.
    pub(crate) fn new(parameters: &Parameters) -> Result<(Self, f64), FftError> {
        let length = parameters.window_length_frames as usize;
        let window = parameters.window.coefficients(length);
        let sum = window.iter().map(|&w| f64::from(w)).sum();
        let planned = match parameters.precision {
            Precision::Single => Self::Single { fft: RealFft::new(length)?, window },
            #[cfg(feature = "std")]
            Precision::Double => {
                Self::Double { fft: PreciseRealFft::new(length)?, window: window.into_iter().map(f64::from).collect() }
            }
            #[cfg(not(feature = "std"))]
            Precision::Double => return Err(FftError::Length { length, allowed: "double precision needs std" }),
        };
        Ok((planned, sum))
    }

    /// Samples in a window.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Single { window, .. } => window.len(),
            #[cfg(feature = "std")]
            Self::Double { window, .. } => window.len(),
        }
    }

    /// Writes the powers of the windowed `frame`, times `scale`.
    #[inline]
    pub(crate) fn power(&mut self, frame: &[f32], scale: f64, power: &mut [f32]) -> Result<(), FftError> {
        match self {
            Self::Single { fft, window } => fft.windowed_power(frame, window, scale as f32, power),
            #[cfg(feature = "std")]
            Self::Double { fft, window } => fft.windowed_power(frame, window, scale, power),
        }
    }
}
