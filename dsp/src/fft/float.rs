//! The two precisions that sound is transformed in.

use rustfft::{FftDirection, FftNum};

use super::transform::{self, Transform};

/// A float that sound can be computed in.
pub(crate) trait Float: FftNum {
    /// A sample.
    fn widen(sample: f32) -> Self;
    /// A coefficient that was made in double precision.
    fn round(coefficient: f64) -> Self;
    /// A result.
    fn narrow(self) -> f32;
    /// Plans a complex transform.
    fn plan(length: usize, direction: FftDirection) -> Box<dyn Transform<Self>>;
}

impl Float for f32 {
    #[inline(always)]
    fn widen(sample: f32) -> Self {
        sample
    }
    #[inline(always)]
    fn round(coefficient: f64) -> Self {
        coefficient as f32
    }
    #[inline(always)]
    fn narrow(self) -> f32 {
        self
    }
    fn plan(length: usize, direction: FftDirection) -> Box<dyn Transform<Self>> {
        transform::plan_single(length, direction)
    }
}

impl Float for f64 {
    #[inline(always)]
    fn widen(sample: f32) -> Self {
        f64::from(sample)
    }
    #[inline(always)]
    fn round(coefficient: f64) -> Self {
        coefficient
    }
    #[inline(always)]
    fn narrow(self) -> f32 {
        self as f32
    }
    fn plan(length: usize, direction: FftDirection) -> Box<dyn Transform<Self>> {
        transform::plan(length, direction)
    }
}
