//! Streaming short-time Fourier transforms: powers for pictures and measures, complex spectra for everything that
//! comes back to sound, and the way back.
//!
//! Frame i is centred on sample i x hop, and the stream is taken as zero before its start and after its end (librosa's
//! `center=True, pad_mode="constant"`). A spectrum has N/2 + 1 bins, bin k at k/N of the sample rate; its phases
//! count from the first sample of the frame.

mod complex;
mod framing;
mod inverse;
mod power;
pub(crate) mod slices;
#[cfg(test)]
mod tests;

pub use complex::ComplexStft;
pub use framing::{Framing, MAX_RIPPLE, MIN_OVERLAP, Overlap, StftError, Synthesis};
pub use inverse::InverseStft;
pub use power::Stft;
