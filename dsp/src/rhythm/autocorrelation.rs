//! How much a stretch of onset strengths repeats itself.

use crate::{
    fft::{Complex32, FftError, RealFft},
    window::Window,
};

/// A steady tone varies by less, and regularly, as its phase drifts against the frames: that is no rhythm.
const MIN_DEVIATION_DB: f32 = 0.1;

/// Autocorrelation of windowed stretches of a fixed length, for lags from 0 to half the length.
///
/// With x the strengths, w the Hann window and m the weighted mean, r(t) = R(t) / R(0) * B(0) / B(t), where R is the
/// autocorrelation of w (x - m) and B that of w: without bias against long lags, 1 where the stretch repeats exactly.
pub(super) struct Autocorrelator {
    window: Vec<f32>,
    window_sum: f32,
    window_energy: f32,
    /// What R(0) is at [`MIN_DEVIATION_DB`].
    least: f32,
    fft: RealFft,
    block: Vec<f32>,
    spectrum: Vec<Complex32>,
    /// B(0) / B(t).
    correction: Vec<f32>,
    values: Vec<f32>,
}

impl Autocorrelator {
    /// Plans stretches of `length` frames, at least 2.
    pub(super) fn new(length: usize) -> Result<Self, FftError> {
        let length = length.max(2);
        // Zeros behind the stretch keep it apart from its own images.
        let block = (length + length / 2 + 1).next_power_of_two();
        let window = Window::HannPeriodic.coefficients(length);
        let window_energy: f32 = window.iter().map(|w| w * w).sum();
        let mut new = Self {
            window_sum: window.iter().sum(),
            window_energy,
            least: MIN_DEVIATION_DB * MIN_DEVIATION_DB * window_energy,
            fft: RealFft::new(block)?,
            block: vec![0.0; block],
            spectrum: vec![Complex32::ZERO; block / 2 + 1],
            correction: Vec::new(),
            values: vec![0.0; length / 2 + 1],
            window,
        };
        new.block[..length].copy_from_slice(&new.window);
        new.correlate()?;
        new.correction = new.block[..=length / 2].iter().map(|b| new.block[0] / b).collect();
        Ok(new)
    }

    /// Frames in one stretch.
    pub(super) fn length(&self) -> usize {
        self.window.len()
    }

    /// r(0), r(1)... and the variance, both weighted by the window; `None` for a stretch that varies less than
    /// [`MIN_DEVIATION_DB`]. `stretch` holds [`Self::length`] strengths.
    pub(super) fn measure(&mut self, stretch: &[f32]) -> Result<Option<(&[f32], f32)>, FftError> {
        let weighted: f32 = stretch.iter().zip(&self.window).map(|(x, w)| x * w).sum();
        let mean = weighted / self.window_sum;
        self.block.fill(0.0);
        for ((out, &x), &w) in self.block.iter_mut().zip(stretch).zip(&self.window) {
            *out = (x - mean) * w;
        }
        self.correlate()?;
        let total = self.block[0];
        if total.is_nan() || total < self.least {
            return Ok(None);
        }
        for ((value, &r), &correction) in self.values.iter_mut().zip(&self.block).zip(&self.correction) {
            *value = r / total * correction;
        }
        Ok(Some((&self.values, total / self.window_energy)))
    }

    fn correlate(&mut self) -> Result<(), FftError> {
        self.fft.forward(&mut self.block, &mut self.spectrum)?;
        for bin in &mut self.spectrum {
            *bin = Complex32::new(bin.re * bin.re + bin.im * bin.im, 0.0);
        }
        self.fft.inverse(&mut self.spectrum, &mut self.block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_has_one_at_its_periods() {
        let mut autocorrelator = Autocorrelator::new(512).expect("planned");
        let stretch: Vec<f32> = (0..512).map(|i| if i % 32 == 5 { 3.0 } else { 0.2 }).collect();
        let (r, variance) = autocorrelator.measure(&stretch).expect("measured").expect("not constant");
        // One of 32 is 2.8 above the others.
        assert!((variance - 2.8 * 2.8 * 31.0 / 1_024.0).abs() < 0.01, "{variance}");
        assert_eq!(r.len(), 257);
        for (lag, &r) in r.iter().enumerate() {
            let expected = if lag % 32 == 0 { 1.0 } else { -1.0 / 31.0 };
            assert!((r - expected).abs() < 0.02, "{lag}: {r}");
        }
    }

    #[test]
    fn what_does_not_change_has_none() {
        let mut autocorrelator = Autocorrelator::new(64).expect("planned");
        assert_eq!(autocorrelator.measure(&[0.0; 64]).expect("measured"), None);
        assert_eq!(autocorrelator.measure(&[2.5; 64]).expect("measured"), None);
        assert_eq!(autocorrelator.measure(&[f32::NAN; 64]).expect("measured"), None);
        assert!(Autocorrelator::new(0).is_ok());
    }
}
