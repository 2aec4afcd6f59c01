//! A filter of 48 kHz at a lower rate: as loud at every frequency that the lower rate has.
//!
//! The bilinear transform of an analogue prototype is bent near the Nyquist frequency, by 1.4 dB for the shelf of the
//! K-weighting at 4 kHz. Here the squared magnitude, which is a rational function of sin^2(w / 2), is laid through that of
//! the filter at 48 kHz at 0 and four further frequencies, and zeros and poles follow from it (Vicanek 2016, "Matched
//! second order digital filters"). The phase is another one, of which loudness knows nothing.

use crate::{filter::Biquad, math};

const REFERENCE_HZ: f64 = 48_000.0;
/// Where the shelf is matched, found by search: the largest deviation at any rate and frequency is 0.076 dB, at 4 kHz,
/// and 0.02 dB from 8 kHz up.
const MATCHED_HZ: [f64; 3] = [600.0, 1_300.0, 1_900.0];
/// Rates whose Nyquist frequency is near move these three down together, so that the last is at most this share of it.
const LAST_OF_NYQUIST: f64 = 0.76;
/// The fourth frequency, as a share of the Nyquist frequency.
const TOP_OF_NYQUIST: f64 = 0.97;

/// The filter of `rate_hz`, below 48 kHz, that has the gains of `reference` at 48 kHz, which is 1 at 0 Hz.
pub(super) fn shelf(reference: &Biquad, rate_hz: f64) -> Biquad {
    let nyquist_hz = rate_hz / 2.0;
    let scale = (LAST_OF_NYQUIST * nyquist_hz / MATCHED_HZ[2]).min(1.0);
    let [low, middle, high] = MATCHED_HZ.map(|hz| hz * scale);
    // (1 + b1 x + b2 x^2) / (1 + a1 x + a2 x^2) = gain with x = sin^2(w / 2), at each of the four.
    let equations = [low, middle, high, TOP_OF_NYQUIST * nyquist_hz].map(|hz| {
        let sine = math::sin(core::f64::consts::PI * hz / rate_hz);
        let (x, gain) = (sine * sine, reference.response(hz, REFERENCE_HZ).norm_sqr());
        [x, x * x, -gain * x, -gain * x * x, gain - 1.0]
    });
    let [b1, b2, a1, a2] = solve(equations);
    let (b, a) = (factor(b1, b2), factor(a1, a2));
    Biquad { b: b.map(|b| b / a[0]), a: [a[1] / a[0], a[2] / a[0]] }
}

/// The polynomial in 1/z with its zeros inside of the unit circle whose squared magnitude is 1 + p x + q x^2.
fn factor(p: f64, q: f64) -> [f64; 3] {
    let (at_nyquist, bend) = (math::sqrt(1.0 + p + q), -q / 4.0);
    let mean = 0.5 * (1.0 + at_nyquist);
    let first = 0.5 * (mean + math::sqrt(mean * mean + bend));
    [first, 0.5 * (1.0 - at_nyquist), -bend / (4.0 * first)]
}

/// Gauss's elimination with the largest pivots.
fn solve(mut rows: [[f64; 5]; 4]) -> [f64; 4] {
    for step in 0..4 {
        let pivot = (step..4).max_by(|&a, &b| rows[a][step].abs().total_cmp(&rows[b][step].abs())).unwrap_or(step);
        rows.swap(step, pivot);
        let from = rows[step];
        for row in &mut rows[step + 1..] {
            let share = row[step] / from[step];
            row.iter_mut().zip(from).for_each(|(x, y)| *x -= share * y);
        }
    }
    let mut found = [0.0; 4];
    for step in (0..4).rev() {
        let rest: f64 = (step + 1..4).map(|column| rows[step][column] * found[column]).sum();
        found[step] = (rows[step][4] - rest) / rows[step][step];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_what_has_a_solution() {
        let rows = [[0.0, 2.0, 1.0, -1.0], [1.0, 1.0, 1.0, 1.0], [3.0, 0.0, -2.0, 5.0], [2.0, 1.0, 0.0, 0.5]];
        let solution = [1.5, -2.0, 0.25, 4.0];
        let equations = rows.map(|row| {
            let sum = row.iter().zip(solution).map(|(a, b)| a * b).sum();
            [row[0], row[1], row[2], row[3], sum]
        });
        assert!(solve(equations).iter().zip(solution).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn factors_have_their_magnitude() {
        let b = factor(0.7, -0.2);
        let section = Biquad { b, a: [0.0, 0.0] };
        for k in 0..=10 {
            let x = math::sin(0.05 * core::f64::consts::PI * f64::from(k)).powi(2);
            let found = section.response(f64::from(k), 20.0).norm_sqr();
            assert!((found - (1.0 + 0.7 * x - 0.2 * x * x)).abs() < 1e-12, "{k}");
        }
    }
}
