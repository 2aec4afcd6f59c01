//! Linear-phase filters: their taps.

use dsp::filter::{Band, FilterError, response};

use crate::boundary::{Caller, Failure, das_status, enter};

/// What a linear-phase filter lets pass. At the ends of a band, which lie between 0 and half the rate, the gain is one half.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_band {
    /// Below high_hz; the gain at 0 Hz is exactly 1.
    LowPass = 0,
    /// Above low_hz; the gain at half the rate is exactly 1.
    HighPass = 1,
    /// From low_hz to high_hz; the gain in the middle is exactly 1.
    BandPass = 2,
    /// Outside of low_hz to high_hz; the gain at 0 Hz is exactly 1.
    BandStop = 3,
}

/// What a linear-phase filter does.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_fir_parameters {
    /// Begin of the band; ignored by the low-pass.
    pub low_hz: f64,
    /// End of the band; ignored by the high-pass.
    pub high_hz: f64,
    /// How far the rest is down, 21 to 300 dB.
    pub attenuation_db: f64,
    /// Width of each slope, with its middle at the end of the band: above 0, below half the rate.
    pub transition_hz: f64,
    /// Frames per second, up to 1e9.
    pub sample_rate_hz: f64,
    /// A das_band.
    pub band: u32,
}

fn band(given: &das_fir_parameters) -> Result<Band, Failure> {
    let das_fir_parameters { low_hz, high_hz, band, .. } = *given;
    Ok(match band {
        0 => Band::LowPass { cutoff_hz: high_hz },
        1 => Band::HighPass { cutoff_hz: low_hz },
        2 => Band::BandPass { low_hz, high_hz },
        3 => Band::BandStop { low_hz, high_hz },
        _ => return Err(Failure::argument(format!("there is no band {band}"))),
    })
}

/// A response is told from 0 Hz to half the rate.
pub(crate) fn check_frequency(frequency_hz: f64, sample_rate_hz: f64) -> Result<(), Failure> {
    // NaN is not within anything.
    let rate = sample_rate_hz > 0.0 && sample_rate_hz.is_finite();
    if rate && (0.0..=sample_rate_hz / 2.0).contains(&frequency_hz) {
        return Ok(());
    }
    Err(FilterError::Frequency { frequency_hz, sample_rate_hz }.into())
}

/// Designs the taps of a linear-phase filter under a Kaiser window: attenuation and slope decide how many there are, an odd
/// number up to 4194304. They are symmetric: the delay is half of their number less one. The number goes to *count; `taps`
/// has room for `capacity`, and a capacity of 0 asks for the number alone. Less room than that is
/// DAS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fir_design(
    parameters: *const das_fir_parameters,
    taps: *mut f64,
    capacity: usize,
    count: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (out, room) = (caller.out(count, "count")?, caller.slice_mut(taps, capacity, "taps")?);
        let given = caller.read(parameters, "parameters")?.ok_or_else(|| Failure::null("parameters"))?;
        let made = band(&given)?.taps(given.attenuation_db, given.transition_hz, given.sample_rate_hz)?;
        if capacity > 0 {
            let Some(room) = room.get_mut(..made.len()) else {
                return Err(Failure::argument(format!("{} taps do not fit into {capacity}", made.len())));
            };
            room.copy_from_slice(&made);
        }
        out.set(made.len());
        Ok(())
    })
}

/// Writes the response of `count` taps at a frequency, 0 to half the rate, to *real and *imaginary: the absolute value is the
/// gain, the argument the phase.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fir_get_response(
    taps: *const f64,
    count: usize,
    frequency_hz: f64,
    sample_rate_hz: f64,
    real: *mut f64,
    imaginary: *mut f64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (re, im) = (caller.out(real, "real")?, caller.out(imaginary, "imaginary")?);
        let taps = caller.slice(taps, count, "taps")?;
        check_frequency(frequency_hz, sample_rate_hz)?;
        let response = response(taps, frequency_hz, sample_rate_hz);
        re.set(response.re);
        im.set(response.im);
        Ok(())
    })
}
