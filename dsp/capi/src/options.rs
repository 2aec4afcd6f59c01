//! Structures of options, all with defaults.

use dsp::{
    Measures, Parameters,
    decode::Limits,
    engine::{AnalysisRequest, FftRequest, MixTarget, SpectrogramRequest},
    mix::Scale,
    palette::Palette,
    parameters::Precision,
    resample::Quality,
    wav::Encoding,
};

use crate::{
    boundary::{Caller, Failure, das_status, enter},
    window::{number, window},
};

/// How a recording is analysed. Fill it with das_parameters_init(), then change what should differ; where a function takes
/// a pointer to it, NULL means the defaults.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_parameters {
    /// Rate at which spectra are computed, 1 to 768000; default 32000.
    pub analysis_rate_hz: u32,
    /// Frames in one window, a power of two from 64 to 65536; default 2048.
    pub window_length_frames: u32,
    /// Frames from one window to the next, 1 to the window length; default 512.
    pub hop_frames: u32,
    /// A das_window.
    pub window: u32,
    /// Most columns of a spectrogram, even, 2 to 32768; default 2048.
    pub max_columns: u32,
    /// Most buckets of a waveform, even, 2 to 65536; default 4096.
    pub max_buckets: u32,
    /// Lowest level that is told apart from silence, -200 to 0; default -120.
    pub floor_dbfs: f32,
    /// Beta of a Kaiser window, 0 to 100; default 0.
    pub kaiser_beta: f32,
    /// A das_measures; default DAS_MEASURES_FULL. Pictures alone are made without.
    pub measures: u32,
    /// A das_precision; default DAS_PRECISION_SINGLE.
    pub precision: u32,
}

/// Which files are accepted. Fill it with das_limits_init(); NULL means the defaults.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_limits {
    /// Largest file; default 4 GiB.
    pub max_bytes: u64,
    /// Longest recording; default 86400, a day.
    pub max_duration_s: f64,
    /// Most channels; default 32.
    pub max_channels: u32,
    /// Highest rate; default 768000.
    pub max_sample_rate_hz: u32,
}

/// How a spectrogram is painted: time from left to right over the whole duration, 0 Hz at the bottom, half the analysis rate
/// on top. Fill it with das_picture_init(); NULL means the defaults.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_picture {
    /// Width in pixels, 1 to 16384; default 1024. At most 67108864 pixels in all.
    pub width: u32,
    /// Height in pixels, 1 to 16384; default 512.
    pub height: u32,
    /// A das_palette.
    pub palette: u32,
    /// Level of the first colour, -200 to 60 dBFS; default -100.
    pub low_dbfs: f32,
    /// Level of the last colour, above the first, at most 60 dBFS; default 0.
    pub high_dbfs: f32,
}

/// How spectra are made. Fill it with das_transform_init(); NULL means the defaults.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_transform {
    /// Frames in one window, a power of two from 64 to 65536; default 2048. A spectrum has half of it and one cells.
    pub window_length_frames: u32,
    /// Frames from one window to the next, 1 to the window length; default 512.
    pub hop_frames: u32,
    /// A das_window.
    pub window: u32,
    /// Beta of a Kaiser window, 0 to 100; default 0.
    pub kaiser_beta: f32,
}

/// Colour maps, from quiet to loud.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_palette {
    /// Black, violet, orange, pale yellow.
    Magma = 0,
    /// Dark violet, teal, yellow.
    Viridis = 1,
    /// Black, deep blue, pale cyan.
    Ice = 2,
    /// Black to white.
    Gray = 3,
}

/// How much an analysis measures.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_measures {
    /// Levels and the statistics of the mean spectrum.
    Overview = 0,
    /// Everything: loudness, true peak, noise, rhythm, pitch, key, partials, series.
    Full = 1,
}

/// Arithmetic of an analysis's spectra.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_precision {
    /// 32-bit: right to 1e-4 dB down to 30 dB below the loudest cell of a spectrum.
    Single = 0,
    /// 64-bit: right to 1e-4 dB for every cell above -100 dBFS; spectra take 1.3 to 1.8 times as long, by processor.
    Double = 1,
}

