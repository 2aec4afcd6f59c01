//! The exponential sine sweep, and what comes back of it.

use dsp::{
    engine::Sound,
    transfer::{Sweep, TransferError},
};

use crate::{
    boundary::{Caller, Failure, das_status, enter, set},
    sound::{channel, das_sound},
};

/// A sine whose frequency grows exponentially (Farina 2000), with the lengths at which harmonics keep their phase (Novak 2015).
/// Fill it with das_sweep_parameters_init(); NULL means the defaults.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_sweep_parameters {
    /// First frequency, above 0; default 20.
    pub start_hz: f64,
    /// Last frequency, above the first, at most half the rate; default 20000.
    pub end_hz: f64,
    /// About the length, at most 16777216 frames; default 10. It is rounded so that start_hz L is whole, where the frequency
    /// grows by the factor e in L seconds.
    pub duration_s: f64,
    /// Frames per second, 100 to 768000; default 48000.
    pub sample_rate_hz: u32,
}

const DEFAULTS: das_sweep_parameters =
    das_sweep_parameters { start_hz: 20.0, end_hz: 20_000.0, duration_s: 10.0, sample_rate_hz: 48_000 };

/// Writes the default parameters to *parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sweep_parameters_init(parameters: *mut das_sweep_parameters) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.out(parameters, "parameters")?.set(DEFAULTS);
        Ok(())
    })
}

/// The sweep and its rate.
fn sweep(caller: &Caller, given: *const das_sweep_parameters) -> Result<(Sweep, u32), Failure> {
    let given = caller.read(given, "parameters")?.unwrap_or(DEFAULTS);
    let das_sweep_parameters { start_hz, end_hz, duration_s, sample_rate_hz } = given;
    // Only sound has limits of its own for the rate.
    Sound::new(sample_rate_hz, vec![Vec::new()])?;
    Ok((Sweep::new(start_hz, end_hz, duration_s, sample_rate_hz.into())?, sample_rate_hz))
}

/// Makes the sweep: one channel of amplitude 1. `parameters` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sweep_new(
    parameters: *const das_sweep_parameters,
    sound: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(sound, "sound")?;
        let (sweep, sample_rate_hz) = self::sweep(&caller, parameters)?;
        slot.fill(Sound::new(sample_rate_hz, vec![sweep.samples()])?);
        Ok(())
    })
}

/// Makes the impulse response of a system out of one channel of a recording of the sweep of these parameters: the spectrum of
/// the recording divided by that of the sweep, faded in and out within a sixth of an octave at both ends of its band. Time 0
/// is frame *origin of the result; the responses of harmonics stand before it, see das_sweep_get_harmonic_lead(). A recording
/// that is shorter than the sweep or silent is DAS_STATUS_REFUSED, another rate DAS_STATUS_INVALID_ARGUMENT, as are sweep and
/// recording of more than 67108864 frames together. `parameters` and `origin` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sweep_impulse_response(
    parameters: *const das_sweep_parameters,
    recorded: *const das_sound,
    recorded_channel: u32,
    impulse: *mut *mut das_sound,
    origin: *mut u64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (slot, out) = (caller.slot(impulse, "impulse")?, caller.optional_out(origin, "origin")?);
        let recorded = caller.get(recorded, "recorded")?;
        let samples = channel(recorded, recorded_channel)?;
        let (sweep, sample_rate_hz) = self::sweep(&caller, parameters)?;
        // A long sweep is not made for a recording that cannot hold it.
        let (expected, actual) = (sweep.frames() as u64, samples.len() as u64);
        if recorded.sample_rate_hz() == sample_rate_hz && actual < expected {
            return Err(TransferError::TooShort { expected, actual }.into());
        }
        let response = sweep.impulse_response(samples, recorded.sample_rate_hz().into())?;
        let made = Sound::new(sample_rate_hz, vec![response.samples])?;
        set(out, response.origin as u64);
        slot.fill(made);
        Ok(())
    })
}

/// Writes the seconds by which the response of a harmonic comes before the linear one, L ln(harmonic), to *lead_s. `parameters`
/// may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sweep_get_harmonic_lead(
    parameters: *const das_sweep_parameters,
    harmonic: u32,
    lead_s: *mut f64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let out = caller.out(lead_s, "lead_s")?;
        let (sweep, _) = self::sweep(&caller, parameters)?;
        if harmonic == 0 {
            return Err(Failure::argument("harmonics count from 1"));
        }
        out.set(sweep.harmonic_lead_s(harmonic));
        Ok(())
    })
}
