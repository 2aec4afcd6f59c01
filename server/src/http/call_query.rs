//! What each operation of the engine may be asked for, with units and ranges; the engine itself checks the numbers.

use dsp::{
    Measures, Parameters,
    engine::{FftRequest, MixTarget, MixingRequest, Operation, ResamplingRequest, SpectrogramRequest},
    mix::Scale,
    palette::Palette,
    resample::Quality,
    wav::Encoding,
    window::Window,
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::failure::Failure;
use crate::problem::Code;

/// Query of `fft`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FftQuery {
    /// Name of the file; its ending helps to tell the format.
    pub name: Option<String>,
    /// Frames in one window, a power of two from 64 to 65536; 2048 unless stated.
    window_length_frames: Option<u32>,
    /// Frames from one window to the next, 1 to the window length; 512 unless stated.
    hop_frames: Option<u32>,
    /// Shape of the window: rectangular, or hann, hamming, blackman, blackman_harris, flat_top or kaiser with _periodic or
    /// _symmetric behind it; hann_periodic unless stated.
    window: Option<String>,
    /// Beta of a Kaiser window, 0 (rectangular) to 100, without unit; 8.6 is close to Blackman. Only Kaiser windows have it,
    /// and they need it.
    beta: Option<f64>,
}

impl FftQuery {
    /// The operation.
    pub fn operation(&self) -> Result<Operation, Failure> {
        let defaults = FftRequest::default();
        Ok(Operation::Fft(FftRequest {
            window_length_frames: self.window_length_frames.unwrap_or(defaults.window_length_frames),
            hop_frames: self.hop_frames.unwrap_or(defaults.hop_frames),
            window: window(self.window.as_deref(), self.beta)?,
        }))
    }
}

/// Query of `resample`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ResampleQuery {
    /// Name of the file; its ending helps to tell the format.
    pub name: Option<String>,
    /// Rate of the result in Hz, 100 to 768000; 32000 unless stated.
    rate_hz: Option<u32>,
    /// Stop-band in dB below full scale: db80 (quickest), db100, db120 or db140; db120 unless stated.
    quality: Option<String>,
    /// pcm16, pcm24 or float32, which it is unless stated.
    encoding: Option<String>,
}

impl ResampleQuery {
    /// The operation.
    pub fn operation(&self) -> Result<Operation, Failure> {
        Ok(Operation::Resampling(ResamplingRequest {
            rate_hz: self.rate_hz.unwrap_or(ResamplingRequest::default().rate_hz),
            quality: choice::<Quality>("quality", self.quality.as_deref())?,
            encoding: choice::<Encoding>("encoding", self.encoding.as_deref())?,
        }))
    }
}

/// Query of `mix`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MixQuery {
    /// Name of the file; its ending helps to tell the format.
    pub name: Option<String>,
    /// mean: one channel, the mean of all. mono or stereo: by ITU-R BS.775-4, the layout told by the number of channels (1 mono,
    /// 2 stereo, 3 L R C, 4 quadraphonic, 5 to 8 are 5.0, 5.1, 6.1 and 7.1; the channels of others are left and right in
    /// turn). mean unless stated.
    to: Option<String>,
    /// unity: the coefficients of BS.775 as they are, so that loud sound may exceed full scale. safe: turned down so far that
    /// it cannot. unity unless stated; the mean never exceeds it.
    scale: Option<String>,
    /// pcm16, pcm24 or float32, which it is unless stated.
    encoding: Option<String>,
}

impl MixQuery {
    /// The operation.
    pub fn operation(&self) -> Result<Operation, Failure> {
        Ok(Operation::Mixing(MixingRequest {
            to: choice::<MixTarget>("to", self.to.as_deref())?,
            scale: choice::<Scale>("scale", self.scale.as_deref())?,
            encoding: choice::<Encoding>("encoding", self.encoding.as_deref())?,
        }))
    }
}

/// Query of `spectrogram`, besides that of the transform behind it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SpectrogramQuery {
    /// Name of the file; its ending helps to tell the format.
    pub name: Option<String>,
    /// Pixels in time, 1 to 16384; 1024 unless stated.
    width: Option<u32>,
    /// Pixels in frequency, 1 to 16384; 512 unless stated.
    height: Option<u32>,
    /// Colour map: magma, viridis, ice or gray.
    palette: Option<String>,
    /// Level of the first colour in dBFS, -200 to 60; -100 unless stated.
    low_dbfs: Option<f32>,
    /// Level of the last colour in dBFS, above the first and at most 60; 0 unless stated.
    high_dbfs: Option<f32>,
}

