//! Mel-frequency cepstral coefficients.

use alloc::{vec, vec::Vec};

use crate::{
    decibel,
    filterbank::{FilterBank, dot},
    math,
};

/// More coefficients than bands were asked for, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{coefficients} coefficients of {bands} bands: 1 to as many as there are bands are possible")]
pub struct MfccError {
    /// Coefficients that were asked for.
    pub coefficients: usize,
    /// Bands of the filter bank.
    pub bands: usize,
}

/// Lowest level of a band: what librosa calls `amin`, 1e-10.
pub const FLOOR_DB: f32 = -100.0;

/// Cepstral coefficients of power spectra (Davis and Mermelstein 1980): bands of a filter bank in decibels, then an
/// orthonormal DCT-II, c\[k\] = s\[k\] sum over m of L\[m\] cos(pi k (2 m + 1) / 2 M) with s\[0\] = sqrt(1/M) and
/// s\[k\] = sqrt(2/M).
///
/// The unit is the decibel. There is no liftering, no pre-emphasis and no energy in place of c\[0\]. A factor in the
/// powers changes c\[0\] alone, by 10 sqrt(M) log10 of it. Bands are floored at [`FLOOR_DB`]; librosa's further floor, 80
/// dB below the loudest band of the whole recording (`top_db`), is left out because a stream does not know its loudest.
///
/// ```
/// use dsp::{filterbank::{BankParameters, FilterBank, MelParameters, MelScale}, mfcc::Mfcc};
///
/// let bank = BankParameters::new(1025, 32_000.0 / 2048.0, 40);
/// let mut mfcc = Mfcc::new(FilterBank::mel(MelParameters { bank, scale: MelScale::Slaney })?, 13)?;
/// let (mut one, mut other) = ([0.0; 13], [0.0; 13]);
/// mfcc.apply(&[1.0; 1025], &mut one);
/// mfcc.apply(&[100.0; 1025], &mut other);
/// assert!((other[0] - one[0] - 20.0 * 40f32.sqrt()).abs() < 1e-3);
/// assert!(one[1..].iter().zip(&other[1..]).all(|(a, b)| (a - b).abs() < 1e-3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Mfcc {
    bank: FilterBank,
    /// Rows of the cosine transform, one per coefficient.
    cosines: Vec<f32>,
    levels: Vec<f32>,
}

impl Mfcc {
    /// The first `coefficients` coefficients of the bands of `bank`.
    pub fn new(bank: FilterBank, coefficients: usize) -> Result<Self, MfccError> {
        let bands = bank.bands();
        if !(1..=bands).contains(&coefficients) {
            return Err(MfccError { coefficients, bands });
        }
        let mut cosines = Vec::with_capacity(coefficients * bands);
        for k in 0..coefficients {
            let scale = math::sqrt(if k == 0 { 1.0 } else { 2.0 } / bands as f64);
            cosines.extend((0..bands).map(|m| {
                // Multiples of a quarter turn of 1/M: four M of them are a whole one.
                let phase = (k * (2 * m + 1)) % (4 * bands);
                (scale * math::cos(core::f64::consts::PI * phase as f64 / (2 * bands) as f64)) as f32
            }));
        }
        Ok(Self { levels: vec![0.0; bands], bank, cosines })
    }

    /// Number of coefficients.
    pub fn coefficients(&self) -> usize {
        self.cosines.len() / self.levels.len()
    }

    /// Writes the coefficients of one power spectrum; places beyond the last one become zero.
    pub fn apply(&mut self, power: &[f32], coefficients: &mut [f32]) {
        self.bank.apply(power, &mut self.levels);
        for level in &mut self.levels {
            *level = decibel::power_to_db(*level, FLOOR_DB);
        }
        coefficients.fill(0.0);
        for (coefficient, cosines) in coefficients.iter_mut().zip(self.cosines.chunks_exact(self.levels.len())) {
            *coefficient = dot(cosines, &self.levels);
        }
    }

    /// Levels of the bands of the last spectrum, in decibels: a mel spectrogram, at no further cost.
    pub fn levels_db(&self) -> &[f32] {
        &self.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filterbank::{BandNorm, BankParameters, MelParameters, MelScale};

    fn bank(bands: usize) -> FilterBank {
        let bank = BankParameters { norm: BandNorm::Peak, ..BankParameters::new(257, 31.25, bands) };
        FilterBank::mel(MelParameters { bank, scale: MelScale::Htk }).expect("possible")
    }

    #[test]
    fn the_cosines_are_orthonormal() {
        let mfcc = Mfcc::new(bank(20), 20).expect("possible");
        for (i, a) in mfcc.cosines.chunks(20).enumerate() {
            for (j, b) in mfcc.cosines.chunks(20).enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((dot(a, b) - expected).abs() < 1e-6, "{i} {j}");
            }
        }
    }

    /// Bands whose levels are one of the cosines have that coefficient alone.
    #[test]
    fn a_cosine_of_levels_is_one_coefficient() {
        let bands = 20;
        let bank = bank(bands);
        for k in 1..6usize {
            let mut mfcc = Mfcc::new(bank.clone(), 8).expect("possible");
            let levels: Vec<f32> = (0..bands)
                .map(|m| {
                    let phase = core::f64::consts::PI * (k * (2 * m + 1)) as f64 / (2 * bands) as f64;
                    (10.0 * math::cos(phase)) as f32
                })
                .collect();
            mfcc.levels.copy_from_slice(&levels);
            for (at, row) in mfcc.cosines.chunks(bands).enumerate() {
                let expected = if at == k { 10.0 * (bands as f32 / 2.0).sqrt() } else { 0.0 };
                assert!((dot(row, &mfcc.levels) - expected).abs() < 1e-4, "{k} {at}");
            }
        }
    }

    #[test]
    fn levels_are_decibels_of_the_bands() {
        let bank = bank(12);
        let power: Vec<f32> = (0..257).map(|k| 1.0 + k as f32).collect();
        let mut bands = vec![0.0; 12];
        bank.apply(&power, &mut bands);
        let mut mfcc = Mfcc::new(bank, 12).expect("possible");
        assert_eq!(mfcc.coefficients(), 12);
        let mut coefficients = [f32::NAN; 14];
        mfcc.apply(&power, &mut coefficients);
        let mut energy = (0.0, 0.0);
        for ((&level, &band), &c) in mfcc.levels_db().iter().zip(&bands).zip(&coefficients) {
            assert!((level - 10.0 * band.log10()).abs() < 1e-4);
            energy = (energy.0 + level * level, energy.1 + c * c);
        }
        // All coefficients hold the energy of all levels.
        assert!((energy.0 / energy.1 - 1.0).abs() < 1e-5);
        assert_eq!(coefficients[12..], [0.0, 0.0]);
    }

    #[test]
    fn silence_and_nonsense_stay_finite() {
        let mut mfcc = Mfcc::new(bank(12), 4).expect("possible");
        for power in [0.0, -1.0, f32::NAN, f32::MAX] {
            let mut coefficients = [0.0; 4];
            mfcc.apply(&[power; 257], &mut coefficients);
            assert!(coefficients.iter().all(|c| c.is_finite()), "{power}: {coefficients:?}");
        }
        mfcc.apply(&[], &mut []);
        assert!(mfcc.levels_db().iter().all(|&level| level == FLOOR_DB));
        for coefficients in [0, 13, usize::MAX] {
            assert_eq!(Mfcc::new(bank(12), coefficients).err(), Some(MfccError { coefficients, bands: 12 }));
        }
    }
}
