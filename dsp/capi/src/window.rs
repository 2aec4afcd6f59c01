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
}

impl From<Window> for das_window {
    fn from(window: Window) -> Self {
        match window {
            Window::HannPeriodic => Self::HannPeriodic,
            Window::Rectangular => Self::Rectangular,
        }
    }
}

/// The window of that number. Enumerations come in as numbers: a Rust enumeration of another value would be undefined.
pub(crate) fn window(number: u32) -> Result<Window, Failure> {
    match number {
        number if number == das_window::HannPeriodic as u32 => Ok(Window::HannPeriodic),
        number if number == das_window::Rectangular as u32 => Ok(Window::Rectangular),
        _ => Err(Failure::argument(format!("there is no window {number}"))),
    }
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
