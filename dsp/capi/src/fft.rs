//! Fourier transforms of real signals.

use dsp::fft::{Complex32, RealFft};

use crate::boundary::{Caller, Exclusive, Failure, Kind, das_status, enter, quietly};

/// A planned Fourier transform of N real samples, and its inverse.
pub struct das_fft(());

impl Kind for das_fft {
    type Value = Planned;
    const TAG: [u8; 8] = *b"das.fft.";
}

pub(crate) struct Planned {
    length: usize,
    state: Exclusive<State>,
}

/// The plan, and copies of what the transforms use as scratch.
pub(crate) struct State {
    fft: RealFft,
    signal: Vec<f32>,
    spectrum: Vec<Complex32>,
}

/// Plans transforms of `length` samples, any number from 1 to 67108864; powers of two and products of small primes are the
/// fastest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fft_new(length: usize, fft: *mut *mut das_fft) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(fft, "fft")?;
        let fft = RealFft::new(length)?;
        let (signal, spectrum) = (vec![0.0; length], vec![Complex32::new(0.0, 0.0); length / 2 + 1]);
        slot.fill(Planned { length, state: Exclusive::new(State { fft, signal, spectrum }) });
        Ok(())
    })
}

impl Planned {
    /// Checks the lengths of one call: `per_bin` numbers for each of the N / 2 + 1 bins.
    fn check(&self, samples: usize, values: usize, per_bin: usize) -> Result<(), Failure> {
        let expected = (self.length / 2 + 1) * per_bin;
        if samples != self.length || values != expected {
            let length = self.length;
            return Err(Failure::argument(format!(
                "this transform takes {length} samples and {expected} values, not {samples} and {values}"
            )));
        }
        Ok(())
    }
}

/// Writes X[k] = sum of x[n] exp(-2 pi i k n / N) for k = 0 to N / 2 to `spectrum`: real and imaginary part of one bin after
/// the other, 2 (N / 2 + 1) numbers, unnormalized. `samples` must be N, `values` the length of `spectrum`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fft_forward(
    fft: *mut das_fft,
    signal: *const f32,
    samples: usize,
    spectrum: *mut f32,
    values: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let planned = caller.get(fft, "fft")?;
        planned.check(samples, values, 2)?;
        let (from, to) = (caller.slice(signal, samples, "signal")?, caller.slice_mut(spectrum, values, "spectrum")?);
        planned.state.with(|State { fft, signal, spectrum }| {
            signal.copy_from_slice(from);
            fft.forward(signal, spectrum)?;
            for (pair, bin) in to.chunks_exact_mut(2).zip(spectrum) {
                pair.copy_from_slice(&[bin.re, bin.im]);
            }
            Ok(())
        })
    })
}

/// Writes the N samples whose bins are given, as das_fft_forward() writes them, to `signal`. Scaled by 1 / N: it undoes
/// das_fft_forward(). The imaginary parts of bin 0 and, where N is even, of bin N / 2 belong to no real signal and are
/// taken as zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fft_inverse(
    fft: *mut das_fft,
    spectrum: *const f32,
    values: usize,
    signal: *mut f32,
    samples: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let planned = caller.get(fft, "fft")?;
        planned.check(samples, values, 2)?;
        let (from, to) = (caller.slice(spectrum, values, "spectrum")?, caller.slice_mut(signal, samples, "signal")?);
        planned.state.with(|State { fft, spectrum, .. }| {
            for (bin, pair) in spectrum.iter_mut().zip(from.chunks_exact(2)) {
                *bin = Complex32::new(pair[0], pair[1]);
            }
            Ok(fft.inverse(spectrum, to)?)
        })
    })
}

/// Writes |X[k]|^2 for k = 0 to N / 2, unnormalized, to `power`. `samples` must be N, `bins` N / 2 + 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fft_power(
    fft: *mut das_fft,
    signal: *const f32,
    samples: usize,
    power: *mut f32,
    bins: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let planned = caller.get(fft, "fft")?;
        planned.check(samples, bins, 1)?;
        let (from, to) = (caller.slice(signal, samples, "signal")?, caller.slice_mut(power, bins, "power")?);
        planned.state.with(|State { fft, signal, .. }| {
            signal.copy_from_slice(from);
            Ok(fft.power(signal, to)?)
        })
    })
}

/// Gives a transform back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fft_free(fft: *mut das_fft) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(fft, "fft")
    });
}
