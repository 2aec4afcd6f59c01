//! The second half of the pass: resampling to the analysis rate and everything that is made of spectra.

use super::{
    VisualizerError,
    full::{SpectrumFindings, SpectrumMeasures},
};
use crate::{
    Measures, Parameters, analysis::Spectral, grid::Grid, measure::spectral::SpectralMeter, resample::MonoResampler,
    spectrogram::PowerColumns, stft::Stft,
};

/// What is known when all spectra are there.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Spectrogram in decibels.
    pub grid: Grid,
    /// Statistics of the mean spectrum.
    pub spectral: Spectral,
    /// Statistics of the single spectra, third octaves and partials, with [`Measures::Full`].
    pub full: Option<SpectrumFindings>,
}

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

impl Behind {
    fn push(&mut self, samples: &[f32]) -> Result<(), VisualizerError> {
        let Self { stft, spectrum } = self;
        Ok(stft.push(samples, |power| spectrum.push(power))?)
    }

    fn finish(&mut self) -> Result<(), VisualizerError> {
        let Self { stft, spectrum } = self;
        stft.finish(|power| spectrum.push(power))?;
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
                spectrum: Spectrum {
                    meter: SpectralMeter::new(parameters.bins(), parameters.bin_width_hz()),
                    full: (parameters.measures == Measures::Full).then(|| SpectrumMeasures::new(parameters)),
                    columns: PowerColumns::new(parameters.bins(), parameters.max_columns as usize),
                },
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
        Grid::from_columns(&self.behind.spectrum.columns, &self.parameters, self.duration_s())
    }

    /// Flushes resampler and STFT and hands out all results.
    pub fn finish(mut self) -> Result<Seen, VisualizerError> {
        let behind = &mut self.behind;
        self.resampler.finish(|samples| behind.push(samples))?;
        behind.finish()?;
        let grid = self.grid();
        let Spectrum { meter, full, .. } = self.behind.spectrum;
        let full = full.map(|full| full.finish(&meter.mean_spectrum(), &self.parameters));
        Ok(Seen { grid, spectral: meter.finish(), full })
    }
}
