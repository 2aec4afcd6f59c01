//! Measurements.

pub mod histogram;
pub mod level;
pub mod loudness;
pub mod partials;
pub mod series;
pub mod short_term;
pub mod spectral;
pub mod statistics;
pub mod third_octave;
pub mod true_peak;
