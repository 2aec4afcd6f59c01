//! An estimated transfer function.

use alloc::{vec, vec::Vec};

use num_complex::Complex64;

use super::TransferError;
use crate::{
    fft::{Complex32, RealFft},
    math,
};

/// H(f) by two estimates, and how far to trust them. Bin k of N/2 + 1 lies at k / N of the sample rate.
///
/// A bin is None where the reference has no energy: more than 130 dB below its strongest bin, where single precision
/// ends.
#[derive(Debug, Clone)]
pub struct TransferFunction {
    pub(super) sample_rate_hz: f64,
    pub(super) segment_frames: usize,
    pub(super) lag_frames: i64,
    pub(super) segments: u64,
    /// Sum of |X|^2 over the segments.
    pub(super) reference_power: Vec<f64>,
    /// Sum of |Y|^2.
    pub(super) response_power: Vec<f64>,
    /// Sum of conj(X) Y.
    pub(super) cross: Vec<Complex64>,
    /// Powers of the reference below this are none.
    pub(super) weakest: f64,
}

impl TransferFunction {
    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.cross.len()
    }

    /// Frequency of a bin.
    pub fn frequency_hz(&self, bin: usize) -> f64 {
        bin as f64 * self.sample_rate_hz / self.segment_frames as f64
    }

    /// Segments that were averaged. The standard deviation of |H| relative to itself is about
    /// sqrt((1 - coherence) / (2 n coherence)) with n independent segments (Bendat and Piersol, 9.3).
    pub fn segments(&self) -> u64 {
        self.segments
    }

    /// H1 = Sxy / Sxx: exact for noise that was added to the response, too small for noise in the reference.
    pub fn h1(&self, bin: usize) -> Option<Complex64> {
        let power = self.reference(bin)?;
        Some(self.cross.get(bin)? / power)
    }

    /// H2 = Syy / Syx: exact for noise that was added to the reference, too large for noise in the response. None also
    /// where the two have nothing in common.
    pub fn h2(&self, bin: usize) -> Option<Complex64> {
        self.reference(bin)?;
        let cross = self.cross.get(bin)?.conj();
        (cross.norm_sqr() > 0.0).then(|| Complex64::new(self.response_power[bin], 0.0) / cross)
    }

    /// Magnitude-squared coherence |Sxy|² / (Sxx Syy), 0 to 1: the share of the response that the reference explains.
    pub fn coherence(&self, bin: usize) -> Option<f64> {
        let power = self.reference(bin)? * self.response_power.get(bin)?;
        (power > 0.0).then(|| (self.cross[bin].norm_sqr() / power).min(1.0))
    }

    /// |H1| in decibels.
    pub fn magnitude_db(&self, bin: usize) -> Option<f64> {
        math::power_to_decibels(self.h1(bin)?.norm_sqr())
    }

    /// Phase of H1 in radians, -π to π, after the lag of the parameters has been taken out.
    pub fn phase_rad(&self, bin: usize) -> Option<f64> {
        self.h1(bin).map(|h| math::atan2(h.im, h.re))
    }

    /// Group delay -dφ/dω between a bin and the next, in frames, with the lag of the parameters. Unambiguous within half
    /// a segment.
    pub fn group_delay_frames(&self, bin: usize) -> Option<f64> {
        let turn = self.h1(bin)? * self.h1(bin.checked_add(1)?)?.conj();
        let per_bin = core::f64::consts::TAU / self.segment_frames as f64;
        Some(math::atan2(turn.im, turn.re) / per_bin + self.lag_frames as f64)
    }

    /// Impulse response behind H1, N samples: the first is time 0 (after the lag of the parameters), the second half
    /// stands for negative times. Bins without energy count as 0.
    pub fn impulse_response(&self) -> Result<Vec<f32>, TransferError> {
        let mut fft = RealFft::new(self.segment_frames)?;
        let mut spectrum: Vec<Complex32> = (0..self.bins())
            .map(|bin| self.h1(bin).map_or(Complex32::new(0.0, 0.0), |h| Complex32::new(h.re as f32, h.im as f32)))
            .collect();
        let mut impulse = vec![0.0; self.segment_frames];
        fft.inverse(&mut spectrum, &mut impulse)?;
        Ok(impulse)
    }

    /// Frames by which the response lags behind the reference, with the lag of the parameters: the place of the largest
    /// sample of the impulse response. A second run with this lag has the best coherence.
    pub fn lag_frames(&self) -> Result<i64, TransferError> {
        let impulse = self.impulse_response()?;
        let largest = |(best, peak): (usize, f32), (n, x): (usize, &f32)| {
            if x.abs() > peak { (n, x.abs()) } else { (best, peak) }
        };
        let (place, _) = impulse.iter().enumerate().fold((0, 0.0), largest);
        let wrapped = if place > impulse.len() / 2 { place as i64 - impulse.len() as i64 } else { place as i64 };
        Ok(wrapped.saturating_add(self.lag_frames))
    }

    fn reference(&self, bin: usize) -> Option<f64> {
        self.reference_power.get(bin).copied().filter(|&power| power > self.weakest)
    }
}