/// Stop-band of a resampler: how far what the new rate cannot hold is down.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_quality {
    /// 80 dB, for previews.
    Db80 = 0,
    /// 100 dB, better than the noise of 16-bit sound.
    Db100 = 1,
    /// 120 dB, the engine's own choice.
    Db120 = 2,
    /// 140 dB, below the rounding of 24-bit sound; computed in 64 bits.
    Db140 = 3,
}

/// What the channels of a sound are mixed to.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_mix {
    /// One channel, the mean: every channel has the weight 1 / C; it never clips.
    Mean = 0,
    /// One channel by ITU-R BS.775: L and R 0.707, C 1, surrounds 0.5, no LFE.
    Mono = 1,
    /// Left and right by ITU-R BS.775: L or R 1, C 0.707, its surrounds 0.707, no LFE.
    Stereo = 2,
}

/// Whether a mix by BS.775 may be louder than full scale.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_scale {
    /// The coefficients as they are: levels are kept.
    Unity = 0,
    /// All coefficients divided by the largest sum of one output.
    Safe = 1,
}

/// How the samples of a WAV file are written.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_encoding {
    /// 16-bit integers, rounded to the nearest and limited.
    Pcm16 = 0,
    /// 24-bit integers, rounded to the nearest and limited.
    Pcm24 = 1,
    /// 32-bit floating point, as they are.
    Float32 = 2,
}

/// One of the choices of an enumeration, which comes in as a number.
pub(crate) fn choice<T: Copy>(choices: &[T], number: u32, name: &str) -> Result<T, Failure> {
    let found = usize::try_from(number).ok().and_then(|number| choices.get(number)).copied();
    found.ok_or_else(|| Failure::argument(format!("there is no {name} {number}")))
}

pub(crate) fn encoding(number: u32) -> Result<Encoding, Failure> {
    choice(&[Encoding::Pcm16, Encoding::Pcm24, Encoding::Float32], number, "encoding")
}

pub(crate) fn quality(number: u32) -> Result<Quality, Failure> {
    choice(&Quality::ALL, number, "quality")
}

pub(crate) fn mix_target(number: u32) -> Result<MixTarget, Failure> {
    choice(&[MixTarget::Mean, MixTarget::Mono, MixTarget::Stereo], number, "mix")
}

pub(crate) fn scale(number: u32) -> Result<Scale, Failure> {
    choice(&[Scale::Unity, Scale::Safe], number, "scale")
}

/// The parameters of an analysis: everything is measured.
fn defaults() -> Parameters {
    AnalysisRequest::default().parameters
}

/// Reads the structure, or makes the defaults where there is none.
pub(crate) fn parameters(caller: &Caller, given: *const das_parameters) -> Result<Parameters, Failure> {
    let Some(given) = caller.read(given, "parameters")? else { return Ok(defaults()) };
    let parameters = Parameters {
        analysis_rate_hz: given.analysis_rate_hz,
        window_length_frames: given.window_length_frames,
        hop_frames: given.hop_frames,
        window: window(given.window, f64::from(given.kaiser_beta))?,
        max_columns: given.max_columns,
        max_buckets: given.max_buckets,
        floor_dbfs: given.floor_dbfs,
        measures: choice(&[Measures::Overview, Measures::Full], given.measures, "measures")?,
        precision: choice(&[Precision::Single, Precision::Double], given.precision, "precision")?,
    };
    parameters.check()?;
    Ok(parameters)
}

pub(crate) fn limits(caller: &Caller, given: *const das_limits) -> Result<Limits, Failure> {
    let Some(given) = caller.read(given, "limits")? else { return Ok(Limits::default()) };
    if given.max_duration_s.is_nan() || given.max_duration_s < 0.0 {
        return Err(Failure::argument("max_duration_s must be a number that is not negative"));
    }
    let das_limits { max_bytes, max_duration_s, max_channels, max_sample_rate_hz } = given;
    Ok(Limits { max_bytes, max_duration_s, max_channels, max_sample_rate_hz })
}

pub(crate) fn picture(caller: &Caller, given: *const das_picture) -> Result<SpectrogramRequest, Failure> {
    let Some(given) = caller.read(given, "picture")? else { return Ok(SpectrogramRequest::default()) };
    let request = SpectrogramRequest {
        width: given.width,
        height: given.height,
        palette: choice(&Palette::ALL, given.palette, "palette")?,
        low_dbfs: given.low_dbfs,
        high_dbfs: given.high_dbfs,
    };
    request.check()?;
    Ok(request)
}

