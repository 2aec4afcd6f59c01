//! Analysis windows.

use dsp::window::Window;

use crate::boundary::{Caller, Failure, das_status, enter};

/// Shape of an analysis window of N coefficients, n = 0 to N - 1.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_window {
    /// 0.5 - 0.5 cos(2 pi n / N): the periodic Hann window, as spectral analysis wants it.
    HannPeriodic = 0,
    /// All ones.
    Rectangular = 1,
    /// Hann, the same read backwards, as filter design wants it.
    HannSymmetric = 2,
    /// Hamming, periodic.
    HammingPeriodic = 3,
    /// Hamming, symmetric.
    HammingSymmetric = 4,
    /// Blackman, periodic.
    BlackmanPeriodic = 5,
    /// Blackman, symmetric.
    BlackmanSymmetric = 6,
    /// Blackman-Harris of four terms, periodic.
    BlackmanHarrisPeriodic = 7,
    /// Blackman-Harris of four terms, symmetric.
    BlackmanHarrisSymmetric = 8,
    /// Flat top, periodic.
    FlatTopPeriodic = 9,
    /// Flat top, symmetric.
    FlatTopSymmetric = 10,
}

/// The shapes in the order of their numbers.
const WINDOWS: [Window; 11] = [
    Window::HannPeriodic,
    Window::Rectangular,
    Window::HannSymmetric,
    Window::HammingPeriodic,
    Window::HammingSymmetric,
    Window::BlackmanPeriodic,
    Window::BlackmanSymmetric,
    Window::BlackmanHarrisPeriodic,
    Window::BlackmanHarrisSymmetric,
    Window::FlatTopPeriodic,
    Window::FlatTopSymmetric,
];

/// The number of a window; one that has a parameter has none.
pub(crate) fn number(window: Window) -> u32 {
    WINDOWS.iter().position(|&known| known == window).map_or(u32::MAX, |number| number as u32)
}

/// The window of that number. Enumerations come in as numbers: a Rust enumeration of another value would be undefined.
pub(crate) fn window(number: u32) -> Result<Window, Failure> {
    let window = usize::try_from(number).ok().and_then(|number| WINDOWS.get(number)).copied();
    window.ok_or_else(|| Failure::argument(format!("there is no window {number}")))
}

/// Writes the `length` coefficients of a das_window to `coefficients`, each 0 to 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_window_coefficients(window: u32, coefficients: *mut f32, length: usize) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let window = self::window(window)?;
        let coefficients = caller.slice_mut(coefficients, length, "coefficients")?;
        coefficients.copy_from_slice(&window.coefficients(length));
        Ok(())
    })
}
