//! What is measured beside the overview, in both halves of the pass.

use super::{SoundFormat, VisualizerError, band::SourceBand};
use crate::{
    Parameters,
    analysis::{
        Loudness, MAX_POINTS, MatrixSeries, Noise, Partial, Rhythm, SeriesSet, SpectralFrames, ThirdOctaves,
        TimeSeries, Tonal,
    },
    measure::{
        level::largest_sample,
        loudness::{LoudnessMeter, LoudnessSeries, masked_channel_weights, true_peaks_only},
        partials,
        short_term::{LevelSeries, ShortTermMeter},
        spectral::{Frame, FrameMeter, SpectralSeries},
        third_octave::{LowBandMeter, ThirdOctaveMeter},
        true_peak::TruePeakMeter,
    },
    rhythm::{RhythmMeter, RhythmSeries},
    tonal::{TonalMeter, TonalSeries},
};

/// Everything beside the overview.
#[derive(Debug, Clone, PartialEq)]
pub struct Full {
    /// Loudness and true peak.
    pub loudness: Loudness,
    /// Noise floor and signal-to-noise ratio.
    pub noise: Noise,
    /// Descriptors of the single spectra.
    pub spectral_frames: SpectralFrames,
    /// Long-term average spectrum.
    pub third_octaves: ThirdOctaves,
    /// Strongest partials.
    pub partials: Vec<Partial>,
    /// Onsets, tempo and beats.
    pub rhythm: Rhythm,
    /// Tuning, key and pitch.
    pub tonal: Tonal,
    /// What of it changes over time.
    pub series: SeriesSet,
}

impl Full {
    /// Puts the findings of the two halves together.
    pub(super) fn new(source: SourceFindings, spectra: SpectrumFindings) -> Self {
        let (momentary_lufs, short_term_lufs) =
            source.loudness_series.map(|series| (series.momentary_lufs, series.short_term_lufs)).unzip();
        let LevelSeries {
            rms_dbfs,
            peak_dbfs,
            crest_factor_db,
            dc_offset,
            clipped_samples_per_s,
            noise_floor_dbfs,
            zero_crossings_per_s,
        } = source.level_series;
        let SpectralSeries {
            centroid_hz,
            bandwidth_hz,
            rolloff_85_hz,
            rolloff_95_hz,
            flatness,
            flux,
            slope_db_per_octave,
            contrast_db,
            band_contrast_db,
        } = spectra.series;
        let RhythmSeries { onset_strength_db, tempo_bpm } = spectra.rhythm.1;
        let TonalSeries { f0_hz, aperiodicity, chroma, tuning_cents } = spectra.tonal.1;
        Self {
            loudness: source.loudness,
            noise: source.noise,
            spectral_frames: spectra.frames,
            third_octaves: spectra.third_octaves,
            partials: spectra.partials,
            rhythm: spectra.rhythm.0,
            tonal: spectra.tonal.0,
            series: SeriesSet {
                rms_dbfs,
                peak_dbfs,
                true_peak_dbtp: source.true_peak_series,
                crest_factor_db: Some(crest_factor_db),
                dc_offset: Some(dc_offset),
                clipped_samples_per_s: Some(clipped_samples_per_s),
                noise_floor_dbfs: Some(noise_floor_dbfs),
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
                band_contrast_db: Some(band_contrast_db),
                third_octaves_dbfs: Some(spectra.third_octave_series),
                chroma: Some(chroma),
                tuning_cents: Some(tuning_cents),
                onset_strength_db,
                tempo_bpm,
                f0_hz,
                aperiodicity,
            },
        }
    }
}

/// Findings at the rate of the source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFindings {
    /// Loudness and true peak.
    pub loudness: Loudness,
    /// Loudness over time; `None` where the rate is too low for K-weighting.
    pub loudness_series: Option<LoudnessSeries>,
    /// True peak over time.
    pub true_peak_series: Option<TimeSeries>,
    /// Noise floor and signal-to-noise ratio.
    pub noise: Noise,
    /// Levels over time.
    pub level_series: LevelSeries,
}

/// Measures the source samples.
pub(super) struct SourceMeasures {
    /// `None` where the rate is too low for K-weighting.
    loudness: Option<LoudnessMeter>,
    weights: Vec<f64>,
    rate_hz: u32,
    true_peak: TruePeakMeter,
    short_term: ShortTermMeter,
}

