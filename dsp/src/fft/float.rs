//! The two precisions that sound is transformed in.

use rustfft::FftNum;

/// A float that sound can be computed in.
pub(crate) trait Float: FftNum {
    /// A sample.
    fn widen(sample: f32) -> Self;
    /// A coefficient that was made in double precision.
    fn round(coefficient: f64) -> Self;
    /// A result.
    fn narrow(self) -> f32;
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
}
