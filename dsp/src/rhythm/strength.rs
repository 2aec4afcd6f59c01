//! How much is newly there in each frame of a spectrogram.

use crate::{
    Parameters, decibel,
    filterbank::{BandNorm, BankParameters, FilterBank, FilterBankError, MelParameters, MelScale},
    lanes::{Eight, Lanes},
};

/// Bands quieter than this (a sine of this level fills one band) are taken as this loud.
pub const FLOOR_DBFS: f32 = -100.0;
/// Most mel bands; shorter spectra have one for every eight bins.
const MAX_BANDS: usize = 128;

/// Onset strength: mean rise of level over 128 mel bands, as far as the sound has them, from one frame to the next, in dB.
///
/// s\[i\] = mean over bands b of max(0, L\[b, i - c\] - L\[b, i - c - 1\]) with L = 10 log10 of the power in a
/// triangular mel band (Slaney's scale, 0 to half the rate), at least [`FLOOR_DBFS`], and c = window / (2 hop): spectral
/// flux (Bello et al. 2005) as in `librosa.onset.onset_strength` of librosa 0.11. Frame i - c is the one whose window
/// ends at the time of frame i, so an attack at time t shows in the first frame at or after t.
///
/// Differences from librosa: levels are cut at [`FLOOR_DBFS`] and not at 80 dB below the loudest band of the whole
/// recording, which a stream does not know; bands are not divided by their width, which a difference of levels cancels.
///
/// ```
/// use dsp::{Parameters, rhythm::OnsetStrength};
///
/// let mut strength = OnsetStrength::prepare(&Parameters::default())?;
/// let rises: Vec<f32> = (0..6).map(|i| strength.push(&[if i < 3 { 1e-6 } else { 1e-4 }; 1025])).collect();
/// // Everything is 20 dB louder from frame 3 on, and frame 3's window ends at frame 5.
/// assert!(rises[4] == 0.0 && (rises[5] - 20.0).abs() < 1e-3);
/// # Ok::<(), dsp::filterbank::FilterBankError>(())
/// ```
pub struct OnsetStrength {
    bank: FilterBank,
    /// Powers of the bands that count, the lowest of the bank.
    bands: Vec<f32>,
    levels_db: Vec<f32>,
    /// The strengths that have yet to come out, a ring.
    delayed: Vec<f32>,
    frames: u64,
}

impl OnsetStrength {
    /// Plans the bands for the spectra that [`crate::stft::Stft`] makes with `parameters`.
    pub fn prepare(parameters: &Parameters) -> Result<Self, FilterBankError> {
        let bank = bank(parameters, (parameters.bins() / 8).clamp(1, MAX_BANDS))?;
        let delay = parameters.window_length_frames / (2 * parameters.hop_frames.max(1));
        Ok(Self {
            bands: vec![0.0; bank.bands()],
            levels_db: vec![FLOOR_DBFS; bank.bands()],
            bank,
            delayed: vec![0.0; delay as usize],
            frames: 0,
        })
    }

    /// Leaves out the bands that are highest above `limit_hz`, but not the lowest: for sound that has nothing there, whose rises
    /// they would thin out. Before the first spectrum.
    #[must_use]
    pub fn within(mut self, limit_hz: f64) -> Self {
        let bands = self.bank.centers_hz().iter().filter(|&&center_hz| center_hz <= limit_hz).count().max(1);
        self.bands.truncate(bands);
        self.levels_db.truncate(bands);
        self
    }

    /// Number of bands.
    pub(super) fn bands(&self) -> usize {
        self.bands.len()
    }

    /// Takes one power spectrum (a sine of amplitude 1.0 on a bin is 1.0) and returns the strength of its frame.
    pub fn push(&mut self, power: &[f32]) -> f32 {
        self.bank.apply(power, &mut self.bands);
        let (mut rises, bands) = (Eight::ZERO, self.bands.len() as f32);
        let (levels, last_levels) = self.levels_db.as_chunks_mut::<8>();
        let (powers, last_powers) = self.bands.as_chunks::<8>();
        for (levels, powers) in levels.iter_mut().zip(powers) {
            let now = Eight(Eight::new(powers).0.map(|powers| decibel::lanes_to_db(powers, FLOOR_DBFS)));
            let before = Eight::new(levels);
            rises = rises + Eight([0, 1].map(|half| Lanes::ZERO.larger(now.0[half] - before.0[half])));
            *levels = now.get();
        }
        let mut rises = rises.get();
        for ((rise, level), &power) in rises.iter_mut().zip(last_levels).zip(last_powers) {
            let now = decibel::power_to_db(power, FLOOR_DBFS);
            *rise += crate::math::larger(0.0, now - *level);
            *level = now;
        }
        // The first frame has nothing before it.
        let strength = if self.frames == 0 { 0.0 } else { rises.iter().sum::<f32>() / bands };
        let at = (self.frames % self.delayed.len().max(1) as u64) as usize;
        self.frames += 1;
        self.delayed.get_mut(at).map_or(strength, |delayed| core::mem::replace(delayed, strength))
    }
}

/// The bank with the most bands that all hold a bin, up to `bands`: wide spectra of short windows have fewer.
fn bank(parameters: &Parameters, mut bands: usize) -> Result<FilterBank, FilterBankError> {
    loop {
        let bank = BankParameters {
            norm: BandNorm::Peak,
            ..BankParameters::new(parameters.bins(), parameters.bin_width_hz(), bands)
        };
        match FilterBank::mel(MelParameters { bank, scale: MelScale::Slaney }) {
            Err(FilterBankError::EmptyBand { .. }) if bands > 1 => bands /= 2,
            made => return made,
        }
    }
}
