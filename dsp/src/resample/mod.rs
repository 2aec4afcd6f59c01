//! Conversion of the sample rate.
//!
//! | type              | channels | ratio                        | engine                                              |
//! |-------------------|----------|------------------------------|-----------------------------------------------------|
//! | [`Resampler`]     | any      | any between 1/256 and 256    | FFT overlap-save; rubato's sinc where it cannot be  |
//! | [`MonoResampler`] | one      | the same, whole rates        | [`Resampler`] with a steeper filter                 |
//!
//! Rates that are further apart than 256 are converted in steps of whole factors.
//!
//! All filters are linear-phase and their delay is taken out: output frame m is the sound at input time m × from / to.
//! N frames become exactly ceil(N × to / from), and the result does not depend on how the stream was cut.
//!
//! # Quality
//!
//! A [`Quality`] is named by the stop-band that is measured: the level of all that is left (aliases and rounding noise
//! together) when sines of full scale between the lower and the higher of the two Nyquist frequencies are converted down.
//! `dsp/tests/resampler.rs` measures every column, `dsp/reference/peers_resample.py` measures soxr in the same way.
//!
//! Frequencies are fractions of the lower Nyquist frequency; the filter reaches as far to both sides as the last column
//! says, here for 44.1 to 32 kHz.
//!
//! | preset             | stop-band from 1.0 | ±0.1 dB up to | ripple to 0.85 | filter  | sums in |
//! |--------------------|--------------------|---------------|----------------|---------|---------|
//! | [`Quality::Db80`]  | 80 dB              | 0.900         | 0.001 dB       | ±1.5 ms | `f32`   |
//! | [`Quality::Db100`] | 100 dB             | 0.925         | 0.0001 dB      | ±2.7 ms | `f32`   |
//! | [`Quality::Db120`] | 120 dB             | 0.935         | 0.00001 dB     | ±4.0 ms | `f32`   |
//! | [`Quality::Db140`] | 140 dB             | 0.940         | 0.00001 dB     | ±4.7 ms | `f64`   |
//!
//! [`MonoResampler`] has a stop-band of 137 dB from 1.0, 138 dB from 1.03, and is flat to ±0.1 dB up to 0.98, with a filter
//! of ±15 ms that sums in `f32`.
//!
//! The delay is below 1e-6 frames at every frequency. Rates without a short common block (44,100 to 31,999.7 Hz) keep
//! the stop-bands; their pass-bands end at 0.86, 0.915, 0.915 and 0.94, with ripples of 0.01, 0.0001, 0.0001 and
//! 0.00001 dB. 32-bit samples themselves have a residue of about -151 dB, and that is all that is left of what soxr's
//! VHQ and `Db140` do; `Db120` is better than its HQ in every column.
//!
//! Why not rubato everywhere: its FFT resampler spends half of each transform on zeros and its sinc weighs every tap
//! anew; the blocks here pack two channels into one transform and keep three quarters of it.

mod block;
mod failure;
mod mono;
mod plan;
mod quality;
mod ratio;
mod sinc;
mod steps;
mod stream;

pub use failure::ResampleFailure;
pub use mono::MonoResampler;
pub use quality::Quality;
pub use stream::{MAX_CHANNELS, MAX_RATIO, Resampler};
