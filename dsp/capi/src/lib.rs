//! The audio engine as a C library. `include/das.h` is generated from this crate; README.md explains it.
//!
//! Every function is a few lines: it takes C's arguments apart through [`boundary`], calls `dsp`, and answers a status.
//! Only `boundary` follows pointers.

mod analysis;
mod bank;
mod batch;
mod boundary;
mod cancel;
mod chroma;
mod complex_stft;
mod convolver;
mod decoder;
mod dither;
mod fade;
mod fft;
mod filter;
mod fir;
mod inverse_stft;
mod mfcc;
mod normalize;
mod offset;
mod operations;
mod options;
mod pending;
mod resampler;
mod sound;
mod spectra;
mod stft;
mod stream;
mod sweep;
mod text;
mod transfer;
mod trim;
mod version;
mod window;

// For Rust tests of the boundary; C sees the symbols.
pub use analysis::*;
pub use bank::*;
pub use batch::*;
pub use boundary::{das_last_error_code, das_last_error_message, das_status, das_status_name};
pub use cancel::*;
pub use chroma::*;
pub use complex_stft::*;
pub use convolver::*;
pub use decoder::*;
pub use dither::*;
pub use fade::*;
pub use fft::*;
pub use filter::*;
pub use fir::*;
pub use inverse_stft::*;
pub use mfcc::*;
pub use normalize::*;
pub use offset::*;
pub use operations::*;
pub use options::*;
pub use resampler::*;
pub use sound::*;
pub use spectra::*;
pub use stft::*;
pub use sweep::*;
pub use text::*;
pub use transfer::*;
pub use trim::*;
pub use version::*;
pub use window::*;
