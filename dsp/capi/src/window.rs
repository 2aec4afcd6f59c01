//! Analysis windows.

use dsp::window::Window;

use crate::boundary::{Caller, Failure, das_status, enter};

/// Shape of an analysis window: periodic for spectral analysis, symmetric for filter design. x is 2 pi n / N for the periodic
/// and 2 pi n / (N - 1) for the symmetric kind.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_window {
    /// 0.5 - 0.5 cos x.
    HannPeriodic = 0,
    /// All ones.
    Rectangular = 1,
    /// 0.5 - 0.5 cos x.
    HannSymmetric = 2,
    /// 0.54 - 0.46 cos x.
    HammingPeriodic = 3,
    /// 0.54 - 0.46 cos x.
    HammingSymmetric = 4,
    /// 0.42 - 0.5 cos x + 0.08 cos 2x.
    BlackmanPeriodic = 5,
    /// 0.42 - 0.5 cos x + 0.08 cos 2x.
    BlackmanSymmetric = 6,
    /// Harris's minimum four-term window, -92 dB.
    BlackmanHarrisPeriodic = 7,
    /// Harris's minimum four-term window, -92 dB.
    BlackmanHarrisSymmetric = 8,
    /// Five terms: amplitudes are right to 0.01 dB wherever a tone lies between bins.
    FlatTopPeriodic = 9,
    /// Five terms: amplitudes are right to 0.01 dB wherever a tone lies between bins.
    FlatTopSymmetric = 10,
    /// I0(beta sqrt(1 - (x / pi - 1)^2)) / I0(beta), with beta from 0 to 100.
    KaiserPeriodic = 11,
    /// I0(beta sqrt(1 - (x / pi - 1)^2)) / I0(beta), with beta from 0 to 100.
    KaiserSymmetric = 12,
}

/// What a window does to levels (Harris 1978, "On the use of windows for harmonic analysis").
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_window_figures {
    /// Mean of the coefficients.
    pub coherent_gain: f64,
    /// Bins of white noise that one bin collects.
    pub noise_bandwidth_bins: f64,
    /// How much lower a sine half way between two bins appears than one on a bin.
    pub scalloping_loss_db: f64,
}

/// Number and beta of a window.
pub(crate) fn number(window: Window) -> (das_window, f64) {
    match window {
        Window::HannPeriodic => (das_window::HannPeriodic, 0.0),
        Window::Rectangular => (das_window::Rectangular, 0.0),
        Window::HannSymmetric => (das_window::HannSymmetric, 0.0),
        Window::HammingPeriodic => (das_window::HammingPeriodic, 0.0),
        Window::HammingSymmetric => (das_window::HammingSymmetric, 0.0),
        Window::BlackmanPeriodic => (das_window::BlackmanPeriodic, 0.0),
        Window::BlackmanSymmetric => (das_window::BlackmanSymmetric, 0.0),
        Window::BlackmanHarrisPeriodic => (das_window::BlackmanHarrisPeriodic, 0.0),
        Window::BlackmanHarrisSymmetric => (das_window::BlackmanHarrisSymmetric, 0.0),
        Window::FlatTopPeriodic => (das_window::FlatTopPeriodic, 0.0),
        Window::FlatTopSymmetric => (das_window::FlatTopSymmetric, 0.0),
        Window::KaiserPeriodic { beta } => (das_window::KaiserPeriodic, beta),
        Window::KaiserSymmetric { beta } => (das_window::KaiserSymmetric, beta),
    }
}

/// The window of that number. Enumerations come in as numbers: a Rust enumeration of another value would be undefined.
pub(crate) fn window(number: u32, beta: f64) -> Result<Window, Failure> {
    let window = match number {
        0 => Window::HannPeriodic,
        1 => Window::Rectangular,
        2 => Window::HannSymmetric,
        3 => Window::HammingPeriodic,
        4 => Window::HammingSymmetric,
        5 => Window::BlackmanPeriodic,
        6 => Window::BlackmanSymmetric,
        7 => Window::BlackmanHarrisPeriodic,
        8 => Window::BlackmanHarrisSymmetric,
        9 => Window::FlatTopPeriodic,
        10 => Window::FlatTopSymmetric,
        11 => Window::KaiserPeriodic { beta },
        12 => Window::KaiserSymmetric { beta },
        _ => return Err(Failure::argument(format!("there is no window {number}"))),
    };
    window.check()?;
    Ok(window)
}

/// Writes the `length` coefficients of a das_window to `coefficients`; the largest is 1. `beta` is that of a Kaiser window and
/// ignored for the others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_window_coefficients(
    window: u32,
    beta: f64,
    coefficients: *mut f32,
    length: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let window = self::window(window, beta)?;
        window.fill(caller.slice_mut(coefficients, length, "coefficients")?);
        Ok(())
    })
}

/// Writes what a das_window of `length` coefficients, 1 to 16777216, does to levels to *figures.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_window_get_figures(
    window: u32,
    beta: f64,
    length: usize,
    figures: *mut das_window_figures,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (out, window) = (caller.out(figures, "figures")?, self::window(window, beta)?);
        if !(1..=1 << 24).contains(&length) {
            return Err(Failure::argument(format!("a window of {length} coefficients; 1 to 16777216 are measured")));
        }
        let known = window.figures(length);
        out.set(das_window_figures {
            coherent_gain: known.coherent_gain,
            noise_bandwidth_bins: known.noise_bandwidth_bins,
            scalloping_loss_db: known.scalloping_loss_db,
        });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_windows_are_the_same() {
        for k in 0..13 {
            let (number, beta) = number(window(k, 8.5).expect("a window"));
            assert_eq!((number as u32, beta), (k, if k > 10 { 8.5 } else { 0.0 }));
        }
        assert!(window(13, 0.0).is_err() && window(u32::MAX, 0.0).is_err());
        assert!(window(11, f64::NAN).is_err() && window(12, 101.0).is_err());
    }
}
