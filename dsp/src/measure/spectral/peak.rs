//! The strongest partial of a mean spectrum.

use crate::math;

/// A direct current has at most this much of the power of cell 0 in any other cell, whatever the window: its sum is
/// largest where nothing turns, and other cells are scaled for amplitudes of sines.
const MOST_SMEARED: f64 = 4.0;
/// Below this share of cell 0, other cells hold what the rounding of single precision leaves of a direct current.
const ROUNDING: f64 = 4e-12;

/// Position in cells and level in decibels of the strongest cell of `power` times `scale`, refined by the parabola
/// through it and its neighbours; cell 0 counts twice there, because it is scaled for direct current.
///
/// Direct current, and what the window makes of it, is the strongest cell only where nothing else is there: cells from
/// 0 on that fall to their first valley, or rise in cell 1 to at most four times as much before they fall.
pub(super) fn strongest(power: &[f64], scale: f64) -> Option<(f64, f64)> {
    let level = |power: f64| 10.0 * math::log10((power * scale).max(1e-30));
    let first = *power.first()?;
    let from = end_of_direct_current(power);
    let (k, &centre) = power.iter().enumerate().skip(from).max_by(|a, b| a.1.total_cmp(b.1))?;
    if k == 0 || from + 1 == power.len() || centre <= ROUNDING * first {
        return Some((0.0, level(first)));
    }
    let centre = level(centre);
    let Some(&right) = power.get(k + 1) else { return Some((k as f64, centre)) };
    let left = if k == 1 { 2.0 * first } else { power[k - 1] };
    let (left, right) = (level(left), level(right));
    let curvature = left - 2.0 * centre + right;
    if curvature >= 0.0 {
        return Some((k as f64, centre));
    }
    let shift = 0.5 * (left - right) / curvature;
    Some((k as f64 + shift, centre - 0.25 * (left - right) * shift))
}

/// The valley behind direct current, or cell 0 where there is none.
fn end_of_direct_current(power: &[f64]) -> usize {
    let rises = |k: usize| power.get(k + 1).is_some_and(|&next| next > power[k]);
    let top = usize::from(rises(0));
    if rises(top) || power[top] > MOST_SMEARED * power[0] {
        return 0;
    }
    let last = power.len() - 1;
    (top..last).find(|&k| rises(k)).unwrap_or(last)
}
