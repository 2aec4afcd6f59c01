//! One window of samples to its power spectrum, in the arithmetic that the parameters ask for.

use alloc::{vec, vec::Vec};

#[cfg(feature = "std")]
use super::PreciseRealFft;
use super::{FftError, RealFft};
use crate::{Parameters, parameters::Precision, window};

/// Window and transform of one STFT frame.
pub(crate) enum WindowedFft {
    Single {
        fft: RealFft,
        window: Vec<f32>,
        windowed: Vec<f32>,
    },
    #[cfg(feature = "std")]
    Double {
        fft: PreciseRealFft,
        window: Vec<f64>,
        windowed: Vec<f64>,
    },
}

impl WindowedFft {
    /// Plans the transform and answers the sum of the window's coefficients with it.
    pub(crate) fn new(parameters: &Parameters) -> Result<(Self, f64), FftError> {
        let length = parameters.window_length_frames as usize;
        let window = parameters.window.coefficients(length);
        let sum = window.iter().map(|&w| f64::from(w)).sum();
        let planned = match parameters.precision {
            Precision::Single => Self::Single { fft: RealFft::new(length)?, windowed: vec![0.0; length], window },
            #[cfg(feature = "std")]
            Precision::Double => Self::Double {
                fft: PreciseRealFft::new(length)?,
                windowed: vec![0.0; length],
                window: window.into_iter().map(f64::from).collect(),
            },
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

    /// Writes the unnormalized powers of the windowed `frame`.
    pub(crate) fn power(&mut self, frame: &[f32], power: &mut [f32]) -> Result<(), FftError> {
        match self {
            Self::Single { fft, window, windowed } => {
                window::apply(window, frame, windowed);
                fft.power(windowed, power)
            }
            #[cfg(feature = "std")]
            Self::Double { fft, window, windowed } => {
                for ((out, &x), &w) in windowed.iter_mut().zip(frame).zip(window.iter()) {
                    *out = f64::from(x) * w;
                }
                fft.power(windowed, power)
            }
        }
    }
}