impl SpectrogramQuery {
    /// The operation.
    pub fn operation(&self) -> Result<Operation, Failure> {
        let defaults = SpectrogramRequest::default();
        Ok(Operation::Spectrogram(SpectrogramRequest {
            width: self.width.unwrap_or(defaults.width),
            height: self.height.unwrap_or(defaults.height),
            palette: choice::<Palette>("palette", self.palette.as_deref())?,
            low_dbfs: self.low_dbfs.unwrap_or(defaults.low_dbfs),
            high_dbfs: self.high_dbfs.unwrap_or(defaults.high_dbfs),
        }))
    }
}

/// Query of `analysis`, besides that of the transform behind it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AnalysisQuery {
    /// Name of the file; its ending helps to tell the format.
    pub name: Option<String>,
    /// overview or full, which it is unless stated.
    measures: Option<String>,
}

impl AnalysisQuery {
    /// How much is measured.
    pub fn measures(&self) -> Result<Measures, Failure> {
        choice("measures", Some(self.measures.as_deref().unwrap_or("full")))
    }
}

/// The transform behind spectrogram and analysis: of the mean of all channels at 32000 Hz.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StftQuery {
    /// Frames in one window at 32000 Hz, a power of two from 64 to 65536; 2048 unless stated.
    window_length_frames: Option<u32>,
    /// Frames from one window to the next, 1 to the window length; 512 unless stated. Long sound with windows that overlap much
    /// becomes a task.
    hop_frames: Option<u32>,
    /// Shape of the window: rectangular, or hann, hamming, blackman, blackman_harris, flat_top or kaiser with _periodic or
    /// _symmetric behind it; hann_periodic unless stated.
    window: Option<String>,
    /// Beta of a Kaiser window, 0 (rectangular) to 100, without unit; 8.6 is close to Blackman. Only Kaiser windows have it,
    /// and they need it.
    beta: Option<f64>,
    /// Arithmetic of the transform: single, or double, which takes longer and tells quiet cells beside loud ones exactly.
    /// single unless stated.
    precision: Option<String>,
}

impl StftQuery {
    /// The keys of all fields.
    pub const KEYS: [&'static str; 5] = ["window_length_frames", "hop_frames", "window", "beta", "precision"];

    /// Parameters of the pass.
    pub fn parameters(&self) -> Result<Parameters, Failure> {
        let defaults = Parameters::default();
        Ok(Parameters {
            window_length_frames: self.window_length_frames.unwrap_or(defaults.window_length_frames),
            hop_frames: self.hop_frames.unwrap_or(defaults.hop_frames),
            window: window(self.window.as_deref(), self.beta)?,
            precision: choice("precision", self.precision.as_deref())?,
            ..defaults
        })
    }
}

/// A window by its name in documents, which has its parameter beside it where it is a Kaiser window.
fn window(name: Option<&str>, beta: Option<f64>) -> Result<Window, Failure> {
    match (name, beta) {
        (Some("kaiser_periodic"), Some(beta)) => Ok(Window::KaiserPeriodic { beta }),
        (Some("kaiser_symmetric"), Some(beta)) => Ok(Window::KaiserSymmetric { beta }),
        (Some("kaiser_periodic" | "kaiser_symmetric"), None) => {
            Err(Code::BadRequest.problem("A Kaiser window needs its beta, 0 to 100.").into())
        }
        (_, Some(_)) => {
            Err(Code::BadRequest.problem("Only the windows kaiser_periodic and kaiser_symmetric have a beta.").into())
        }
        (name, None) => choice("window", name),
    }
}

/// A choice by its name in documents.
fn choice<T: DeserializeOwned + Default>(name: &str, value: Option<&str>) -> Result<T, Failure> {
    let Some(value) = value else { return Ok(T::default()) };
    serde_json::from_value(value.into()).map_err(|error| {
        let shown: String = value.chars().take(40).collect();
        Code::BadRequest.problem(format!("{name} cannot be {shown:?}: {error}.")).into()
    })
}
