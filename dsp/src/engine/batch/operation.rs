//! The operations of a batch.

use super::super::{
    EngineError,
    fft::FftRequest,
    mixing::{MixTarget, MixingRequest},
    resampling::ResamplingRequest,
    spectrogram::SpectrogramRequest,
};

/// One operation on every file, with its request. In JSON the key `operation` holds its name; the other keys are those of
/// the request, and missing ones have their defaults.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Operation {
    /// The spectrogram as `NAME.spectrogram.png`.
    Spectrogram(SpectrogramRequest),
    /// The sound at another rate as `NAME.RATE.wav`.
    Resampling(ResamplingRequest),
    /// The mean of the channels as `NAME.mono.wav`, or a mix by BS.775 as `NAME.downmix-mono.wav` or `-stereo.wav`.
    Mixing(MixingRequest),
    /// Mean and maximum of the spectra as `NAME.fft.json`, see [`super::super::SpectrumSummary`].
    Fft(FftRequest),
    /// The analysis document as `NAME.analysis.json`.
    Analysis {},
}

impl Operation {
    /// Checks the request.
    pub fn check(&self) -> Result<(), EngineError> {
        match self {
            Self::Spectrogram(request) => request.check(),
            Self::Resampling(request) => request.check(),
            Self::Fft(request) => request.check(),
            Self::Mixing(_) | Self::Analysis {} => Ok(()),
        }
    }

    /// Its name, as in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Spectrogram(_) => "spectrogram",
            Self::Resampling(_) => "resampling",
            Self::Mixing(_) => "mixing",
            Self::Fft(_) => "fft",
            Self::Analysis {} => "analysis",
        }
    }

    /// Whether it needs the whole analysis.
    pub(super) fn is_visual(&self) -> bool {
        matches!(self, Self::Spectrogram(_) | Self::Analysis {})
    }

    /// What stands behind the name of the file.
    pub(super) fn suffix(&self) -> String {
        match self {
            Self::Spectrogram(_) => "spectrogram.png".into(),
            Self::Resampling(request) => format!("{}.wav", request.rate_hz),
            Self::Mixing(request) => match request.to {
                MixTarget::Mean => "mono.wav".into(),
                MixTarget::Mono => "downmix-mono.wav".into(),
                MixTarget::Stereo => "downmix-stereo.wav".into(),
            },
            Self::Fft(_) => "fft.json".into(),
            Self::Analysis {} => "analysis.json".into(),
        }
    }
}
