//! Structures of options, all with defaults.

use dsp::{
    Parameters,
    decode::Limits,
    engine::{FftRequest, SpectrogramRequest},
    palette::Palette,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct das_transform {
    /// Frames in one window, a power of two from 64 to 65536; default 2048. A spectrum has half of it and one cells.
    pub window_length_frames: u32,
    /// Frames from one window to the next, 1 to the window length; default 512.
    pub hop_frames: u32,
    /// A das_window.
    pub window: u32,
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

pub(crate) fn encoding(number: u32) -> Result<Encoding, Failure> {
    match number {
        0 => Ok(Encoding::Pcm16),
        1 => Ok(Encoding::Pcm24),
        2 => Ok(Encoding::Float32),
        _ => Err(Failure::argument(format!("there is no encoding {number}"))),
    }
}

/// Reads the structure, or makes the defaults where there is none.
pub(crate) fn parameters(caller: &Caller, given: *const das_parameters) -> Result<Parameters, Failure> {
    let Some(given) = caller.read(given, "parameters")? else { return Ok(Parameters::default()) };
    let parameters = Parameters {
        analysis_rate_hz: given.analysis_rate_hz,
        window_length_frames: given.window_length_frames,
        hop_frames: given.hop_frames,
        window: window(given.window)?,
        max_columns: given.max_columns,
        max_buckets: given.max_buckets,
        floor_dbfs: given.floor_dbfs,
        ..Parameters::default()
    };
    parameters.check()?;
    Ok(parameters)
}

pub(crate) fn limits(caller: &Caller, given: *const das_limits) -> Result<Limits, Failure> {
    let Some(given) = caller.read(given, "limits")? else { return Ok(Limits::default()) };
    if !(given.max_duration_s >= 0.0) {
        return Err(Failure::argument("max_duration_s must be a number that is not negative"));
    }
    let das_limits { max_bytes, max_duration_s, max_channels, max_sample_rate_hz } = given;
    Ok(Limits { max_bytes, max_duration_s, max_channels, max_sample_rate_hz })
}

pub(crate) fn picture(caller: &Caller, given: *const das_picture) -> Result<SpectrogramRequest, Failure> {
    let Some(given) = caller.read(given, "picture")? else { return Ok(SpectrogramRequest::default()) };
    let palette = Palette::ALL.get(given.palette as usize).copied();
    let request = SpectrogramRequest {
        width: given.width,
        height: given.height,
        palette: palette.ok_or_else(|| Failure::argument(format!("there is no palette {}", given.palette)))?,
        low_dbfs: given.low_dbfs,
        high_dbfs: given.high_dbfs,
    };
    request.check()?;
    Ok(request)
}

pub(crate) fn transform(caller: &Caller, given: *const das_transform) -> Result<FftRequest, Failure> {
    let Some(given) = caller.read(given, "transform")? else { return Ok(FftRequest::default()) };
    let das_transform { window_length_frames, hop_frames, window } = given;
    Ok(FftRequest { window_length_frames, hop_frames, window: self::window(window)? })
}

/// Writes the default parameters to *parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_parameters_init(parameters: *mut das_parameters) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let Parameters {
            analysis_rate_hz,
            window_length_frames,
            hop_frames,
            window,
            max_columns,
            max_buckets,
            floor_dbfs,
            ..
        } = Parameters::default();
        caller.out(parameters, "parameters")?.set(das_parameters {
            analysis_rate_hz,
            window_length_frames,
            hop_frames,
            window: number(window),
            max_columns,
            max_buckets,
            floor_dbfs,
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
        let window = number(window);
        caller.out(transform, "transform")?.set(das_transform { window_length_frames, hop_frames, window });
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
    }
}
