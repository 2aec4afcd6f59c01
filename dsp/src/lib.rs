//! The audio engine of DAS: the same code in the browser and on the server.
//!
//! Sound is planar `f32`, full scale ±1.0. Levels are in dBFS with a full-scale sine at 0 dBFS in spectra and a
//! full-scale square wave at 0 dBFS in RMS. Everything streams: `prepare`, `push`, `finish`, in memory that does not
//! grow with the length of the sound.
//!
//! | feature     | implies                    | adds                                                                |
//! |-------------|----------------------------|---------------------------------------------------------------------|
//! | (none)      |                            | `no_std` + `alloc`: windows, FFT of 64 to 4,096 points (powers of two, by microfft), STFT and back, Goertzel, constant-Q, filter banks, MFCC, chroma, spectrogram, levels, loudness, filters, mixing, normalization, fades, trimming, dither, transfer functions, painting |
//! | `std` (default) |                        | FFT of any length by rustfft (SIMD), double precision, [`resample`] (blocks of our own where two rates have a short common one, rubato's sinc where not), [`rhythm`], [`pitch`], [`tonal`], [`visualizer`], [`wav`] |
//! | `decode`    | `std`                      | [`decode`] by symphonia and [`job`], the whole way from bytes to result |
//! | `engine`    | `decode`, `png`, `serde`   | [`engine`], the operations of the server by name, from files to files, also in batches |
//! | `png`       | `std`                      | [`grid::Grid::to_png`]                                              |
//! | `serde`     |                            | serialization of results and parameters                             |
//! | `wasm_simd` | `std`                      | 128-bit SIMD in the transforms (with `-C target-feature=+simd128`)  |

#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod analysis;
pub mod chroma;
pub mod constant_q;
pub mod decibel;
#[cfg(feature = "decode")]
pub mod decode;
pub mod demo;
pub mod dither;
#[cfg(feature = "engine")]
pub mod engine;
pub mod fade;
pub mod fft;
pub mod filter;
pub mod filterbank;
pub mod goertzel;
pub mod grid;
#[cfg(feature = "decode")]
pub mod job;
mod lanes;
mod math;
pub mod measure;
pub mod mfcc;
pub mod mix;
pub mod normalize;
pub mod palette;
pub mod parameters;
#[cfg(feature = "std")]
pub mod pitch;
#[cfg(feature = "std")]
pub mod resample;
#[cfg(feature = "std")]
pub mod rhythm;
pub mod spectrogram;
pub mod stft;
#[cfg(feature = "std")]
pub mod tonal;
pub mod transfer;
pub mod trim;
#[cfg(feature = "std")]
pub mod visualizer;
#[cfg(feature = "std")]
pub mod wav;
pub mod waveform;
pub mod window;

pub use parameters::{Measures, ParameterError, Parameters};
