//! Descriptors of every spectrum: statistics and series.

use alloc::vec::Vec;

use super::{Frame, bands::OctaveBands, shape::ShapeMeter};
use crate::{
    analysis::{BandContrast, MAX_POINTS, MatrixSeries, SpectralFrames, Statistics, TimeSeries},
    measure::{
        series::{Merge, Series, SeriesMatrix},
        statistics::StatisticsMeter,
    },
};

/// A descriptor over all spectra.
#[derive(Debug, Clone)]
struct Descriptor {
    statistics: StatisticsMeter,
    series: Series,
}

impl Descriptor {
    fn new() -> Self {
        Self { statistics: StatisticsMeter::default(), series: Series::new(MAX_POINTS, Merge::Mean) }
    }

    fn push(&mut self, value: Option<f64>, weight: f64) {
        if let Some(value) = value {
            self.statistics.push(value, weight);
        }
        self.series.push(value.map(|value| value as f32));
    }
}

/// The descriptors, in the order of [`FrameMeter::descriptors`].
const CENTROID: usize = 0;
const BANDWIDTH: usize = 1;
const ROLLOFF_85: usize = 2;
const ROLLOFF_95: usize = 3;
const FLATNESS: usize = 4;
const FLUX: usize = 5;
const SLOPE: usize = 6;
const CONTRAST: usize = 7;
const DESCRIPTORS: usize = 8;

/// Measures [`SpectralFrames`] and the series of the same over a stream of power spectra.
///
/// With P\[k\] the power and f\[k\] the frequency of cell k, of every spectrum that is not silent:
///
/// | descriptor | definition | source |
/// |---|---|---|
/// | centroid | sum f P / sum P | Peeters 2004, on power |
/// | bandwidth | sqrt(sum (f - centroid)^2 P / sum P) | Peeters 2004 (spectral spread), on power |
/// | roll-off | lowest f\[k\] with sum_(j <= k) P >= 85 (95) % of sum P | Peeters 2004, Scheirer & Slaney 1997 |
/// | flatness | geometric / arithmetic mean of P | Dubnov 2004 |
/// | flux | \|\| M / \|\|M\|\| - M' / \|\|M'\|\| \|\|, M = sqrt P, M' the spectrum before | Tzanetakis & Cook 2002, its square root |
/// | slope | least-squares line through the mean levels, in dB, of the octave bands from 200 Hz | ours: see below |
/// | contrast | in octave bands, mean of the strongest 2 % of cells over the mean of the weakest 2 %, in dB | Jiang et al. 2002 |
///
/// Peeters 2004 fits his slope to the amplitude of each cell over its frequency in Hz, where the highest octave has half of
/// all cells and the loudest few weigh most. Ours is what one hears as tilt: decibels over octaves, each octave once. White
/// noise has a slope of 0, pink noise of -3.01 dB per octave.
///
/// librosa 0.11 has the same centroid, bandwidth, roll-off and flatness when it is given the power (`S=`, by default it
/// takes the magnitude). Its contrast starts each band one cell lower and leaves out the last one, takes the last band
/// up to Nyquist, and takes 10 log10 of magnitudes, half of the decibels, by default. A change to or from silence has
/// no flux.
///
/// ```
/// use dsp::measure::spectral::{FrameMeter, SpectralMeter};
///
/// let (mut mean, mut frames) = (SpectralMeter::new(1025, 15.625), FrameMeter::new(1025, 15.625, 0.016));
/// for _ in 0..10 {
///     let white = [1e-4; 1025];
///     let frame = mean.push(&white);
///     frames.push(&white, frame);
/// }
/// let (found, series) = frames.finish();
/// assert!((found.centroid_hz.unwrap().mean - 8_000.0).abs() < 1e-3);
/// assert!(found.slope_db_per_octave.unwrap().mean.abs() < 1e-3);
/// assert_eq!(found.flux.unwrap().maximum, 0.0);
/// assert_eq!(series.flatness.values.len(), 10);
/// ```
pub struct FrameMeter {
    bins: usize,
    bin_width_hz: f64,
    hop_s: f64,
    shape: ShapeMeter,
    bands: OctaveBands,
    sounding_frames: u64,
    descriptors: [Descriptor; DESCRIPTORS],
    contrasts: Vec<StatisticsMeter>,
    contrast_series: SeriesMatrix,
}

impl FrameMeter {
    /// A meter for spectra of `bins` cells every `hop_s` seconds, the first at time 0.
    pub fn new(bins: usize, bin_width_hz: f64, hop_s: f64) -> Self {
        let bands = OctaveBands::new(bins, bin_width_hz, f64::INFINITY);
        Self {
            bins,
            bin_width_hz,
            hop_s,
            shape: ShapeMeter::new(bins),
            sounding_frames: 0,
            descriptors: core::array::from_fn(|_| Descriptor::new()),
            contrasts: alloc::vec![StatisticsMeter::default(); bands.bands.len()],
            contrast_series: SeriesMatrix::new(bands.bands.len(), MAX_POINTS, Merge::Mean),
            bands,
        }
    }

    /// Leaves out the octave bands that do not lie whole below `limit_hz`: for sound that has nothing above. Before the first
    /// spectrum.
    #[must_use]
    pub fn within(self, limit_hz: f64) -> Self {
        let bands = OctaveBands::new(self.bins, self.bin_width_hz, limit_hz);
        Self {
            contrasts: alloc::vec![StatisticsMeter::default(); bands.bands.len()],
            contrast_series: SeriesMatrix::new(bands.bands.len(), MAX_POINTS, Merge::Mean),
            bands,
            ..self
        }
    }

