//! What one operation does with the blocks of one file.

use std::path::Path;

use super::{
    super::{EngineError, SoundResampler, fft::SpectrumPass, mixing::Mixer, output::Output},
    Operation, Problem,
};
use crate::{
    decode::StreamInfo,
    job::Outcome,
    wav::{WavFormat, WavWriter},
};

/// An operation under way.
pub(super) enum Pass {
    /// It waits for the analysis of all blocks.
    Visual,
    Resampling(Box<SoundResampler>, WavWriter<Output>),
    Mixing(Mixer, Vec<Vec<f32>>, WavWriter<Output>),
    Fft(Box<SpectrumPass>),
    /// It has failed; the others go on.
    Failed(Problem),
}

impl Pass {
    /// Plans an operation whose output will be at `path`.
    pub(super) fn prepare(operation: &Operation, info: &StreamInfo, path: &Path) -> Self {
        Self::try_prepare(operation, info, path).unwrap_or_else(|error| Self::Failed(Problem::from(&error)))
    }

    fn try_prepare(operation: &Operation, info: &StreamInfo, path: &Path) -> Result<Self, EngineError> {
        let (from_hz, channels) = (info.sample_rate_hz, info.channels);
        Ok(match operation {
            Operation::Spectrogram(_) | Operation::Analysis {} => Self::Visual,
            Operation::Resampling(request) => {
                let resampler = SoundResampler::prepare(from_hz, request.rate_hz, channels as usize, request.quality)?;
                Self::Resampling(
                    Box::new(resampler),
                    wav(
                        path,
                        WavFormat {
                            sample_rate_hz: request.rate_hz,
                            channels,
                            channel_mask: info.channel_mask,
                            encoding: request.encoding,
                        },
                    )?,
                )
            }
            Operation::Mixing(request) => {
                let mixer = Mixer::prepare(request, channels as usize, info.channel_mask)?;
                let mixed = vec![Vec::new(); mixer.channels()];
                let channels = mixed.len() as u32;
                let writer = wav(
                    path,
                    WavFormat { sample_rate_hz: from_hz, channels, channel_mask: None, encoding: request.encoding },
                )?;
                Self::Mixing(mixer, mixed, writer)
            }
            Operation::Fft(request) => Self::Fft(Box::new(SpectrumPass::prepare(from_hz, request)?)),
        })
    }

    /// Takes a block of planar sound.
    pub(super) fn push(&mut self, block: &[Vec<f32>]) {
        if let Err(error) = self.try_push(block) {
            *self = Self::Failed(Problem::from(&error));
        }
    }

    fn try_push(&mut self, block: &[Vec<f32>]) -> Result<(), EngineError> {
        match self {
            Self::Visual | Self::Failed(_) => Ok(()),
            Self::Resampling(resampler, writer) => resampler.push(block, |out| Ok(writer.push(out)?)),
            Self::Mixing(mixer, mixed, writer) => {
                mixer.mix(block, mixed)?;
                Ok(writer.push(mixed)?)
            }
            Self::Fft(pass) => pass.push(block),
        }
    }

    /// Writes what the operation has made; `analysed` is there where an operation asked for it.
    pub(super) fn finish(self, operation: &Operation, analysed: Option<&Outcome>, path: &Path) -> Result<(), Problem> {
        let written = match (self, operation, analysed) {
            (Self::Failed(problem), ..) => return Err(problem),
            (Self::Visual, Operation::Spectrogram(request), Some(outcome)) => request.save(&outcome.grid, path),
            (Self::Visual, _, Some(outcome)) => json(&outcome.analysis, path),
            (Self::Visual, _, None) => Err(EngineError::Internal),
            (Self::Resampling(mut resampler, mut writer), ..) => {
                resampler.finish(|out| Ok(writer.push(out)?)).and_then(|()| commit(writer))
            }
            (Self::Mixing(_, _, writer), ..) => commit(writer),
            (Self::Fft(pass), ..) => pass.finish().and_then(|summary| json(&summary, path)),
        };
        written.map_err(|error| Problem::from(&error))
    }
}

fn wav(path: &Path, format: WavFormat) -> Result<WavWriter<Output>, EngineError> {
    Ok(WavWriter::new(Output::create(path)?, format)?)
}

fn commit(writer: WavWriter<Output>) -> Result<(), EngineError> {
    writer.finish()?.0.commit()
}

fn json(document: &impl serde::Serialize, path: &Path) -> Result<(), EngineError> {
    Output::write(path, &serde_json::to_vec(document)?)
}
