//! The one place that decides where transcendental functions come from.
//!
//! `libm` everywhere, also with `std`: the platform's own functions differ between native and wasm in the last bit,
//! and these run when tables are made and results are written down, never per sample.

pub(crate) use libm::{atan2, ceil, cos, exp, exp2, floor, log as ln, log2, log10, pow, round, sin, sqrt, tan};

/// 10 log10(power) as an optional level: digital silence has none.
pub(crate) fn power_to_decibels(power: f64) -> Option<f64> {
    (power > 0.0 && power.is_finite()).then(|| 10.0 * log10(power))
}

/// Square root in single precision. Correctly rounded everywhere, so that here the platform's own may be used: it
/// vectorizes.
#[inline(always)]
pub(crate) fn sqrt_f32(x: f32) -> f32 {
    #[cfg(feature = "std")]
    return x.sqrt();
    #[cfg(not(feature = "std"))]
    return libm::sqrtf(x);
}

/// The larger of two numbers; `a` where `b` is none. `f32::max` is a call of a function in WebAssembly, where this is one
/// instruction for four lanes.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The smaller of two numbers, likewise.
#[inline(always)]
pub(crate) fn smaller(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}
