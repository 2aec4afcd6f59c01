//! The second half of the pass: resampling to the analysis rate and everything that is made of spectra.

use super::VisualizerError;
use crate::{
    Parameters, analysis::Spectral, grid::Grid, measure::spectral::SpectralMeter, resample::MonoResampler,
    spectrogram::PowerColumns, stft::Stft,
};

/// Takes the mono mix and collects its spectra.
pub struct Spectra {
    parameters: Parameters,
    sample_rate_hz: u32,
    frames: u64,
    resampler: MonoResampler,
    behind: Behind,
}

/// What stands behind the resampler.
struct Behind {
    stft: Stft,
    meter: SpectralMeter,
    columns: PowerColumns,
}

impl Behind {
    fn push(&mut self, samples: &[f32]) -> Result<(), VisualizerError> {
        let Self { stft, meter, columns } = self;
        Ok(stft.push(samples, |power| {
            meter.push(power);
            columns.push(power);
        })?)
    }

    fn finish(&mut self) -> Result<(), VisualizerError> {
        let Self { stft, meter, columns } = self;
        stft.finish(|power| {
            meter.push(power);
            columns.push(power);
        })?;
        Ok(())
    }
}

impl Spectra {
    /// Plans the spectra of a mono mix at `sample_rate_hz`; `parameters` must have passed their own check.
    pub fn prepare(parameters: &Parameters, sample_rate_hz: u32) -> Result<Self, VisualizerError> {
        Ok(Self {
            sample_rate_hz,
            frames: 0,
            resampler: MonoResampler::prepare(sample_rate_hz, parameters.analysis_rate_hz)?,
            behind: Behind {
                stft: Stft::prepare(parameters)?,
                meter: SpectralMeter::new(parameters.bins(), parameters.bin_width_hz()),
                columns: PowerColumns::new(parameters.bins(), parameters.max_columns as usize),
            },
            parameters: parameters.clone(),
        })
    }

    /// Takes any number of samples of the mono mix.
    pub fn push(&mut self, mono: &[f32]) -> Result<(), VisualizerError> {
        self.frames += mono.len() as u64;
        let behind = &mut self.behind;
        self.resampler.push(mono, |samples| behind.push(samples))
    }

    /// Frames of the source taken so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Seconds of sound taken so far.
    pub fn duration_s(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate_hz)
    }

    /// The spectrogram so far.
    pub fn grid(&self) -> Grid {
        Grid::from_columns(&self.behind.columns, &self.parameters, self.duration_s())
    }

    /// Flushes resampler and STFT and hands out all results.
    pub fn finish(mut self) -> Result<(Grid, Spectral), VisualizerError> {
        let behind = &mut self.behind;
        self.resampler.finish(|samples| behind.push(samples))?;
        behind.finish()?;
        Ok((self.grid(), self.behind.meter.finish()))
    }
}
