//! Cepstral coefficients of power spectra.

use dsp::mfcc::Mfcc;

use crate::{
    bank::{bank, das_bank_parameters},
    boundary::{Caller, Exclusive, Kind, das_status, enter, expect, quietly},
};

/// Cepstral coefficients of power spectra (Davis and Mermelstein 1980).
pub struct das_mfcc(());

impl Kind for das_mfcc {
    type Value = Planned;
    const TAG: [u8; 8] = *b"das.mfcc";
}

pub(crate) struct Planned {
    bins: usize,
    coefficients: usize,
    state: Exclusive<Mfcc>,
}

/// Plans the first `coefficients` coefficients, 1 to the number of bands, of the bands of `parameters`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_mfcc_new(
    parameters: *const das_bank_parameters,
    coefficients: usize,
    mfcc: *mut *mut das_mfcc,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(mfcc, "mfcc")?;
        let bank = bank(&caller, parameters)?;
        let bins = bank.bins();
        slot.fill(Planned { bins, coefficients, state: Exclusive::new(Mfcc::new(bank, coefficients)?) });
        Ok(())
    })
}

/// Writes the coefficients of one spectrum, as das_spectra_read() and das_stft_read() write it, to `values`: bands in decibels,
/// at least -100, then the orthonormal DCT-II. The unit is the decibel; there is no liftering and no pre-emphasis, and no
/// energy in place of the first. `bins` and `coefficients` must be those of the plan.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_mfcc_apply(
    mfcc: *mut das_mfcc,
    power: *const f32,
    bins: usize,
    values: *mut f32,
    coefficients: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let planned = caller.get(mfcc, "mfcc")?;
        expect("a spectrum of this plan", planned.bins, bins)?;
        expect("the result of this plan", planned.coefficients, coefficients)?;
        let (power, values) = (caller.slice(power, bins, "power")?, caller.slice_mut(values, coefficients, "values")?);
        planned.state.with(|mfcc| {
            mfcc.apply(power, values);
            Ok(())
        })
    })
}

/// Gives a plan back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_mfcc_free(mfcc: *mut das_mfcc) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(mfcc, "mfcc")
    });
}
