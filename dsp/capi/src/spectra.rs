//! Power spectra in memory.

use dsp::engine::Spectra;

use crate::{
    boundary::{Caller, Failure, Kind, das_status, enter, expect, quietly},
    window::number,
};

/// Power spectra of one sound, in the order of time. They never change.
pub struct das_spectra(());

impl Kind for das_spectra {
    type Value = Spectra;
    const TAG: [u8; 8] = *b"das.spec";
}

/// Shape of das_spectra.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_spectra_shape {
    /// Number of spectra; frame i is centred on sample i x hop of the sound.
    pub frames: u64,
    /// Cells of one spectrum: half the window length and one.
    pub bins: u64,
    /// Hertz from one cell to the next; cell 0 is 0 Hz.
    pub bin_width_hz: f64,
    /// Seconds from one spectrum to the next.
    pub hop_s: f64,
    /// Rate of the sound.
    pub sample_rate_hz: u32,
    /// The das_window.
    pub window: u32,
}

/// Writes the shape of the spectra to *shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_spectra_get_shape(
    spectra: *const das_spectra,
    shape: *mut das_spectra_shape,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (spectra, out) = (caller.get(spectra, "spectra")?, caller.out(shape, "shape")?);
        out.set(das_spectra_shape {
            frames: spectra.frames() as u64,
            bins: spectra.bins() as u64,
            bin_width_hz: spectra.bin_width_hz(),
            hop_s: spectra.hop_s(),
            sample_rate_hz: spectra.sample_rate_hz(),
            window: number(spectra.request().window).0 as u32,
        });
        Ok(())
    })
}

/// Copies the spectrum of one frame to `power`; `bins` must be that of the shape. Powers are linear: a sine of amplitude 1.0
/// on a cell has power 1.0 (10 log10 of it is its level in dBFS); DC and half the rate have amplitude squared.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_spectra_read(
    spectra: *const das_spectra,
    frame: u64,
    power: *mut f32,
    bins: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let spectra = caller.get(spectra, "spectra")?;
        expect("a spectrum", spectra.bins(), bins)?;
        let from = usize::try_from(frame).ok().and_then(|frame| spectra.frame(frame));
        let from =
            from.ok_or_else(|| Failure::argument(format!("there is no frame {frame} of {}", spectra.frames())))?;
        caller.slice_mut(power, bins, "power")?.copy_from_slice(from);
        Ok(())
    })
}

/// Gives spectra back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_spectra_free(spectra: *mut das_spectra) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(spectra, "spectra")
    });
}
