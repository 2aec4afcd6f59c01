//! Measurements as streaming accumulators.

pub mod level;
pub mod spectral;
