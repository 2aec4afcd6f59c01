//! The transfer function between two recordings: what went in, and what came out.
//!
//! | recordings of                         | by                    | gives                                          |
//! |---------------------------------------|-----------------------|------------------------------------------------|
//! | any sound, noise or music             | [`TransferEstimator`] | H1, H2 and coherence by Welch's method         |
//! | an exponential sine sweep             | [`Sweep`]             | impulse response, harmonic distortion apart    |

mod error;
mod estimator;
mod function;
mod impulse;
mod sweep;
#[cfg(all(test, feature = "std"))]
mod sweep_tests;
#[cfg(all(test, feature = "std"))]
mod tests;

pub use error::{Recording, TransferError};
pub use estimator::{TransferEstimator, TransferParameters};
pub use function::TransferFunction;
pub use impulse::ImpulseResponse;
pub use sweep::Sweep;
