//! The transfer function between two recordings.

use dsp::{
    engine::Sound,
    transfer::{TransferError, TransferEstimator, TransferFunction, TransferParameters},
};

use crate::{
    boundary::{Caller, Failure, Kind, das_status, enter, expect, quietly},
    sound::{channel, das_sound},
    window::{number, window},
};

/// How two recordings are compared. Fill it with das_transfer_parameters_init(); NULL means the defaults.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_transfer_parameters {
    /// Frames by which the response lags behind the reference; they are taken out before the comparison. Negative where the
    /// response is ahead. A lag that stays in lowers the coherence. Default 0.
    pub lag_frames: i64,
    /// Frames N of one segment, 16 to 16777216; default 4096. Segments must be several times longer than the delay and the
    /// ringing of the system.
    pub segment_frames: u32,
    /// Frames from one segment to the next, 1 to N; default 2048.
    pub hop_frames: u32,
    /// A das_window.
    pub window: u32,
    /// Beta of a Kaiser window, 0 to 100; default 0.
    pub kaiser_beta: f32,
}

/// Shape of a das_transfer.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_transfer_shape {
    /// Bins of each estimate: N / 2 + 1.
    pub bins: u64,
    /// Frames of one segment and of the impulse response: N.
    pub segment_frames: u64,
    /// Segments that were averaged. With n independent ones the standard deviation of |H| relative to itself is about
    /// sqrt((1 - coherence) / (2 n coherence)).
    pub segments: u64,
    /// Frames by which the response lags behind the reference, with the lag of the parameters: the place of the largest
    /// sample of the impulse response. A second comparison with this lag has the best coherence.
    pub lag_frames: i64,
    /// Hertz from one bin to the next; bin 0 is 0 Hz.
    pub bin_width_hz: f64,
}

/// What a system does to sound, estimated from a recording of what went in and one of what came out. It never changes.
pub struct das_transfer(());

impl Kind for das_transfer {
    type Value = Estimated;
    const TAG: [u8; 8] = *b"das.trsf";
}

pub(crate) struct Estimated {
    function: TransferFunction,
    impulse: Vec<f32>,
    lag_frames: i64,
}

/// Writes the default parameters to *parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_parameters_init(parameters: *mut das_transfer_parameters) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let TransferParameters { segment_frames, hop_frames, window, lag_frames } = TransferParameters::default();
        let (window, beta) = number(window);
        caller.out(parameters, "parameters")?.set(das_transfer_parameters {
            lag_frames,
            segment_frames: segment_frames as u32,
            hop_frames: hop_frames as u32,
            window: window as u32,
            kaiser_beta: beta as f32,
        });
        Ok(())
    })
}

fn parameters(caller: &Caller, given: *const das_transfer_parameters) -> Result<TransferParameters, Failure> {
    let Some(given) = caller.read(given, "parameters")? else { return Ok(TransferParameters::default()) };
    Ok(TransferParameters {
        segment_frames: given.segment_frames as usize,
        hop_frames: given.hop_frames as usize,
        window: window(given.window, f64::from(given.kaiser_beta))?,
        lag_frames: given.lag_frames,
    })
}

/// Compares one channel of `response` with one of `reference`, as far as both reach, by Welch's method: spectra are averaged
/// over segments, no mean is subtracted, an incomplete segment is left out. Rates that differ are DAS_STATUS_INVALID_ARGUMENT;
/// less sound than two segments, and a silent channel, are DAS_STATUS_REFUSED. `parameters` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_new(
    reference: *const das_sound,
    reference_channel: u32,
    response: *const das_sound,
    response_channel: u32,
    parameters: *const das_transfer_parameters,
    transfer: *mut *mut das_transfer,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(transfer, "transfer")?;
        let (reference, response) = (caller.get(reference, "reference")?, caller.get(response, "response")?);
        let parameters = self::parameters(&caller, parameters)?;
        let from = (reference, channel(reference, reference_channel)?);
        let to = (response, channel(response, response_channel)?);
        slot.fill(estimate(from, to, &parameters)?);
        Ok(())
    })
}

