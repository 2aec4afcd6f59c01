//! Welch's method for two recordings.

use alloc::{vec, vec::Vec};

use num_complex::Complex64;

use super::{Recording, TransferError, TransferFunction};
use crate::{
    ParameterError,
    fft::{Complex32, RealFft},
    window::Window,
};

/// As many frames of the recording that is ahead wait for the other one.
const MAX_LAG_FRAMES: i64 = 1 << 24;

/// How two recordings are compared.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TransferParameters {
    /// Frames of one segment, 16 to 2^24 (without `std` a power of two from 64 to 4,096). Longer segments resolve more
    /// and need longer recordings; they must be several times longer than the delay and the ringing of the system.
    pub segment_frames: usize,
    /// Frames from one segment to the next, 1 to the length of a segment.
    pub hop_frames: usize,
    /// Window of a segment.
    pub window: Window,
    /// Frames by which the response lags behind the reference; they are taken out before the comparison. Negative where
    /// the response is ahead; at most 2^24 either way. A lag that stays in lowers the coherence.
    pub lag_frames: i64,
}

impl Default for TransferParameters {
    /// 4,096 frames, half overlapping, periodic Hann.
    fn default() -> Self {
        Self { segment_frames: 4096, hop_frames: 2048, window: Window::HannPeriodic, lag_frames: 0 }
    }
}

/// Averages the spectra of two recordings over segments (Welch 1967; Bendat and Piersol, "Random Data", 9.2): no mean is
/// subtracted, incomplete segments are left out. scipy's `csd` with `detrend=False` has the same definition.
///
/// ```
/// use dsp::transfer::{TransferEstimator, TransferParameters};
///
/// let mut state = 1u32;
/// let noise: Vec<f32> = (0..40_000)
///     .map(|_| {
///         state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
///         (state >> 8) as f32 / 8_388_608.0 - 1.0
///     })
///     .collect();
/// let halved: Vec<f32> = noise.iter().map(|x| 0.5 * x).collect();
/// let mut estimator = TransferEstimator::prepare(&TransferParameters::default(), 48_000.0, 48_000.0)?;
/// estimator.push(&noise, &halved)?;
/// let function = estimator.finish()?;
/// assert!((function.h1(100).unwrap().norm() - 0.5).abs() < 1e-5);
/// assert!((function.coherence(100).unwrap() - 1.0).abs() < 1e-5);
/// # Ok::<(), dsp::transfer::TransferError>(())
/// ```
pub struct TransferEstimator {
    parameters: TransferParameters,
    sample_rate_hz: f64,
    fft: RealFft,
    window: Vec<f32>,
    segment: Vec<f32>,
    spectra: [Vec<Complex32>; 2],
    /// Frames of each recording from the start of the next segment on.
    pending: [Vec<f32>; 2],
    /// Frames of each recording that are still to be left out.
    skip: [u64; 2],
    frames: u64,
    segments: u64,
    reference_power: Vec<f64>,
    response_power: Vec<f64>,
    cross: Vec<Complex64>,
}

impl TransferEstimator {
    /// Plans the comparison of two recordings; their rates must be equal.
    pub fn prepare(
        parameters: &TransferParameters,
        reference_rate_hz: f64,
        response_rate_hz: f64,
    ) -> Result<Self, TransferError> {
        if !(reference_rate_hz == response_rate_hz && reference_rate_hz > 0.0 && reference_rate_hz.is_finite()) {
            return Err(TransferError::Rates { reference_hz: reference_rate_hz, response_hz: response_rate_hz });
        }
        let length = parameters.segment_frames;
        let refuse = |name, allowed, actual| Err(ParameterError { name, allowed, actual }.into());
        if !(16..=1 << 24).contains(&length) {
            return refuse("segment_frames", "16 to 16777216", length as f64);
        }
        if !(1..=length).contains(&parameters.hop_frames) {
            return refuse("hop_frames", "1 to the length of a segment", parameters.hop_frames as f64);
        }
        if !(-MAX_LAG_FRAMES..=MAX_LAG_FRAMES).contains(&parameters.lag_frames) {
            return refuse("lag_frames", "-16777216 to 16777216", parameters.lag_frames as f64);
        }
        parameters.window.check()?;
        let bins = length / 2 + 1;
        let lag = parameters.lag_frames.unsigned_abs();
        Ok(Self {
            fft: RealFft::new(length)?,
            window: parameters.window.coefficients(length),
            segment: vec![0.0; length],
            spectra: [vec![Complex32::new(0.0, 0.0); bins], vec![Complex32::new(0.0, 0.0); bins]],
            pending: [Vec::new(), Vec::new()],
            skip: if parameters.lag_frames < 0 { [lag, 0] } else { [0, lag] },
            frames: 0,
            segments: 0,
            reference_power: vec![0.0; bins],
            response_power: vec![0.0; bins],
            cross: vec![Complex64::new(0.0, 0.0); bins],
            sample_rate_hz: reference_rate_hz,
            parameters: parameters.clone(),
        })
    }

