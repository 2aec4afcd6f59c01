//! What is measured beside the overview, in both halves of the pass.

use super::SoundFormat;
use crate::{
    Parameters,
    analysis::{Loudness, Noise, Partial, SeriesSet, SpectralFrames, ThirdOctaves},
    measure::{
        loudness::{LoudnessMeter, LoudnessSeries},
        partials,
        short_term::{LevelSeries, ShortTermMeter},
        spectral::{Frame, FrameMeter, SpectralSeries},
        third_octave::third_octaves,
        true_peak::TruePeakMeter,
    },
};

/// Everything beside the overview.
#[derive(Debug, Clone, PartialEq)]
pub struct Full {
    /// Loudness and true peak; `None` where the rate is too low for it.
    pub loudness: Option<Loudness>,
    /// Noise floor and signal-to-noise ratio.
    pub noise: Noise,
    /// Descriptors of the single spectra.
    pub spectral_frames: SpectralFrames,
    /// Long-term average spectrum.
    pub third_octaves: ThirdOctaves,
    /// Strongest partials.
    pub partials: Vec<Partial>,
    /// All of it over time.
    pub series: SeriesSet,
}

impl Full {
    /// Puts the findings of the two halves together.
    pub(super) fn new(source: SourceFindings, spectra: SpectrumFindings) -> Self {
        let (loudness, loudness_series) = source.loudness.unzip();
        let (momentary_lufs, short_term_lufs) =
            loudness_series.map(|series| (series.momentary_lufs, series.short_term_lufs)).unzip();
        let LevelSeries { rms_dbfs, peak_dbfs, zero_crossings_per_s } = source.level_series;
        let SpectralSeries {
            centroid_hz,
            bandwidth_hz,
            rolloff_85_hz,
            rolloff_95_hz,
            flatness,
            flux,
            slope_db_per_octave,
            contrast_db,
        } = spectra.series;
        Self {
            loudness,
            noise: source.noise,
            spectral_frames: spectra.frames,
            third_octaves: spectra.third_octaves,
            partials: spectra.partials,
            series: SeriesSet {
                rms_dbfs,
                peak_dbfs,
                zero_crossings_per_s,
                momentary_lufs,
                short_term_lufs,
                centroid_hz,
                bandwidth_hz,
                rolloff_85_hz,
                rolloff_95_hz,
                flatness,
                flux,
                slope_db_per_octave,
                contrast_db,
            },
        }
    }
}

/// Findings at the rate of the source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFindings {
    /// Loudness, true peak, and loudness over time.
    pub loudness: Option<(Loudness, LoudnessSeries)>,
    /// Noise floor and signal-to-noise ratio.
    pub noise: Noise,
    /// Levels over time.
    pub level_series: LevelSeries,
}

/// Measures the source samples.
pub(super) struct SourceMeasures {
    loudness: Option<(LoudnessMeter, TruePeakMeter)>,
    short_term: ShortTermMeter,
}

impl SourceMeasures {
    pub(super) fn new(format: SoundFormat) -> Self {
        let SoundFormat { sample_rate_hz, channels, .. } = format;
        let channels = channels as usize;
        let loudness = LoudnessMeter::new(sample_rate_hz, channels).ok();
        Self {
            loudness: loudness.map(|meter| (meter, TruePeakMeter::new(channels))),
            short_term: ShortTermMeter::new(sample_rate_hz, channels),
        }
    }

    /// Takes a block whose samples are known to be numbers.
    pub(super) fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        if let Some((loudness, true_peak)) = &mut self.loudness {
            loudness.push(channels);
            true_peak.push(channels);
        }
        self.short_term.push(channels);
    }

    pub(super) fn finish(self) -> SourceFindings {
        let (noise, level_series) = self.short_term.finish();
        let loudness = self.loudness.map(|(loudness, true_peak)| loudness.finish(&true_peak.finish()));
        SourceFindings { loudness, noise, level_series }
    }
}

/// Findings in the spectra of the mono mix.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectrumFindings {
    /// Descriptors of the single spectra.
    pub frames: SpectralFrames,
    /// The same over time.
    pub series: SpectralSeries,
    /// Long-term average spectrum.
    pub third_octaves: ThirdOctaves,
    /// Strongest partials.
    pub partials: Vec<Partial>,
}

/// Measures every spectrum of the mono mix.
pub(super) struct SpectrumMeasures {
    frames: FrameMeter,
}

impl SpectrumMeasures {
    pub(super) fn new(parameters: &Parameters) -> Self {
        Self { frames: FrameMeter::new(parameters.bins(), parameters.bin_width_hz(), parameters.hop_s()) }
    }

    pub(super) fn push(&mut self, power: &[f32], frame: Frame) {
        self.frames.push(power, frame);
    }

    pub(super) fn finish(self, mean_power: &[f64], parameters: &Parameters) -> SpectrumFindings {
        let (frames, series) = self.frames.finish();
        SpectrumFindings {
            frames,
            series,
            third_octaves: third_octaves(mean_power, parameters),
            partials: partials::strongest(mean_power, parameters),
        }
    }
}
