//! Impulse response of a system from a recording of the sweep.

use alloc::{vec, vec::Vec};

use super::{Recording, Sweep, TransferError};
use crate::{
    fft::{Complex32, RealFft},
    math,
};

/// Octaves over which the band of the sweep is faded in and out.
const EDGE_OCTAVES: f64 = 1.0 / 6.0;

/// The impulse response of a system, limited to the band of the sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct ImpulseResponse {
    /// Samples from `origin` frames before time 0 on. In a linear system they are 0 there; the responses of harmonics
    /// stand at negative times.
    pub samples: Vec<f32>,
    /// Place of time 0.
    pub origin: usize,
}

impl ImpulseResponse {
    /// Frames from time 0 to the largest sample: the delay of the system.
    pub fn peak_frame(&self) -> i64 {
        let largest = |(best, peak): (usize, f32), (n, x): (usize, &f32)| {
            if x.abs() > peak { (n, x.abs()) } else { (best, peak) }
        };
        let (place, _) = self.samples.iter().enumerate().fold((self.origin, 0.0), largest);
        place as i64 - self.origin as i64
    }

    /// The part from time 0 on.
    pub fn causal(&self) -> &[f32] {
        self.samples.get(self.origin..).unwrap_or(&[])
    }
}

impl Sweep {
    /// Divides the spectrum of a recording of this sweep by that of the sweep, between f1 and f2; a sixth of an octave
    /// inside of both ends, raised cosines fade the band in and out. The recording must be as long as the sweep at
    /// least; what follows is the decay of the system.
    pub fn impulse_response(&self, recorded: &[f32], sample_rate_hz: f64) -> Result<ImpulseResponse, TransferError> {
        if sample_rate_hz != self.sample_rate_hz {
            return Err(TransferError::Rates { reference_hz: self.sample_rate_hz, response_hz: sample_rate_hz });
        }
        let played = self.samples();
        if recorded.len() < played.len() {
            let (expected, actual) = (played.len() as u64, recorded.len() as u64);
            return Err(TransferError::TooShort { expected, actual });
        }
        if let Some(at) = recorded.iter().position(|x| !x.is_finite()) {
            return Err(TransferError::NotFinite { recording: Recording::Response, frame: at as u64 });
        }
        if recorded.iter().all(|&x| x == 0.0) {
            return Err(TransferError::Silent(Recording::Response));
        }
        // Room for the whole decay after time 0 and for as much before.
        let length = (played.len() + recorded.len()).next_power_of_two();
        let mut fft = RealFft::new(length)?;
        let mut spectrum = |samples: &[f32]| -> Result<Vec<Complex32>, TransferError> {
            let mut block = samples.to_vec();
            block.resize(length, 0.0);
            let mut spectrum = vec![Complex32::new(0.0, 0.0); length / 2 + 1];
            fft.forward(&mut block, &mut spectrum)?;
            Ok(spectrum)
        };
        let (input, mut output) = (spectrum(&played)?, spectrum(recorded)?);
        let bin_hz = self.sample_rate_hz / length as f64;
        for (bin, (y, x)) in output.iter_mut().zip(&input).enumerate() {
            let weight = self.band(bin as f64 * bin_hz) as f32;
            *y = if weight > 0.0 { *y / *x * weight } else { Complex32::new(0.0, 0.0) };
        }
        let mut samples = vec![0.0; length];
        fft.inverse(&mut output, &mut samples)?;
        // Negative times stand at the end; they go before the others.
        let (before, after) = (played.len(), recorded.len());
        let origin = before.min(length - after);
        samples.rotate_right(origin);
        samples.truncate(origin + after);
        Ok(ImpulseResponse { samples, origin })
    }

    /// Weight of a frequency: 1 inside of the band.
    fn band(&self, frequency_hz: f64) -> f64 {
        if !(frequency_hz > self.start_hz && frequency_hz < self.end_hz) {
            return 0.0;
        }
        let inside = math::log2(frequency_hz / self.start_hz).min(math::log2(self.end_hz / frequency_hz));
        0.5 - 0.5 * math::cos(core::f64::consts::PI * (inside / EDGE_OCTAVES).min(1.0))
    }
}
