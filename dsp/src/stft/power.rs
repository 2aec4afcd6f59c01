//! Power spectra of a stream.

use alloc::{vec, vec::Vec};

use super::slices::Slices;
use crate::{
    Parameters,
    fft::{FftError, WindowedFft},
};

/// Cuts a stream of samples into overlapping windows and hands out their power spectra.
///
/// N samples give 1 + N / hop frames. Powers are scaled so that a sine of amplitude 1.0 on a bin has power 1.0
/// (0 dBFS): P\[k\] = (2 |X\[k\]| / sum w)^2, and half the amplitude factor at DC and Nyquist, which have no mirror
/// image.
///
/// ```
/// use dsp::{Parameters, stft::Stft};
///
/// let tone: Vec<f32> = (0..32_000).map(|n| (std::f32::consts::TAU * n as f32 / 16.0).sin()).collect();
/// let mut stft = Stft::prepare(&Parameters::default())?;
/// let mut loudest = 0;
/// stft.push(&tone, |power| loudest = (0..power.len()).max_by(|&a, &b| power[a].total_cmp(&power[b])).unwrap_or(0))?;
/// assert_eq!(loudest, 2048 / 16);
/// # Ok::<(), dsp::fft::FftError>(())
/// ```
pub struct Stft {
    slices: Slices,
    fft: WindowedFft,
    scale: f64,
    power: Vec<f32>,
}

impl Stft {
    /// Plans the transform; `parameters` must have passed their own check.
    pub fn prepare(parameters: &Parameters) -> Result<Self, FftError> {
        let (fft, sum) = WindowedFft::new(parameters)?;
        let length = fft.length();
        Ok(Self {
            slices: Slices::new(length, parameters.hop_frames as usize),
            fft,
            scale: 4.0 / (sum * sum),
            power: vec![0.0; length / 2 + 1],
        })
    }

    /// Takes any number of samples and calls `each` with every spectrum (N / 2 + 1 powers) that became complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[f32])) -> Result<(), FftError> {
        let Self { slices, fft, scale, power } = self;
        slices.push(samples, |frame| spectrum(fft, *scale, frame, power).map(|()| each(power)))
    }

    /// Pads the end with zeros and hands out the remaining spectra. Returns the number of all frames.
    pub fn finish(&mut self, mut each: impl FnMut(&[f32])) -> Result<u64, FftError> {
        let Self { slices, fft, scale, power } = self;
        let frames = 1 + slices.pushed() / slices.hop() as u64;
        slices.finish(frames, |frame| spectrum(fft, *scale, frame, power).map(|()| each(power)))?;
        Ok(frames)
    }
}

/// The scaled powers of one frame.
#[inline]
fn spectrum(fft: &mut WindowedFft, scale: f64, frame: &[f32], power: &mut [f32]) -> Result<(), FftError> {
    fft.power(frame, scale, power)?;
    if let [dc, .., nyquist] = power {
        *dc *= 0.25;
        *nyquist *= 0.25;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;

    fn spectra(samples: &[f32], parameters: &Parameters) -> Vec<Vec<f32>> {
        let mut stft = Stft::prepare(parameters).expect("planned");
        let mut all = Vec::new();
        stft.push(samples, |p| all.push(p.to_vec())).expect("pushed");
        let frames = stft.finish(|p| all.push(p.to_vec())).expect("finished");
        assert_eq!(frames, all.len() as u64);
        all
    }

    #[test]
    fn a_sine_on_a_bin_has_its_amplitude() {
        let parameters = Parameters::default();
        let (bin, amplitude) = (100, 0.25f64);
        let samples: Vec<f32> = (0..32_000)
            .map(|n| {
                let phase = core::f64::consts::TAU * f64::from(bin) * f64::from(n) / 2048.0;
                (amplitude * math::sin(phase)) as f32
            })
            .collect();
        let all = spectra(&samples, &parameters);
        assert_eq!(all.len(), 1 + 32_000 / 512);
        let middle = &all[all.len() / 2];
        let level = 10.0 * math::log10(f64::from(middle[100]));
        assert!((level - 20.0 * math::log10(amplitude)).abs() < 1e-4, "{level}");
        // Hann: the neighbours are 6.02 dB lower, everything further away vanishes.
        assert!((middle[99] / middle[100] - 0.25).abs() < 1e-4);
        assert!(middle[103..].iter().chain(&middle[..98]).all(|&p| p < 1e-12));
    }

    #[test]
    fn direct_current_has_its_level() {
        let all = spectra(&vec![0.5; 16_384], &Parameters::default());
        let middle = &all[all.len() / 2];
        assert!((middle[0] - 0.25).abs() < 1e-6);
        assert!(middle[2..].iter().all(|&p| p < 1e-12));
    }

    #[test]
    fn an_impulse_is_flat() {
        let mut samples = vec![0.0; 8192];
        samples[4096] = 1.0;
        let all = spectra(&samples, &Parameters::default());
        // Frame 8 is centred on the impulse: every inner bin has (2 / sum w)^2 with sum w = 1024.
        let expected = 4.0 / (1024.0f32 * 1024.0);
        assert!(all[8][1..1024].iter().all(|p| (p / expected - 1.0).abs() < 1e-4));
    }

    #[test]
    fn chunks_do_not_matter() {
        let parameters = Parameters { window_length_frames: 256, hop_frames: 100, ..Parameters::default() };
        let samples: Vec<f32> = (0..5000).map(|n| math::sin(f64::from(n * n) * 1e-4) as f32).collect();
        let whole = spectra(&samples, &parameters);
        for chunk in [1usize, 3, 99, 100, 101, 255, 256, 257, 4999] {
            let mut stft = Stft::prepare(&parameters).expect("planned");
            let mut all = Vec::new();
            for part in samples.chunks(chunk) {
                stft.push(part, |p| all.push(p.to_vec())).expect("pushed");
            }
            stft.finish(|p| all.push(p.to_vec())).expect("finished");
            assert!(all == whole, "chunks of {chunk}");
        }
    }

    #[test]
    fn frame_count_follows_the_definition() {
        for length in [0usize, 1, 511, 512, 513, 2048, 10_000] {
            assert_eq!(spectra(&vec![0.1; length], &Parameters::default()).len(), 1 + length / 512);
        }
    }
}
