//! The constant-Q transform: a spectrum whose bands lie at equal ratios and are as wide as their distance.

pub(crate) mod decimator;
mod stage;
#[cfg(test)]
mod tests;

use alloc::{vec, vec::Vec};

use stage::Stage;

use crate::{fft::Complex32, math};

/// Coefficients of all windows at most: 64 MiB.
pub const MAX_COEFFICIENTS: usize = 1 << 24;

/// Longest window, in samples as they come in: 8 minutes at 32 kHz.
pub const MAX_WINDOW_FRAMES: usize = 1 << 24;

/// Halvings of the sample rate at most: enough for bands at 1 Hz.
const MAX_OCTAVES_DOWN: u32 = 12;

/// Longest way from spectrum to spectrum.
pub const MAX_HOP_FRAMES: usize = 1 << 24;

/// Bands of one transform at most.
pub const MAX_BANDS: usize = 2_048;

/// Which bands, and how often. The defaults are seven octaves of semitones from C1 on, as librosa's are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConstantQParameters {
    /// Samples per second.
    pub sample_rate_hz: f64,
    /// Centre of the lowest band.
    pub min_hz: f64,
    /// Number of bands, 1 to [`MAX_BANDS`]. The highest must lie with its whole main lobe below half the sample rate.
    pub bands: usize,
    /// Bands in an octave, 3 to 192.
    pub bands_per_octave: usize,
    /// Samples from one spectrum to the next, 1 to [`MAX_HOP_FRAMES`]. A hop that is divisible by a high power of two is
    /// much faster: an octave can be taken from half the sample rate only where frames lie on its samples.
    pub hop_frames: usize,
}

impl Default for ConstantQParameters {
    fn default() -> Self {
        Self {
            sample_rate_hz: 32_000.0,
            min_hz: 32.703_195_662_574_83,
            bands: 84,
            bands_per_octave: 12,
            hop_frames: 512,
        }
    }
}

/// A constant-Q transform that cannot be planned or fed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ConstantQError {
    /// No bands, or too many.
    #[error("{bands} bands, {bands_per_octave} in an octave: 1 to {MAX_BANDS}, and 3 to 192 in an octave are possible")]
    Bands {
        /// Number of bands.
        bands: usize,
        /// Bands in an octave.
        bands_per_octave: usize,
    },
    /// A band does not lie between zero and half the sample rate.
    #[error("bands from {min_hz} to {max_hz} Hz, main lobe included, do not fit into samples at {sample_rate_hz} Hz")]
    Range {
        /// Centre of the lowest band.
        min_hz: f64,
        /// Upper end of the highest band's main lobe.
        max_hz: f64,
        /// Samples per second.
        sample_rate_hz: f64,
    },
    /// The lowest band needs a longer window than can be planned.
    #[error("a band at {min_hz} Hz needs a window of {frames} samples; {MAX_WINDOW_FRAMES} are possible")]
    Window {
        /// Centre of the lowest band.
        min_hz: f64,
        /// Length of its window.
        frames: f64,
    },
    /// The windows of all bands together are too long. A hop divisible by a higher power of two shortens them.
    #[error("bands from {min_hz} Hz need windows of {coefficients} coefficients; {MAX_COEFFICIENTS} are possible")]
    Windows {
        /// Centre of the lowest band.
        min_hz: f64,
        /// Length of all windows together, twice.
        coefficients: f64,
    },
    /// The hop is zero, or absurdly long.
    #[error("a hop of {hop_frames} samples: 1 to {MAX_HOP_FRAMES} are possible")]
    Hop {
        /// Distance from spectrum to spectrum.
        hop_frames: usize,
    },
}

impl ConstantQParameters {
    /// Q = f / bandwidth = 1 / (2^(1/b) - 1), b bands in an octave: the distance to the next band is one bin of a
    /// transform as long as the window.
    pub fn q(&self) -> f64 {
        1.0 / (math::pow(2.0, 1.0 / self.bands_per_octave as f64) - 1.0)
    }