    /// Takes one power spectrum and what [`SpectralMeter::push`](super::SpectralMeter::push) says of it.
    pub fn push(&mut self, power: &[f32], frame: Frame) {
        let shape = match frame.flatness {
            Some(_) => self.shape.push(power),
            None => None,
        };
        let Some(shape) = shape else {
            self.shape.interrupt();
            self.descriptors.iter_mut().for_each(|descriptor| descriptor.push(None, 0.0));
            self.contrast_series.push([]);
            return;
        };
        self.sounding_frames += 1;
        self.bands.measure(power);
        for (statistics, levels) in self.contrasts.iter_mut().zip(&self.bands.levels) {
            statistics.push(f64::from(levels.contrast_db), shape.power);
        }
        self.contrast_series.push(self.bands.levels.iter().map(|levels| Some(levels.contrast_db)));
        let bands = self.bands.levels.len();
        let contrast: f32 = self.bands.levels.iter().map(|levels| levels.contrast_db).sum();
        let mut values = [None; DESCRIPTORS];
        values[CENTROID] = Some(shape.centroid * self.bin_width_hz);
        values[BANDWIDTH] = Some(shape.bandwidth * self.bin_width_hz);
        values[ROLLOFF_85] = Some(shape.rolloffs[0] as f64 * self.bin_width_hz);
        values[ROLLOFF_95] = Some(shape.rolloffs[1] as f64 * self.bin_width_hz);
        values[FLATNESS] = frame.flatness;
        values[FLUX] = shape.flux;
        values[SLOPE] = self.bands.slope_db_per_octave();
        values[CONTRAST] = (bands > 0).then(|| f64::from(contrast) / bands as f64);
        for (descriptor, value) in self.descriptors.iter_mut().zip(values) {
            descriptor.push(value, shape.power);
        }
    }

    /// Statistics and series over everything pushed.
    pub fn finish(self) -> (SpectralFrames, SpectralSeries) {
        let statistics = |which: usize| -> Option<Statistics> { self.descriptors[which].statistics.finish() };
        let series = |which: usize| self.descriptors[which].series.to_time_series(0.0, self.hop_s, Some);
        let contrast = self.bands.bands.iter().zip(&self.contrasts).map(|(band, statistics)| BandContrast {
            from_hz: band.from_hz,
            to_hz: band.to_hz,
            contrast_db: statistics.finish(),
        });
        let found = SpectralFrames {
            sounding_frames: self.sounding_frames,
            centroid_hz: statistics(CENTROID),
            bandwidth_hz: statistics(BANDWIDTH),
            rolloff_85_hz: statistics(ROLLOFF_85),
            rolloff_95_hz: statistics(ROLLOFF_95),
            flatness: statistics(FLATNESS),
            flux: statistics(FLUX),
            slope_db_per_octave: statistics(SLOPE),
            contrast: contrast.collect(),
        };
        let series = SpectralSeries {
            centroid_hz: series(CENTROID),
            bandwidth_hz: series(BANDWIDTH),
            rolloff_85_hz: series(ROLLOFF_85),
            rolloff_95_hz: series(ROLLOFF_95),
            flatness: series(FLATNESS),
            flux: series(FLUX),
            slope_db_per_octave: series(SLOPE),
            contrast_db: series(CONTRAST),
            band_contrast_db: self.contrast_series.to_matrix_series(0.0, self.hop_s, Some),
        };
        (found, series)
    }
}

/// The descriptors of [`FrameMeter`] over time; a point is the mean over its spectra.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectralSeries {
    /// Centroid.
    pub centroid_hz: TimeSeries,
    /// Bandwidth.
    pub bandwidth_hz: TimeSeries,
    /// Roll-off at 85 %.
    pub rolloff_85_hz: TimeSeries,
    /// Roll-off at 95 %.
    pub rolloff_95_hz: TimeSeries,
    /// Flatness.
    pub flatness: TimeSeries,
    /// Flux.
    pub flux: TimeSeries,
    /// Slope.
    pub slope_db_per_octave: TimeSeries,
    /// Contrast, mean of all bands.
    pub contrast_db: TimeSeries,
    /// Contrast of each band.
    pub band_contrast_db: MatrixSeries,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::spectral::SpectralMeter;

    #[test]
    fn loud_spectra_weigh_more() {
        let (mut mean, mut frames) = (SpectralMeter::new(101, 100.0), FrameMeter::new(101, 100.0, 0.1));
        for (k, level) in [(20, 0.3f32), (60, 0.1), (0, 0.0)] {
            let mut power = [0.0; 101];
            power[k] = level;
            let frame = mean.push(&power);
            frames.push(&power, frame);
        }
        let (found, series) = frames.finish();
        let centroid = found.centroid_hz.expect("sound");
        for (found, expected) in [(centroid.mean, 4_000.0), (centroid.minimum, 2_000.0), (centroid.maximum, 6_000.0)] {
            assert!((found - expected).abs() < 1e-3, "{found} {expected}");
        }
        assert!((centroid.weighted_mean - 3_000.0).abs() < 1e-3);
        // The weighted mean of the centroids is the centroid of the mean spectrum.
        assert!((mean.finish().centroid_hz.expect("sound") - 3_000.0).abs() < 1e-3);
        assert_eq!(found.sounding_frames, 2);
        assert_eq!(series.centroid_hz.values.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(series.flux.values.iter().filter(|value| value.is_some()).count(), 1);
    }

    #[test]
    fn silence_has_no_shape() {
        let (mut mean, mut frames) = (SpectralMeter::new(33, 500.0), FrameMeter::new(33, 500.0, 0.1));
        let frame = mean.push(&[0.0; 33]);
        frames.push(&[0.0; 33], frame);
        let (found, _) = frames.finish();
        assert_eq!((found.sounding_frames, found.centroid_hz, found.slope_db_per_octave), (0, None, None));
    }
}