pub(crate) fn transform(caller: &Caller, given: *const das_transform) -> Result<FftRequest, Failure> {
    let Some(given) = caller.read(given, "transform")? else { return Ok(FftRequest::default()) };
    let das_transform { window_length_frames, hop_frames, window, kaiser_beta } = given;
    Ok(FftRequest { window_length_frames, hop_frames, window: self::window(window, f64::from(kaiser_beta))? })
}

/// Writes the default parameters to *parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_parameters_init(parameters: *mut das_parameters) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let known = defaults();
        let (window, beta) = number(known.window);
        caller.out(parameters, "parameters")?.set(das_parameters {
            analysis_rate_hz: known.analysis_rate_hz,
            window_length_frames: known.window_length_frames,
            hop_frames: known.hop_frames,
            window: window as u32,
            max_columns: known.max_columns,
            max_buckets: known.max_buckets,
            floor_dbfs: known.floor_dbfs,
            kaiser_beta: beta as f32,
            measures: known.measures as u32,
            precision: known.precision as u32,
        });
        Ok(())
    })
}

/// Writes the default limits to *limits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_limits_init(limits: *mut das_limits) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let Limits { max_bytes, max_duration_s, max_channels, max_sample_rate_hz } = Limits::default();
        caller.out(limits, "limits")?.set(das_limits { max_bytes, max_duration_s, max_channels, max_sample_rate_hz });
        Ok(())
    })
}

/// Writes the default picture to *picture.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_picture_init(picture: *mut das_picture) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let SpectrogramRequest { width, height, low_dbfs, high_dbfs, .. } = SpectrogramRequest::default();
        let palette = das_palette::Magma as u32;
        caller.out(picture, "picture")?.set(das_picture { width, height, palette, low_dbfs, high_dbfs });
        Ok(())
    })
}

/// Writes the default transform to *transform.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_transform_init(transform: *mut das_transform) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let FftRequest { window_length_frames, hop_frames, window } = FftRequest::default();
        let (window, kaiser_beta) = (number(window).0 as u32, number(window).1 as f32);
        caller.out(transform, "transform")?.set(das_transform {
            window_length_frames,
            hop_frames,
            window,
            kaiser_beta,
        });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_c_are_those_of_the_engine() {
        // SAFETY: the pointers are to locals.
        let caller = unsafe { Caller::trusted() };
        let mut given = das_picture { width: 0, height: 0, palette: 9, low_dbfs: 0.0, high_dbfs: 0.0 };
        // SAFETY: a local.
        assert_eq!(unsafe { das_picture_init(&raw mut given) }, das_status::Ok);
        assert_eq!(picture(&caller, &raw const given).expect("valid"), SpectrogramRequest::default());
        for (number, palette) in [
            (das_palette::Magma, Palette::Magma),
            (das_palette::Viridis, Palette::Viridis),
            (das_palette::Ice, Palette::Ice),
            (das_palette::Gray, Palette::Gray),
        ] {
            assert_eq!(Palette::ALL[number as usize], palette);
        }
        for (number, expected) in [
            (das_encoding::Pcm16, Encoding::Pcm16),
            (das_encoding::Pcm24, Encoding::Pcm24),
            (das_encoding::Float32, Encoding::Float32),
        ] {
            assert_eq!(encoding(number as u32).expect("valid"), expected);
        }
        assert_eq!(Measures::Full as u32, das_measures::Full as u32);
        assert_eq!(Precision::Double as u32, das_precision::Double as u32);
        assert_eq!(quality(das_quality::Db120 as u32).expect("valid"), Quality::default());
        assert_eq!(mix_target(das_mix::Stereo as u32).expect("valid"), MixTarget::Stereo);
        assert_eq!(scale(das_scale::Safe as u32).expect("valid"), Scale::Safe);
        let mut all = std::mem::MaybeUninit::uninit();
        // SAFETY: a local, which is written to.
        assert_eq!(unsafe { das_parameters_init(all.as_mut_ptr()) }, das_status::Ok);
        assert_eq!(parameters(&caller, all.as_ptr()).expect("valid"), AnalysisRequest::default().parameters);
    }
}
