//! Second-order sections as a stream.

use dsp::filter::{Biquad, Cascade, Shape};

use crate::{
    boundary::{Caller, Exclusive, Failure, Kind, Plain, das_status, enter, quietly},
    fir::check_frequency,
};

/// What a second-order section does (Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"). Q is above
/// 0, up to 1e6; 0.70710678 makes low- and high-pass maximally flat (Butterworth).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_filter_shape {
    /// 0 dB at 0 Hz, 12 dB an octave above; the gain at the frequency is Q.
    LowPass = 0,
    /// 0 dB at half the rate, 12 dB an octave below; the gain at the frequency is Q.
    HighPass = 1,
    /// Band-pass of constant skirt gain: the peak gain is Q.
    BandPassSkirt = 2,
    /// Band-pass of constant 0 dB peak gain.
    BandPassPeak = 3,
    /// Nothing at the frequency, 0 dB far from it.
    Notch = 4,
    /// 0 dB everywhere; the phase is -180 degrees at the frequency.
    AllPass = 5,
    /// gain_db at the frequency, 0 dB far from it.
    Peaking = 6,
    /// gain_db at 0 Hz, half of it (in dB) at the frequency, 0 dB at half the rate; q is the slope.
    LowShelf = 7,
    /// gain_db at half the rate, half of it (in dB) at the frequency, 0 dB at 0 Hz; q is the slope.
    HighShelf = 8,
    /// One pole: 0 dB at half the rate, -3.01 dB at the frequency, 6 dB an octave below, nothing at 0 Hz. With 5 to 20 Hz it
    /// removes a DC offset from a stream; das_remove_dc() does it for a whole sound.
    FirstOrderHighPass = 9,
}

/// One section of a filter.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_section {
    /// Corner, centre, or middle of the slope: between 0 and half the rate, both excluded.
    pub frequency_hz: f64,
    /// Quality factor; for a shelf the slope, above 0, up to 1, where it is as steep as it gets without overshoot; ignored by
    /// the first-order high-pass.
    pub q: f64,
    /// Gain of a peak or a shelf, -120 to 120; ignored by the others.
    pub gain_db: f64,
    /// A das_filter_shape.
    pub shape: u32,
}

impl Plain for das_section {}

/// Second-order sections in a row, for one channel that comes in pieces.
pub struct das_filter(());

impl Kind for das_filter {
    type Value = Filtering;
    const TAG: [u8; 8] = *b"das.filt";
}

pub(crate) struct Filtering {
    sample_rate_hz: f64,
    /// Without a stream: only asked for its response.
    design: Cascade,
    stream: Exclusive<Cascade>,
}

/// Most sections of one filter.
const MAX_SECTIONS: usize = 4096;

fn shape(section: &das_section) -> Result<Shape, Failure> {
    let das_section { frequency_hz, q, gain_db, shape } = *section;
    Ok(match shape {
        0 => Shape::LowPass { frequency_hz, q },
        1 => Shape::HighPass { frequency_hz, q },
        2 => Shape::BandPassSkirt { frequency_hz, q },
        3 => Shape::BandPassPeak { frequency_hz, q },
        4 => Shape::Notch { frequency_hz, q },
        5 => Shape::AllPass { frequency_hz, q },
        6 => Shape::Peaking { frequency_hz, q, gain_db },
        7 => Shape::LowShelf { frequency_hz, slope: q, gain_db },
        8 => Shape::HighShelf { frequency_hz, slope: q, gain_db },
        9 => Shape::FirstOrderHighPass { frequency_hz },
        _ => return Err(Failure::argument(format!("there is no filter shape {shape}"))),
    })
}

/// Plans `count` sections, 0 to 4096, in the order in which sound passes them; none lets it pass untouched. Each channel of a
/// sound needs a filter of its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_filter_new(
    sections: *const das_section,
    count: usize,
    sample_rate_hz: f64,
    filter: *mut *mut das_filter,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(filter, "filter")?;
        if count > MAX_SECTIONS {
            return Err(Failure::argument(format!("{count} sections; a filter takes {MAX_SECTIONS}")));
        }
        let sections: Vec<Biquad> = caller
            .slice(sections, count, "sections")?
            .iter()
            .map(|section| Ok(Biquad::design(shape(section)?, sample_rate_hz)?))
            .collect::<Result<_, Failure>>()?;
        let design = Cascade::new(&sections)?;
        slot.fill(Filtering { sample_rate_hz, stream: Exclusive::new(design.clone()), design });
        Ok(())
    })
}

/// Filters the next `length` samples of the stream in place. How a sound is cut into pieces does not matter. A sample that is
/// NaN or infinite is taken as silence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_filter_process(filter: *mut das_filter, samples: *mut f32, length: usize) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let filtering = caller.get(filter, "filter")?;
        let samples = caller.slice_mut(samples, length, "samples")?;
        filtering.stream.with(|stream| {
            stream.process(samples);
            Ok(())
        })
    })
}

/// Forgets the stream: what follows is filtered as if it were the first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_filter_reset(filter: *mut das_filter) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(filter, "filter")?.stream.with(|stream| {
            stream.reset();
            Ok(())
        })
    })
}

/// Writes the response at a frequency, 0 to half the rate, to *real and *imaginary: the absolute value is the gain, the
/// argument the phase. It may be called while another thread is inside das_filter_process().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_filter_get_response(
    filter: *const das_filter,
    frequency_hz: f64,
    real: *mut f64,
    imaginary: *mut f64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let Filtering { sample_rate_hz, design, .. } = caller.get(filter, "filter")?;
        let (re, im) = (caller.out(real, "real")?, caller.out(imaginary, "imaginary")?);
        check_frequency(frequency_hz, *sample_rate_hz)?;
        let response = design.response(frequency_hz, *sample_rate_hz);
        re.set(response.re);
        im.set(response.im);
        Ok(())
    })
}

/// Gives a filter back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_filter_free(filter: *mut das_filter) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(filter, "filter")
    });
}
