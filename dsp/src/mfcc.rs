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

    /// Powers in one cell of each band, its strongest, such that the bands have these levels.
    fn power_of_levels(bank: &FilterBank, levels_db: &[f64]) -> Vec<f32> {
        let bands = levels_db.len();
        let answer = |cell: usize| {
            let (mut power, mut answer) = (vec![0.0; 257], vec![0.0; bands]);
            power[cell] = 1.0;
            bank.apply(&power, &mut answer);
            answer
        };
        let answers: Vec<Vec<f32>> = (0..257).map(answer).collect();
        let cells: Vec<usize> = (0..bands)
            .map(|band| (0..257).max_by(|&a, &b| answers[a][band].total_cmp(&answers[b][band])).expect("cells"))
            .collect();
        // Gauss and Seidel: each cell is strongest in its own band.
        let mut powers = vec![0.0f64; bands];
        for _ in 0..2_000 {
            for band in 0..bands {
                let others: f64 = (0..bands)
                    .filter(|&other| other != band)
                    .map(|other| f64::from(answers[cells[other]][band]) * powers[other])
                    .sum();
                powers[band] =
                    (math::pow(10.0, levels_db[band] / 10.0) - others) / f64::from(answers[cells[band]][band]);
            }
        }
        let mut power = vec![0.0; 257];
        cells.iter().zip(&powers).for_each(|(&cell, &p)| power[cell] = p as f32);
        power
    }

    /// Bands whose levels are one of the cosines have that coefficient alone.
    #[test]
    fn a_cosine_of_levels_is_one_coefficient() {
        let bands = 12;
        let bank = bank(bands);
        for k in 0..bands {
            let cosine = |m: usize| math::cos(core::f64::consts::PI * (k * (2 * m + 1)) as f64 / (2 * bands) as f64);
            let levels: Vec<f64> = (0..bands).map(|m| 2.0 * cosine(m)).collect();
            let power = power_of_levels(&bank, &levels);
            let mut mfcc = Mfcc::new(bank.clone(), bands).expect("possible");
            let mut coefficients = vec![f32::NAN; bands];
            mfcc.apply(&power, &mut coefficients);
            assert!(mfcc.levels_db().iter().zip(&levels).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-3), "{k}");
            for (at, &found) in coefficients.iter().enumerate() {
                let scale = if k == 0 { bands as f64 } else { bands as f64 / 2.0 };
                let expected = if at == k { 2.0 * math::sqrt(scale) } else { 0.0 };
                assert!((f64::from(found) - expected).abs() < 5e-3, "{k} {at}: {found} {expected}");
            }
        }
    }

    #[test]
    fn every_coefficient_is_that_of_the_definition() {
        let bands = 20;
        let power: Vec<f32> = (0..257).map(|k| 1e-6 + ((k * 7919 + 13) % 101) as f32 * 1e-3).collect();
        let mut mfcc = Mfcc::new(bank(bands), 13).expect("possible");
        let mut coefficients = [f32::NAN; 13];
        mfcc.apply(&power, &mut coefficients);
        let mut weighted = vec![0.0; bands];
        bank(bands).apply(&power, &mut weighted);
        for (k, &found) in coefficients.iter().enumerate() {
            let scale = math::sqrt(if k == 0 { 1.0 } else { 2.0 } / bands as f64);
            let terms = weighted.iter().enumerate().map(|(m, &band)| {
                let phase = core::f64::consts::PI * (k * (2 * m + 1)) as f64 / (2 * bands) as f64;
                10.0 * math::log10(f64::from(band)) * math::cos(phase)
            });
            let expected = scale * terms.sum::<f64>();
            assert!((f64::from(found) - expected).abs() < 1e-3, "{k}: {found} {expected}");
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
