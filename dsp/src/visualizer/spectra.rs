//! The second half of the pass, at the analysis rate: everything that is made of spectra.

use super::VisualizerError;
use crate::{
    Parameters, analysis::Spectral, grid::Grid, measure::spectral::SpectralMeter, spectrogram::PowerColumns, stft::Stft,
};

/// Takes the mono mix at the analysis rate and collects its spectra.
pub struct Spectra {
    parameters: Parameters,
    stft: Stft,
    meter: SpectralMeter,
    columns: PowerColumns,
}

impl Spectra {
    /// Plans the spectra; `parameters` must have passed their own check.
    pub fn prepare(parameters: &Parameters) -> Result<Self, VisualizerError> {
        Ok(Self {
            stft: Stft::prepare(parameters)?,
            meter: SpectralMeter::new(parameters.bins(), parameters.bin_width_hz()),
            columns: PowerColumns::new(parameters.bins(), parameters.max_columns as usize),
            parameters: parameters.clone(),
        })
    }

    /// Takes any number of samples.
    pub fn push(&mut self, samples: &[f32]) -> Result<(), VisualizerError> {
        let Self { stft, meter, columns, .. } = self;
        Ok(stft.push(samples, |power| {
            meter.push(power);
            columns.push(power);
        })?)
    }

    /// The spectrogram so far, of `duration_s` seconds of sound.
    pub fn grid(&self, duration_s: f64) -> Grid {
        Grid::from_columns(&self.columns, &self.parameters, duration_s)
    }

    /// Flushes the STFT and hands out all results, of `duration_s` seconds of sound.
    pub fn finish(mut self, duration_s: f64) -> Result<(Grid, Spectral), VisualizerError> {
        let Self { stft, meter, columns, .. } = &mut self;
        stft.finish(|power| {
            meter.push(power);
            columns.push(power);
        })?;
        Ok((self.grid(duration_s), self.meter.finish()))
    }
}
