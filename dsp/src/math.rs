//! The one place that decides where transcendental functions come from.
//!
//! `libm` everywhere, also with `std`: the platform's own functions differ between native and wasm in the last bit,
//! and these run when tables are made and results are written down, never per sample.

pub(crate) use libm::{atan2, ceil, cos, exp, floor, log as ln, log2, log10, pow, round, sin, sqrt, tan};

/// 10 log10(power) as an optional level: digital silence has none.
pub(crate) fn power_to_decibels(power: f64) -> Option<f64> {
    (power > 0.0 && power.is_finite()).then(|| 10.0 * log10(power))
}
