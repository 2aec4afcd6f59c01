//! Pitch classes of power spectra.

use dsp::chroma::ChromaBank;

use crate::{
    bank::spectrum,
    boundary::{Caller, Kind, das_status, enter, expect, quietly},
};

/// The twelve pitch classes of power spectra (Ellis 2007). It never changes.
pub struct das_chroma(());

impl Kind for das_chroma {
    type Value = ChromaBank;
    const TAG: [u8; 8] = *b"das.chro";
}

const CLASSES: usize = 12;

/// Plans the pitch classes of spectra of `bins` cells, 2 to 4194305, every `bin_width_hz` hertz, above 0, up to 1e6. `tuning_cents`,
/// -1200 to 1200, is how much higher than 440 Hz the A of the music is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_chroma_new(
    bins: u64,
    bin_width_hz: f64,
    tuning_cents: f64,
    chroma: *mut *mut das_chroma,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(chroma, "chroma")?;
        slot.fill(ChromaBank::new(spectrum(bins, bin_width_hz)?, bin_width_hz, tuning_cents)?);
        Ok(())
    })
}

/// Writes the power of every pitch class, 0 = C to 11 = B, in one spectrum, as das_spectra_read() and das_stft_read() write it,
/// to `values`. Octaves from 110 Hz to 7 kHz count most. `bins` must be that of the plan, `classes` 12.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_chroma_apply(
    chroma: *const das_chroma,
    power: *const f32,
    bins: usize,
    values: *mut f32,
    classes: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let bank = caller.get(chroma, "chroma")?;
        expect("a spectrum of this plan", bank.bins(), bins)?;
        expect("the octave", CLASSES, classes)?;
        let (power, values) = (caller.slice(power, bins, "power")?, caller.slice_mut(values, classes, "values")?);
        let mut found = [0.0; CLASSES];
        bank.apply(power, &mut found);
        values.copy_from_slice(&found);
        Ok(())
    })
}

/// Gives a plan back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_chroma_free(chroma: *mut das_chroma) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(chroma, "chroma")
    });
}