    /// Takes the next frames of both recordings, equally many.
    pub fn push(&mut self, reference: &[f32], response: &[f32]) -> Result<(), TransferError> {
        if reference.len() != response.len() {
            return Err(TransferError::Frames { reference: reference.len(), response: response.len() });
        }
        for (recording, samples) in [(Recording::Reference, reference), (Recording::Response, response)] {
            if let Some(at) = samples.iter().position(|x| !x.is_finite()) {
                return Err(TransferError::NotFinite { recording, frame: self.frames + at as u64 });
            }
        }
        self.frames += reference.len() as u64;
        for ((pending, skip), samples) in self.pending.iter_mut().zip(&mut self.skip).zip([reference, response]) {
            let skipped = usize::try_from(*skip).unwrap_or(usize::MAX).min(samples.len());
            *skip -= skipped as u64;
            pending.extend_from_slice(&samples[skipped..]);
        }
        let (length, mut start) = (self.segment.len(), 0);
        while self.pending.iter().all(|pending| pending.len() >= start + length) {
            self.add(start)?;
            start += self.parameters.hop_frames;
        }
        self.pending.iter_mut().for_each(|pending| drop(pending.drain(..start.min(pending.len()))));
        Ok(())
    }

    /// Adds up the spectra of the segment that starts at a pending frame.
    fn add(&mut self, start: usize) -> Result<(), TransferError> {
        for (pending, spectrum) in self.pending.iter().zip(&mut self.spectra) {
            for ((out, &x), &w) in self.segment.iter_mut().zip(&pending[start..]).zip(&self.window) {
                *out = x * w;
            }
            self.fft.forward(&mut self.segment, spectrum)?;
        }
        let [reference, response] = &self.spectra;
        let sums = self.reference_power.iter_mut().zip(&mut self.response_power).zip(&mut self.cross);
        for (((xx, yy), xy), (x, y)) in sums.zip(reference.iter().zip(response)) {
            let x = Complex64::new(x.re.into(), x.im.into());
            let y = Complex64::new(y.re.into(), y.im.into());
            *xx += x.norm_sqr();
            *yy += y.norm_sqr();
            *xy += x.conj() * y;
        }
        self.segments += 1;
        Ok(())
    }

    /// The result over all whole segments, of which there must be two: from one, the coherence would always be 1.
    pub fn finish(self) -> Result<TransferFunction, TransferError> {
        if self.segments < 2 {
            let lag = self.parameters.lag_frames.unsigned_abs();
            let expected = (self.parameters.segment_frames + self.parameters.hop_frames) as u64;
            return Err(TransferError::TooShort { expected: expected.saturating_add(lag), actual: self.frames });
        }
        let loudest = |power: &[f64]| power.iter().fold(0.0, |most: f64, &p| most.max(p));
        for (recording, power) in
            [(Recording::Reference, &self.reference_power), (Recording::Response, &self.response_power)]
        {
            if loudest(power) == 0.0 {
                return Err(TransferError::Silent(recording));
            }
        }
        Ok(TransferFunction {
            sample_rate_hz: self.sample_rate_hz,
            segment_frames: self.parameters.segment_frames,
            lag_frames: self.parameters.lag_frames,
            segments: self.segments,
            weakest: 1e-13 * loudest(&self.reference_power),
            reference_power: self.reference_power,
            response_power: self.response_power,
            cross: self.cross,
        })
    }
}