impl SourceMeasures {
    pub(super) fn new(format: SoundFormat) -> Self {
        let SoundFormat { sample_rate_hz, channels, bits_per_sample, channel_mask } = format;
        let channels = channels as usize;
        let weights = masked_channel_weights(channels, channel_mask);
        Self {
            loudness: LoudnessMeter::with_weights(sample_rate_hz, weights.clone()).ok(),
            weights,
            rate_hz: sample_rate_hz,
            true_peak: TruePeakMeter::over_time(channels),
            short_term: ShortTermMeter::new(sample_rate_hz, channels).clipping_from(largest_sample(bits_per_sample)),
        }
    }

    /// Counts samples as clipped from this magnitude on. Before the first block.
    pub(super) fn clipping_from(self, largest_sample: f32) -> Self {
        Self { short_term: self.short_term.clipping_from(largest_sample), ..self }
    }

    /// Takes a block whose samples are known to be numbers.
    pub(super) fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        if let Some(loudness) = &mut self.loudness {
            loudness.push(channels);
        }
        self.true_peak.push(channels);
        self.short_term.push(channels);
    }

    pub(super) fn finish(self) -> SourceFindings {
        let (noise, level_series) = self.short_term.finish();
        let (true_peaks, true_peak_series) = self.true_peak.finish_over_time(self.rate_hz);
        let (loudness, loudness_series) = match self.loudness {
            Some(meter) => {
                let (loudness, series) = meter.finish(&true_peaks);
                (loudness, Some(series))
            }
            None => (true_peaks_only(&true_peaks, self.weights), None),
        };
        SourceFindings { loudness, loudness_series, true_peak_series, noise, level_series }
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
    /// The same over time.
    pub third_octave_series: MatrixSeries,
    /// Strongest partials.
    pub partials: Vec<Partial>,
    /// Onsets, tempo and beats, and how they change.
    pub rhythm: (Rhythm, RhythmSeries),
    /// Tuning, key and pitch, and how it changes.
    pub tonal: (Tonal, TonalSeries),
}

/// Measures the mono mix at the analysis rate and every spectrum of it.
pub(super) struct SpectrumMeasures {
    band: SourceBand,
    frames: FrameMeter,
    third_octaves: ThirdOctaveMeter,
    low_bands: LowBandMeter,
    rhythm: RhythmMeter,
    tonal: TonalMeter,
}

impl SpectrumMeasures {
    pub(super) fn prepare(parameters: &Parameters, band: SourceBand) -> Result<Self, VisualizerError> {
        Ok(Self {
            band,
            frames: FrameMeter::new(parameters.bins(), parameters.bin_width_hz(), parameters.hop_s())
                .within(band.flat_hz),
            third_octaves: ThirdOctaveMeter::new(parameters, band.nyquist_hz),
            low_bands: LowBandMeter::prepare(parameters)?,
            rhythm: RhythmMeter::prepare(parameters, MAX_POINTS)?.within(band.flat_hz),
            tonal: TonalMeter::prepare(parameters, MAX_POINTS)?,
        })
    }

    pub(super) fn push_samples(&mut self, samples: &[f32]) -> Result<(), VisualizerError> {
        self.low_bands.push(samples)?;
        Ok(self.tonal.push_samples(samples)?)
    }

    pub(super) fn push(&mut self, power: &[f32], frame: Frame) {
        self.frames.push(power, frame);
        self.third_octaves.push(power);
        self.rhythm.push(power);
        self.tonal.push_power(power);
    }

    pub(super) fn finish(
        self,
        mean_power: &[f64],
        parameters: &Parameters,
    ) -> Result<SpectrumFindings, VisualizerError> {
        let (frames, series) = self.frames.finish();
        Ok(SpectrumFindings {
            frames,
            series,
            third_octaves: self.low_bands.finish(mean_power, parameters, self.band.nyquist_hz)?,
            third_octave_series: self.third_octaves.finish(),
            partials: partials::strongest(mean_power, parameters),
            rhythm: self.rhythm.finish()?,
            tonal: self.tonal.finish()?,
        })
    }
}
