//! Complex transforms between two buffers, by what is fastest on the target.

use std::sync::Arc;

use rustfft::{Fft, FftDirection, FftNum, FftPlanner, num_complex::Complex};

/// A planned transform with its memory.
pub(crate) trait Transform<T>: Send + Sync {
    /// Transforms `from`, which is used as scratch, to `to`; both have the planned length. Unnormalized.
    fn run(&mut self, from: &mut [Complex<T>], to: &mut [Complex<T>]);
}

struct Planned<T> {
    fft: Arc<dyn Fft<T>>,
    scratch: Vec<Complex<T>>,
}

impl<T: FftNum> Transform<T> for Planned<T> {
    #[inline]
    fn run(&mut self, from: &mut [Complex<T>], to: &mut [Complex<T>]) {
        self.fft.process_outofplace_with_scratch(from, to, &mut self.scratch);
    }
}

/// By rustfft.
pub(super) fn plan<T: FftNum>(length: usize, direction: FftDirection) -> Box<dyn Transform<T>> {
    let fft = FftPlanner::new().plan_fft(length, direction);
    let scratch = vec![Complex::new(T::zero(), T::zero()); fft.get_outofplace_scratch_len()];
    Box::new(Planned { fft, scratch })
}

/// In single precision.
pub(super) fn plan_single(length: usize, direction: FftDirection) -> Box<dyn Transform<f32>> {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    if length.is_multiple_of(4) && length >= super::quarters::MIN_LENGTH {
        return Box::new(super::quarters::QuarterFft::new(length, direction));
    }
    plan(length, direction)
}