    /// Centre of band `band`.
    pub fn center_hz(&self, band: usize) -> f64 {
        self.min_hz * math::pow(2.0, band as f64 / self.bands_per_octave as f64)
    }

    /// Length of the window of band `band`: Q periods, not a whole number of samples.
    fn window_frames(&self, band: usize) -> f64 {
        self.q() * self.sample_rate_hz / self.center_hz(band)
    }

    /// How many times the sample rate can be halved for a band: its window must hardly see what lies beyond the pass
    /// band of the decimator. Side lobes of a Hann window are 88 dB down at 20 bins.
    fn octaves_down(&self, band: usize) -> u32 {
        let clean_hz = decimator::PASS * self.sample_rate_hz;
        let needed_hz = self.center_hz(band) * (1.0 + 20.0 / self.q());
        let most = self.hop_frames.trailing_zeros().min(MAX_OCTAVES_DOWN);
        (0..most).take_while(|&octave| needed_hz <= clean_hz / f64::from(2u32 << octave)).count() as u32
    }

    fn check(&self) -> Result<(), ConstantQError> {
        let Self { sample_rate_hz, min_hz, bands, bands_per_octave, hop_frames } = *self;
        if !(1..=MAX_BANDS).contains(&bands) || !(3..=192).contains(&bands_per_octave) {
            return Err(ConstantQError::Bands { bands, bands_per_octave });
        }
        if !(1..=MAX_HOP_FRAMES).contains(&hop_frames) {
            return Err(ConstantQError::Hop { hop_frames });
        }
        let max_hz = self.center_hz(bands - 1) * (1.0 + 2.0 / self.q());
        if !(min_hz > 0.0 && max_hz <= sample_rate_hz / 2.0 && sample_rate_hz.is_finite()) {
            return Err(ConstantQError::Range { min_hz, max_hz, sample_rate_hz });
        }
        let frames = self.window_frames(0);
        if frames > MAX_WINDOW_FRAMES as f64 {
            return Err(ConstantQError::Window { min_hz, frames });
        }
        let length = |band: usize| self.window_frames(band) / f64::from(1u32 << self.octaves_down(band));
        let coefficients = 2.0 * (0..bands).map(length).sum::<f64>();
        if coefficients > MAX_COEFFICIENTS as f64 {
            return Err(ConstantQError::Windows { min_hz, coefficients });
        }
        Ok(())
    }
}

/// Cuts a stream into frames and hands out their constant-Q spectra (Brown 1991, "Calculation of a constant Q spectral
/// transform").
///
/// Band k of frame i is C\[k\] = 2 / sum w * sum over m of w\[m\] x\[i hop + m\] exp(-2 pi i f\[k\] m / rate), with
/// f\[k\] = f\[0\] 2^(k/b) and a Hann window over Q periods of f\[k\]: a sine of amplitude 1.0 at f\[k\] has magnitude 1.0,
/// half of it in the neighbouring bands, 4 % and less in those beyond. Phases count from the middle of the window. N
/// samples give 1 + N / hop frames, with silence before the start and after the end, as [`crate::stft::Stft`] has it.
///
/// The sums are taken as they stand, for every octave at a sample rate that was halved as often as possible
/// (Schoerkhuber and Klapuri 2010, "Constant-Q transform toolbox for music processing", have the same octaves), so that
/// windows stay short: 205 samples at most for semitones. Halving costs precision only beyond 20 bins from a band, 88
/// dB down. librosa counts Q to the middle between two bands, 3 % higher, and scales by 1/sqrt(window) unless told
/// otherwise.
///
/// ```
/// use dsp::constant_q::{ConstantQ, ConstantQParameters};
///
/// let parameters = ConstantQParameters { min_hz: 220.0, bands: 36, ..ConstantQParameters::default() };
/// let a4: Vec<f32> = (0..16_000).map(|n| 0.5 * (std::f32::consts::TAU * 440.0 * n as f32 / 32_000.0).sin()).collect();
/// let mut levels = Vec::new();
/// ConstantQ::prepare(&parameters)?.push(&a4, |bands| levels.push(bands[12].norm_sqr().sqrt()));
/// assert!((levels[10] - 0.5).abs() < 1e-3);
/// # Ok::<(), dsp::constant_q::ConstantQError>(())
/// ```
pub struct ConstantQ {
    parameters: ConstantQParameters,
    /// One for each sample rate, the highest first.
    stages: Vec<Stage>,
    bands: Vec<Complex32>,
    /// Silence in front of the sound, so that no window reaches before it.
    lead: u64,
    pushed: u64,
    frames: u64,
}

