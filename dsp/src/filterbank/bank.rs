//! Sparse weights over the bins of a power spectrum.

use alloc::vec::Vec;

use super::{BankParameters, FilterBankError, MelParameters, Scale, triangles::triangles};
use crate::lanes::Eight;

/// Bands of a power spectrum: band b is the sum of its weights times the powers of the bins.
///
/// Every band is a triangle between the centres of its neighbours. The unit of the bands is that of the powers,
/// with [`super::BandNorm::Area`] that of the powers per hertz.
///
/// ```
/// use dsp::filterbank::{BandNorm, BankParameters, FilterBank, MelParameters, MelScale};
///
/// // 40 mel bands of spectra with 1025 bins at 32 kHz.
/// let bank = BankParameters { norm: BandNorm::Peak, ..BankParameters::new(1025, 32_000.0 / 2048.0, 40) };
/// let mel = FilterBank::mel(MelParameters { bank, scale: MelScale::Slaney })?;
/// let mut power = vec![0.0; 1025];
/// power[64] = 1.0;
/// let mut bands = vec![0.0; mel.bands()];
/// mel.apply(&power, &mut bands);
/// // A tone of 1 kHz lies in the band around it, and in its neighbour with what is left.
/// let loudest = (0..40).max_by(|&a, &b| bands[a].total_cmp(&bands[b])).unwrap_or(0);
/// assert!((mel.centers_hz()[loudest] - 1000.0).abs() < 50.0);
/// assert!((bands.iter().sum::<f32>() - 1.0).abs() < 1e-6);
/// # Ok::<(), dsp::filterbank::FilterBankError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FilterBank {
    bins: usize,
    centers_hz: Vec<f64>,
    /// Per band the first bin, and where its weights end; they begin where those of the band before end.
    rows: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl FilterBank {
    /// Mel bands.
    pub fn mel(parameters: MelParameters) -> Result<Self, FilterBankError> {
        triangles(Scale::Mel(parameters.scale), &parameters.bank)
    }

    /// Bands at equal distances in Bark.
    pub fn bark(parameters: BankParameters) -> Result<Self, FilterBankError> {
        triangles(Scale::Bark, &parameters)
    }

    /// Bands at equal distances in equivalent rectangular bandwidths. They are triangles, not gammatone filters: made
    /// for pictures and features, not for models of the ear.
    pub fn erb(parameters: BankParameters) -> Result<Self, FilterBankError> {
        triangles(Scale::Erb, &parameters)
    }

    /// Bands at equal distances in octaves, a log-frequency spectrogram: n bands per octave over r octaves are n r - 1.
    /// Where bands are narrower than bins, [`FilterBankError::EmptyBand`] says so;
    /// [`crate::constant_q::ConstantQ`] takes longer windows there.
    pub fn octave(parameters: BankParameters) -> Result<Self, FilterBankError> {
        triangles(Scale::Octave, &parameters)
    }

    pub(super) fn empty(bins: usize) -> Self {
        Self { bins, centers_hz: Vec::new(), rows: Vec::new(), weights: Vec::new() }
    }

    /// Adds a band whose weights begin at `first`; zeros at both ends are left out. False when all weights are zero.
    pub(super) fn push(&mut self, center_hz: f64, first: usize, weights: &[f32]) -> bool {
        let Some(zeros) = weights.iter().position(|&w| w > 0.0) else { return false };
        let end = weights.iter().rposition(|&w| w > 0.0).map_or(zeros, |last| last + 1);
        self.weights.extend_from_slice(&weights[zeros..end]);
        self.rows.push((first + zeros, self.weights.len()));
        self.centers_hz.push(center_hz);
        true
    }

    /// Bins that a spectrum must have.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Number of bands.
    pub fn bands(&self) -> usize {
        self.rows.len()
    }

    /// Frequency at which each band is highest.
    pub fn centers_hz(&self) -> &[f64] {
        &self.centers_hz
    }

    /// The first bin of a band and its weights from there on; nothing for a band that does not exist.
    pub fn weights(&self, band: usize) -> (usize, &[f32]) {
        let Some(&(first, end)) = self.rows.get(band) else { return (0, &[]) };
        let start = band.checked_sub(1).map_or(0, |before| self.rows[before].1);
        (first, &self.weights[start..end])
    }

    /// Writes one value per band. Bins that `power` lacks count as zero; places beyond the last band become zero.
    pub fn apply(&self, power: &[f32], bands: &mut [f32]) {
        let mut start = 0;
        let mut rows = self.rows.iter();
        for band in bands {
            *band = match rows.next() {
                Some(&(first, end)) => {
                    let weights = &self.weights[start..end];
                    start = end;
                    dot(weights, power.get(first..).unwrap_or_default())
                }
                None => 0.0,
            };
        }
    }
}

/// Sum of products as far as both reach: eight partial sums in a fixed order, so that the result does not depend on the
/// width of the machine's vectors.
pub(crate) fn dot(left: &[f32], right: &[f32]) -> f32 {
    let count = left.len().min(right.len());
    let (left, left_rest) = left[..count].as_chunks::<8>();
    let (right, right_rest) = right[..count].as_chunks::<8>();
    let mut sums = Eight::ZERO;
    for (left, right) in left.iter().zip(right) {
        sums = sums + Eight::new(left) * Eight::new(right);
    }
    let mut sums = sums.get();
    for ((sum, &x), &y) in sums.iter_mut().zip(left_rest).zip(right_rest) {
        *sum += x * y;
    }
    sums.iter().sum()
}