fn estimate(
    (reference, from): (&Sound, &[f32]),
    (response, to): (&Sound, &[f32]),
    parameters: &TransferParameters,
) -> Result<Estimated, Failure> {
    let frames = from.len().min(to.len());
    let (segment, hop) = (parameters.segment_frames, parameters.hop_frames);
    // Long segments take much memory, which is not taken for sound that cannot fill them.
    if (1..=segment).contains(&hop) && segment <= 1 << 24 && frames < segment + hop {
        let (expected, actual) = ((segment + hop) as u64, frames as u64);
        return Err(TransferError::TooShort { expected, actual }.into());
    }
    let rates_hz = [reference, response].map(|sound| f64::from(sound.sample_rate_hz()));
    let mut estimator = TransferEstimator::prepare(parameters, rates_hz[0], rates_hz[1])?;
    // In blocks, because the estimator keeps a copy of what it has not compared.
    for start in (0..frames).step_by(BLOCK_FRAMES) {
        let block = start..(start + BLOCK_FRAMES).min(frames);
        estimator.push(&from[block.clone()], &to[block])?;
    }
    let function = estimator.finish()?;
    Ok(Estimated { impulse: function.impulse_response()?, lag_frames: function.lag_frames()?, function })
}

const BLOCK_FRAMES: usize = 65_536;

/// Writes the shape of the estimates to *shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_get_shape(
    transfer: *const das_transfer,
    shape: *mut das_transfer_shape,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let Estimated { function, impulse, lag_frames } = caller.get(transfer, "transfer")?;
        caller.out(shape, "shape")?.set(das_transfer_shape {
            bins: function.bins() as u64,
            segment_frames: impulse.len() as u64,
            segments: function.segments(),
            lag_frames: *lag_frames,
            bin_width_hz: function.frequency_hz(1),
        });
        Ok(())
    })
}

impl Estimated {
    /// Writes the `N` numbers of every bin, NaN for a bin that has none; `values` is the length of the buffer.
    fn read<const N: usize>(
        &self,
        caller: &Caller,
        (pointer, name): (*mut f64, &str),
        values: usize,
        of: impl Fn(&TransferFunction, usize) -> Option<[f64; N]>,
    ) -> Result<(), Failure> {
        expect("this estimate", N * self.function.bins(), values)?;
        let out = caller.slice_mut(pointer, values, name)?.as_chunks_mut::<N>().0;
        for (bin, numbers) in out.iter_mut().enumerate() {
            *numbers = of(&self.function, bin).unwrap_or([f64::NAN; N]);
        }
        Ok(())
    }
}

/// Writes H1 = Sxy / Sxx, the estimate that noise in the response does not bias, to `response`: real and imaginary part of one
/// bin after the other. Both are NaN where the reference has no energy: more than 130 dB below its strongest bin. `values`
/// must be 2 bins.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_read_h1(
    transfer: *const das_transfer,
    response: *mut f64,
    values: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let estimated = caller.get(transfer, "transfer")?;
        estimated.read(&caller, (response, "response"), values, |of, bin| of.h1(bin).map(|h| [h.re, h.im]))
    })
}

/// Writes H2 = Syy / Syx, the estimate that noise in the reference does not bias, as das_transfer_read_h1() writes H1. NaN also
/// where the two recordings have nothing in common.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_read_h2(
    transfer: *const das_transfer,
    response: *mut f64,
    values: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let estimated = caller.get(transfer, "transfer")?;
        estimated.read(&caller, (response, "response"), values, |of, bin| of.h2(bin).map(|h| [h.re, h.im]))
    })
}

/// Writes the magnitude-squared coherence |Sxy|^2 / (Sxx Syy) of every bin to `coherence`: 0 to 1, the share of the response
/// that the reference explains; NaN where one of them has no energy. `bins` must be that of the shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_read_coherence(
    transfer: *const das_transfer,
    coherence: *mut f64,
    bins: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let estimated = caller.get(transfer, "transfer")?;
        estimated.read(&caller, (coherence, "coherence"), bins, |of, bin| of.coherence(bin).map(|share| [share]))
    })
}

/// Writes the impulse response behind H1 to `samples`: the first is time 0 (after the lag of the parameters), the second half
/// stands for negative times. Bins without energy count as 0. `frames` must be segment_frames of the shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_read_impulse(
    transfer: *const das_transfer,
    samples: *mut f32,
    frames: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let impulse = &caller.get(transfer, "transfer")?.impulse;
        expect("this impulse response", impulse.len(), frames)?;
        caller.slice_mut(samples, frames, "samples")?.copy_from_slice(impulse);
        Ok(())
    })
}

/// Gives a transfer function back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transfer_free(transfer: *mut das_transfer) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(transfer, "transfer")
    });
}
