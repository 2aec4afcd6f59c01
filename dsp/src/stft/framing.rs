//! How a stream is cut, and whether it can be put together again.

use crate::{ParameterError, Parameters, fft::FftError, window::Window};

/// Shape of a short-time transform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Framing {
    /// Shape of the window.
    pub window: Window,
    /// Samples in one window: every length that [`crate::fft::RealFft`] takes.
    pub length_frames: usize,
    /// Samples from one window to the next, 1 to the length.
    pub hop_frames: usize,
}

impl From<&Parameters> for Framing {
    fn from(parameters: &Parameters) -> Self {
        Self {
            window: parameters.window,
            length_frames: parameters.window_length_frames as usize,
            hop_frames: parameters.hop_frames as usize,
        }
    }
}

/// How frames are added up to sound again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synthesis {
    /// Frames are windowed once more and divided by the sum of squared windows: of all sounds, the one whose spectra
    /// come closest to the given ones, also when these were changed (Griffin and Lim 1984, "Signal estimation from
    /// modified short-time Fourier transform"). Needs windows whose squares leave no gap (NOLA).
    #[default]
    LeastSquares,
    /// Frames are added as they are and divided by the sum of windows (Allen and Rabiner 1977, "A unified approach to
    /// short-time Fourier analysis and synthesis"). Needs windows that add up to a constant (COLA).
    OverlapAdd,
}

/// Largest ripple, relative to the mean, of a sum of windows that is called constant.
pub const MAX_RIPPLE: f64 = 1e-5;

/// Smallest overlap, relative to the largest, from which a sample is recovered. Below it, rounding errors would
/// be magnified more than a hundredfold.
pub const MIN_OVERLAP: f64 = 1e-4;

/// What overlapping windows add up to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Mean of the sum in the middle of a sound.
    pub mean: f64,
    /// Largest minus smallest sum in the middle of a sound, over the mean.
    pub ripple: f64,
    /// Smallest sum, also near the start, where the windows before it are missing, over the largest.
    pub weakest: f64,
}

/// A short-time transform that cannot be planned, fed or undone.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StftError {
    /// The transform could not be planned or fed.
    #[error(transparent)]
    Fft(#[from] FftError),
    /// Frames would leave out samples, or never advance.
    #[error("a hop of {hop_frames} samples: 1 to the window's {length_frames} are possible")]
    Hop {
        /// Distance from frame to frame.
        hop_frames: usize,
        /// Samples in a window.
        length_frames: usize,
    },
    /// The window's parameter is out of range.
    #[error("a Kaiser window with a beta of {beta}: 0 to 100 is possible")]
    Beta {
        /// Parameter of the window.
        beta: f64,
    },
    /// The windows do not add up to a constant, so that frames do not either.
    #[error(
        "windows of {length_frames} every {hop_frames} samples add up to a sum that varies by {ripple} of its mean; {MAX_RIPPLE} is allowed"
    )]
    NotConstant {
        /// Samples in a window.
        length_frames: usize,
        /// Distance from frame to frame.
        hop_frames: usize,
        /// Largest minus smallest sum, over the mean.
        ripple: f64,
    },
    /// Some samples are seen by no window, or hardly.
    #[error(
        "windows of {length_frames} every {hop_frames} samples leave samples with {weakest} of the largest weight; {MIN_OVERLAP} is needed"
    )]
    Gap {
        /// Samples in a window.
        length_frames: usize,
        /// Distance from frame to frame.
        hop_frames: usize,
        /// Smallest over largest sum of weights.
        weakest: f64,
    },
    /// The spectra do not hold as many samples, or more of them were already handed out.
    #[error("{asked} samples were asked for, the spectra hold {covered}")]
    Samples {
        /// Samples that were asked for.
        asked: u64,
        /// Samples that can be handed out.
        covered: u64,
    },
}

impl Framing {
    /// Refuses a hop that is zero or longer than the window, and a Kaiser window out of its range. Lengths are checked
    /// when the transform is planned.
    pub fn check(&self) -> Result<(), StftError> {
        let Self { window, length_frames, hop_frames } = *self;
        window.check().map_err(|ParameterError { actual, .. }| StftError::Beta { beta: actual })?;
        if !(1..=length_frames).contains(&hop_frames) {
            return Err(StftError::Hop { hop_frames, length_frames });
        }
        Ok(())
    }

    /// Bins of one spectrum.
    pub fn bins(&self) -> usize {
        self.length_frames / 2 + 1
    }

    /// Frames of a [`super::ComplexStft`] of so many samples: 1 + samples / hop, rounded up.
    pub fn frames(&self, samples: u64) -> u64 {
        1 + samples.div_ceil(self.hop_frames.max(1) as u64)
    }

    /// What the windows, or their squares, add up to.
    pub fn overlap(&self, synthesis: Synthesis) -> Result<Overlap, StftError> {
        self.check()?;
        let (length, hop) = (self.length_frames, self.hop_frames);
        // sums[m] is what the first frames add up to m samples after the start of frame 0, which is centred on 0.
        let mut sums: alloc::vec::Vec<f64> = match synthesis {
            Synthesis::OverlapAdd => self.window.exact(length).collect(),
            Synthesis::LeastSquares => self.window.exact(length).map(|w| w * w).collect(),
        };
        for m in hop..length {
            sums[m] += sums[m - hop];
        }
        // The last hop is reached by all windows that there are.
        let steady = &sums[length - hop..];
        let lowest = steady.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = steady.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = steady.iter().sum::<f64>() / hop as f64;
        let weakest = sums[(length / 2).min(length - hop)..].iter().copied().fold(f64::INFINITY, f64::min);
        // A window may be nothing but zeros: the symmetric Hann window of two coefficients is.
        let empty = highest <= 0.0;
        Ok(Overlap {
            mean,
            ripple: if empty { f64::INFINITY } else { (highest - lowest) / mean.abs() },
            weakest: if empty { 0.0 } else { weakest / highest },
        })
    }

    /// True where the windows add up to a constant (constant overlap-add).
    pub fn is_cola(&self) -> bool {
        self.overlap(Synthesis::OverlapAdd).is_ok_and(|overlap| overlap.ripple <= MAX_RIPPLE)
    }

    /// True where the squared windows leave no gap (nonzero overlap-add).
    pub fn is_nola(&self) -> bool {
        self.overlap(Synthesis::LeastSquares).is_ok_and(|overlap| overlap.weakest >= MIN_OVERLAP)
    }

    /// Refuses what the synthesis could not undo, with the numbers.
    pub fn check_invertible(&self, synthesis: Synthesis) -> Result<(), StftError> {
        let Overlap { ripple, weakest, .. } = self.overlap(synthesis)?;
        let Self { length_frames, hop_frames, .. } = *self;
        let (constant, gapless) = (ripple <= MAX_RIPPLE, weakest >= MIN_OVERLAP);
        match synthesis {
            Synthesis::OverlapAdd if !constant => Err(StftError::NotConstant { length_frames, hop_frames, ripple }),
            _ if !gapless => Err(StftError::Gap { length_frames, hop_frames, weakest }),
            _ => Ok(()),
        }
    }
}
