//! The second half of the pass, at the analysis rate: everything that is made of spectra.

use super::{
    VisualizerError,
    band::SourceBand,
    full::{SpectrumFindings, SpectrumMeasures},
};
use crate::{
    Measures, Parameters, analysis::Spectral, grid::Grid, measure::spectral::SpectralMeter, spectrogram::PowerColumns,
    stft::Stft,
};

/// What is known when all spectra are there.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Spectrogram in decibels.
    pub grid: Grid,
    /// Statistics of the mean spectrum.
    pub spectral: Spectral,
    /// Statistics of the single spectra, third octaves, partials, rhythm and tones, with [`Measures::Full`].
    pub full: Option<SpectrumFindings>,
}

/// Takes the mono mix at the analysis rate and collects its spectra.
pub struct Spectra {
    parameters: Parameters,
    stft: Stft,
    spectrum: Spectrum,
}

/// What is done with every spectrum.
struct Spectrum {
    meter: SpectralMeter,
    full: Option<SpectrumMeasures>,
    columns: PowerColumns,
}

impl Spectrum {
    fn push(&mut self, power: &[f32]) {
        let frame = self.meter.push(power);
        if let Some(full) = &mut self.full {
            full.push(power, frame);
        }
        self.columns.push(power);
    }
}

impl Spectra {
    /// Plans the spectra of sound that came with `sample_rate_hz` before it was brought to the analysis rate: where that was
    /// lower, flatness, slope, contrast, third octaves and onset strength are those of the band that it had. `parameters` must have
    /// passed their own check.
    pub fn prepare(parameters: &Parameters, sample_rate_hz: u32) -> Result<Self, VisualizerError> {
        let band = SourceBand::of(parameters, sample_rate_hz);
        Ok(Self {
            stft: Stft::prepare(parameters)?,
            spectrum: Spectrum {
                meter: SpectralMeter::new(parameters.bins(), parameters.bin_width_hz()).within(band.flat_hz),
                full: match parameters.measures {
                    Measures::Full => Some(SpectrumMeasures::prepare(parameters, band)?),
                    Measures::Overview => None,
                },
                columns: PowerColumns::new(parameters.bins(), parameters.max_columns as usize),
            },
            parameters: parameters.clone(),
        })
    }

    /// Takes any number of samples.
    pub fn push(&mut self, samples: &[f32]) -> Result<(), VisualizerError> {
        let Self { stft, spectrum, .. } = self;
        if let Some(full) = &mut spectrum.full {
            full.push_samples(samples)?;
        }
        Ok(stft.push(samples, |power| spectrum.push(power))?)
    }

    /// The spectrogram so far, of `duration_s` seconds of sound.
    pub fn grid(&self, duration_s: f64) -> Grid {
        Grid::from_columns(&self.spectrum.columns, &self.parameters, duration_s)
    }

    /// Flushes the STFT and hands out all results, of `duration_s` seconds of sound.
    pub fn finish(mut self, duration_s: f64) -> Result<Seen, VisualizerError> {
        let Self { stft, spectrum, .. } = &mut self;
        stft.finish(|power| spectrum.push(power))?;
        let grid = self.grid(duration_s);
        let Spectrum { meter, full, .. } = self.spectrum;
        let full = full.map(|full| full.finish(&meter.mean_spectrum(), &self.parameters)).transpose()?;
        Ok(Seen { grid, spectral: meter.finish(), full })
    }
}