/// Samples that go through all stages at once: memory does not grow with what is pushed.
const BLOCK: usize = 4_096;

impl ConstantQ {
    /// Plans the transform.
    pub fn prepare(parameters: &ConstantQParameters) -> Result<Self, ConstantQError> {
        parameters.check()?;
        // Lower bands are taken from lower rates: every rate has a run of bands.
        let octaves: Vec<u32> = (0..parameters.bands).map(|band| parameters.octaves_down(band)).collect();
        let lowest = octaves.iter().copied().max().unwrap_or(0);
        let stages: Vec<Stage> = (0..=lowest)
            .map(|octave| {
                let first = octaves.partition_point(|&own| own > octave);
                let end = octaves.partition_point(|&own| own >= octave);
                Stage::new(parameters, octave, first..end)
            })
            .collect();
        let reach = stages.iter().map(Stage::reach_frames).max().unwrap_or(0);
        let mut transform = Self {
            parameters: *parameters,
            bands: vec![Complex32::ZERO; parameters.bands],
            // The decimators ring before a sound, by less than 32 samples of the lowest rate.
            lead: (reach + (32 << lowest)).next_multiple_of(1 << lowest),
            stages,
            pushed: 0,
            frames: 0,
        };
        let silence = [0.0; BLOCK];
        let mut left = transform.lead as usize;
        while left > 0 {
            let part = left.min(BLOCK);
            transform.feed(&silence[..part]);
            left -= part;
        }
        Ok(transform)
    }

    /// What it was planned with.
    pub fn parameters(&self) -> &ConstantQParameters {
        &self.parameters
    }

    /// Takes any number of samples and calls `each` with every spectrum (one value per band) that became complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[Complex32])) {
        self.pushed += samples.len() as u64;
        for block in samples.chunks(BLOCK) {
            self.feed(block);
            self.hand_out(u64::MAX, &mut each);
        }
    }

    /// Pads the end with zeros and hands out the remaining spectra. Returns the number of all frames.
    pub fn finish(&mut self, mut each: impl FnMut(&[Complex32])) -> u64 {
        let frames = 1 + self.pushed / self.parameters.hop_frames as u64;
        while self.frames < frames {
            self.feed(&[0.0; BLOCK]);
            self.hand_out(frames, &mut each);
        }
        frames
    }

    fn feed(&mut self, block: &[f32]) {
        let mut fresh = block;
        for stage in &mut self.stages {
            fresh = stage.push(fresh);
        }
    }

    /// Spectra that are complete, as long as there are fewer than `limit` in all.
    fn hand_out(&mut self, limit: u64, each: &mut impl FnMut(&[Complex32])) {
        let hop = self.parameters.hop_frames as u64;
        let center = |frame: u64| self.lead + frame * hop;
        while self.frames < limit && self.stages.iter().all(|stage| stage.reaches(center(self.frames))) {
            for stage in &self.stages {
                stage.transform(center(self.frames), &mut self.bands);
            }
            each(&self.bands);
            self.frames += 1;
        }
        let next = center(self.frames);
        for stage in &mut self.stages {
            stage.forget(next);
        }
    }
}
