//! The engine's operations by name.

use std::ffi::c_char;

use dsp::engine::{
    AnalysisRequest, MixingRequest, ResamplingRequest, SoundTrack, Subject, do_analysis, do_fft, do_mixing,
    do_resampling, mix_sounds, save_spectrogram,
};

use crate::{
    boundary::{Caller, Failure, Plain, das_status, enter, set},
    options::{
        das_limits, das_parameters, das_picture, das_transform, limits, mix_target, parameters, picture, quality,
        scale, transform,
    },
    sound::das_sound,
    spectra::das_spectra,
    text::{das_text, text},
};

/// Most sounds of one mix.
const MAX_TRACKS: usize = 4096;

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

/// Makes a new sound at the rate `rate_hz`, 100 to 768000 and at most 256 times more or less: F frames become exactly
/// ceil(F x to / from), without delay. `quality` is a das_quality. The same rate gives the same samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_do_resampling(
    sound: *const das_sound,
    rate_hz: u32,
    quality: u32,
    resampled: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(resampled, "resampled")?);
        let quality = self::quality(quality)?;
        slot.fill(do_resampling(sound, &ResamplingRequest { rate_hz, quality, ..ResamplingRequest::default() })?);
        Ok(())
    })
}

/// Makes a new sound of one or two channels out of all channels. `to` is a das_mix, `scale` a das_scale; the loudspeaker of a
/// channel is told by the number of channels, in the order of WAV files (6: L R C LFE Ls Rs).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_do_mixing(
    sound: *const das_sound,
    to: u32,
    scale: u32,
    mixed: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(mixed, "mixed")?);
        let request = MixingRequest { to: mix_target(to)?, scale: self::scale(scale)?, ..MixingRequest::default() };
        slot.fill(do_mixing(sound, &request)?);
        Ok(())
    })
}

/// One sound of a mix.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct das_track {
    /// One or two channels, of the same rate as all others.
    pub sound: *const das_sound,
    /// Gain, -120 to 120 dB.
    pub gain_db: f64,
    /// From -1 (left) to 1 (right): constant power for one channel, balance for two.
    pub pan: f64,
    /// Frames of the mix before the sound begins.
    pub start_frame: u64,
}

impl Plain for das_track {}

/// Mixes `count` sounds, 1 to 4096, to a new one in stereo, as long as the one that ends last, and turns the sum down as far as
/// its loudest sample must be to stay at or under `ceiling_dbfs`, never up. What it was turned down by, 0 or less, goes to
/// *headroom_db, unless that is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_mix_sounds(
    tracks: *const das_track,
    count: usize,
    ceiling_dbfs: f64,
    mixed: *mut *mut das_sound,
    headroom_db: *mut f64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(mixed, "mixed")?;
        let out = caller.optional_out(headroom_db, "headroom_db")?;
        if count > MAX_TRACKS {
            return Err(Failure::argument(format!("{count} sounds; a mix takes {MAX_TRACKS}")));
        }
        let tracks: Vec<SoundTrack<'_>> = caller
            .slice(tracks, count, "tracks")?
            .iter()
            .map(|track| {
                let start_frame = usize::try_from(track.start_frame).unwrap_or(usize::MAX);
                let sound = caller.get(track.sound, "the sound of a track")?;
                Ok(SoundTrack { sound, gain_db: track.gain_db, pan: track.pan, start_frame })
            })
            .collect::<Result<_, Failure>>()?;
        let done = mix_sounds(&tracks, ceiling_dbfs)?;
        set(out, done.headroom_db);
        slot.fill(done.sound);
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
