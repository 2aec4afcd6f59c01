//! The analysis of sound that comes in pieces.

use std::ffi::c_char;

use dsp::{engine::AnalysisStream, visualizer::SoundFormat};

use crate::{
    boundary::{Caller, Exclusive, Failure, Kind, das_status, elements, enter, quietly},
    options::{das_parameters, das_picture, parameters, picture},
    pending::planar,
    text::{das_text, text},
};

/// The whole analysis of sound that comes in pieces, in memory that does not grow with its length.
pub struct das_analysis(());

impl Kind for das_analysis {
    type Value = Analysing;
    const TAG: [u8; 8] = *b"das.anal";
}

pub(crate) struct Analysing {
    channels: usize,
    /// Empty after the end.
    stream: Exclusive<Option<Box<AnalysisStream>>>,
}

fn finished() -> Failure {
    Failure::state("the analysis is finished")
}

/// Plans the analysis of sound of that rate and number of channels. `bits_per_sample` is that of the source, 0 if unknown:
/// where clipping begins depends on it. `parameters` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analysis_new(
    sample_rate_hz: u32,
    channels: u32,
    bits_per_sample: u32,
    parameters: *const das_parameters,
    analysis: *mut *mut das_analysis,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(analysis, "analysis")?;
        let bits_per_sample = Some(bits_per_sample).filter(|&bits| bits > 0);
        let format = SoundFormat { sample_rate_hz, channels, bits_per_sample, channel_mask: None };
        let stream = AnalysisStream::prepare(&self::parameters(&caller, parameters)?, format)?;
        slot.fill(Analysing { channels: channels as usize, stream: Exclusive::new(Some(Box::new(stream))) });
        Ok(())
    })
}

/// Takes `frames` frames of interleaved sound. How a sound is cut into pieces does not matter. A sample that is NaN, infinite
/// or above 1e9 is DAS_STATUS_NOT_FINITE and ends the analysis.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analysis_push(
    analysis: *mut das_analysis,
    interleaved: *const f32,
    frames: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let analysing = caller.get(analysis, "analysis")?;
        let samples = caller.slice(interleaved, elements(frames, analysing.channels, "interleaved")?, "interleaved")?;
        analysing.stream.with(|state| {
            let mut stream = state.take().ok_or_else(finished)?;
            stream.push(&planar(samples, analysing.channels))?;
            *state = Some(stream);
            Ok(())
        })
    })
}

/// Paints the spectrogram of what was pushed so far into the PNG file `output`. `picture` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analysis_save_spectrogram(
    analysis: *const das_analysis,
    output: *const c_char,
    picture: *const das_picture,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let analysing = caller.get(analysis, "analysis")?;
        let (output, picture) = (caller.path(output, "output")?, self::picture(&caller, picture)?);
        let grid = analysing.stream.with(|state| Ok(state.as_ref().ok_or_else(finished)?.grid()))?;
        picture.save(&grid, output)?;
        Ok(())
    })
}

/// Ends the analysis and hands out its document, as das_analyze_sound() makes it. Without a single frame it is
/// DAS_STATUS_REFUSED. Afterwards the handle is only good for das_analysis_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analysis_finish(analysis: *mut das_analysis, json: *mut *mut das_text) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (analysing, slot) = (caller.get(analysis, "analysis")?, caller.slot(json, "json")?);
        let stream = analysing.stream.with(|state| state.take().ok_or_else(finished))?;
        let outcome = stream.finish()?;
        let json = serde_json::to_string(&outcome.analysis).map_err(|error| Failure::internal(error.to_string()))?;
        slot.fill(text(json)?);
        Ok(())
    })
}

/// Gives an analysis back, finished or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_analysis_free(analysis: *mut das_analysis) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(analysis, "analysis")
    });
}
