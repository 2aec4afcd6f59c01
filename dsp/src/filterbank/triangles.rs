//! Triangles at equal distances on a scale.

use alloc::vec::Vec;

use super::{BandNorm, BankParameters, FilterBankError, MAX_BANDS, Scale, bank::FilterBank};

fn check(scale: Scale, parameters: &BankParameters) -> Result<(), FilterBankError> {
    let BankParameters { bins, bin_width_hz, bands, min_hz, max_hz, .. } = *parameters;
    if bins < 2 || !bin_width_hz.is_finite() || bin_width_hz <= 0.0 {
        return Err(FilterBankError::Bins { bins, bin_width_hz });
    }
    if !(1..=MAX_BANDS).contains(&bands) {
        return Err(FilterBankError::Bands { bands });
    }
    let lowest_hz = if scale == Scale::Octave { f64::MIN_POSITIVE } else { 0.0 };
    let highest_hz = (bins - 1) as f64 * bin_width_hz;
    // A sample rate that was divided and multiplied again may be off in its last digits.
    let inside = min_hz >= lowest_hz && min_hz < max_hz && max_hz <= highest_hz * (1.0 + 1e-9);
    if !inside {
        return Err(FilterBankError::Range { min_hz, max_hz, lowest_hz, highest_hz });
    }
    Ok(())
}

/// Band b rises from corner b to corner b + 1 and falls to corner b + 2, linearly in hertz; the corners lie at equal
/// distances on the scale, from the lower to the upper edge.
pub(super) fn triangles(scale: Scale, parameters: &BankParameters) -> Result<FilterBank, FilterBankError> {
    check(scale, parameters)?;
    let BankParameters { bins, bin_width_hz, bands, min_hz, max_hz, norm } = *parameters;
    let (from, to) = (scale.from_hz(min_hz), scale.from_hz(max_hz));
    let step = (to - from) / (bands + 1) as f64;
    let corners: Vec<f64> = (0..bands + 2)
        .map(|corner| match corner {
            0 => min_hz,
            last if last == bands + 1 => max_hz,
            _ => scale.to_hz(from + step * corner as f64),
        })
        .collect();
    let mut bank = FilterBank::empty(bins);
    let mut row = Vec::new();
    for (band, corner) in corners.windows(3).enumerate() {
        let &[lower, center, upper] = corner else { continue };
        let height = match norm {
            BandNorm::Peak => 1.0,
            BandNorm::Area => 2.0 / (upper - lower),
        };
        let first = (lower / bin_width_hz) as usize;
        let last = ((upper / bin_width_hz) as usize).saturating_add(1).min(bins - 1);
        row.clear();
        row.extend((first..=last).map(|bin| {
            let hz = bin as f64 * bin_width_hz;
            let triangle = ((hz - lower) / (center - lower)).min((upper - hz) / (upper - center));
            (height * triangle.max(0.0)) as f32
        }));
        if !bank.push(center, first, &row) {
            return Err(FilterBankError::EmptyBand { band, center_hz: center, bin_width_hz });
        }
    }
    Ok(bank)
}
