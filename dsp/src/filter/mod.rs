//! Filters.
//!
//! | what                     | by                                                  |
//! |--------------------------|-----------------------------------------------------|
//! | second-order sections    | [`Biquad`] (ten shapes of [`Shape`]), run by a [`Cascade`] |
//! | linear-phase FIR         | [`Band::taps`], run by a [`Convolver`]                |
//! | removal of a DC offset   | [`DcBlocker`] (a stream), [`remove_mean`] (a whole sound) |
//!
//! All of them take one channel; filter each channel with one of its own. All work without `std`.

mod biquad;
mod cascade;
mod convolve;
mod dc;
mod error;
mod fir;
pub(crate) mod kaiser;
mod shape;

pub use biquad::Biquad;
pub use cascade::Cascade;
pub use convolve::Convolver;
pub use dc::{DcBlocker, remove_mean};
pub use error::FilterError;
pub use fir::{Band, MAX_TAPS, response};
pub use shape::Shape;
