//! The engine's operations by name.

use std::ffi::c_char;

use dsp::engine::{
    AnalysisRequest, MixingRequest, ResamplingRequest, Subject, do_analysis, do_fft, do_mixing, do_resampling,
    save_spectrogram,
};

use crate::{
    boundary::{Caller, das_status, enter},
    options::{das_limits, das_parameters, das_picture, das_transform, limits, parameters, picture, transform},
    sound::das_sound,
    spectra::das_spectra,
    text::{das_text, text},
};

/// Computes the spectrogram of the file `input` and paints it into the PNG file `output`, which is replaced when the new one
/// is whole. Memory does not grow with the length of the file. `picture`, `parameters` and `limits` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_save_spectrogram(
    input: *const c_char,
    output: *const c_char,
    picture: *const das_picture,
    parameters: *const das_parameters,
    limits: *const das_limits,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (input, output) = (caller.path(input, "input")?, caller.path(output, "output")?);
        let (picture, parameters) = (self::picture(&caller, picture)?, self::parameters(&caller, parameters)?);
        save_spectrogram(input, output, &picture, &parameters, &self::limits(&caller, limits)?)?;
        Ok(())
    })
}

/// Makes a new sound at the rate `rate_hz`, 100 to 768000: F frames become exactly ceil(F x to / from), without delay;
/// what the new rate cannot hold is more than 100 dB down. The same rate gives the same samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_do_resampling(
    sound: *const das_sound,
    rate_hz: u32,
    resampled: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(resampled, "resampled")?);
        slot.fill(do_resampling(sound, &ResamplingRequest { rate_hz, ..ResamplingRequest::default() })?);
        Ok(())
    })
}

/// Makes a new sound of one channel, the mean of all channels: each has the weight 1 / C, so that it never clips.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_do_mixing(sound: *const das_sound, mixed: *mut *mut das_sound) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(mixed, "mixed")?);
        slot.fill(do_mixing(sound, &MixingRequest::default())?);
        Ok(())
    })
}

/// Makes the power spectra of the mono mix of a sound, at its own rate: F frames give 1 + F / hop spectra, frame i centred on
/// sample i x hop, with zeros before the start and after the end. `transform` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_do_fft(
    sound: *const das_sound,
    transform: *const das_transform,
    spectra: *mut *mut das_spectra,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(spectra, "spectra")?);
        slot.fill(do_fft(sound, &self::transform(&caller, transform)?)?);
        Ok(())
    })
}

/// Analyses spectra: a JSON document of their shape ("stft") and statistics ("spectral": centroid, bandwidth, roll-off,
/// flatness, strongest partial).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_do_analysis(spectra: *const das_spectra, json: *mut *mut das_text) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (spectra, slot) = (caller.get(spectra, "spectra")?, caller.slot(json, "json")?);
        let outcome = do_analysis(Subject::Spectra(spectra), &AnalysisRequest::default())?;
        slot.fill(text(outcome.to_json()?)?);
        Ok(())
    })
}

/// Analyses the file `input` as the server does: the JSON document of dsp/schema. Memory does not grow with the length of the
/// file. `parameters` and `limits` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analyze_file(
    input: *const c_char,
    parameters: *const das_parameters,
    limits: *const das_limits,
    json: *mut *mut das_text,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (input, slot) = (caller.path(input, "input")?, caller.slot(json, "json")?);
        let (parameters, limits) = (self::parameters(&caller, parameters)?, self::limits(&caller, limits)?);
        let outcome = do_analysis(Subject::File(input), &AnalysisRequest { parameters, limits })?;
        slot.fill(text(outcome.to_json()?)?);
        Ok(())
    })
}

/// Analyses sound in memory: the same document; its source is "memory", with the SHA-256 of the interleaved little-endian
/// samples. Sound without frames is DAS_STATUS_REFUSED. `parameters` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analyze_sound(
    sound: *const das_sound,
    parameters: *const das_parameters,
    json: *mut *mut das_text,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(json, "json")?);
        let request = AnalysisRequest { parameters: self::parameters(&caller, parameters)?, ..Default::default() };
        let outcome = do_analysis(Subject::Sound(sound), &request)?;
        slot.fill(text(outcome.to_json()?)?);
        Ok(())
    })
}
