//! The K-weighting of BS.1770-4, Annex 1: a shelf for the head, then a high-pass.

use super::matched;
use crate::{filter::Biquad, math};

/// The rate of the standard's table.
const TABLE_HZ: f64 = 48_000.0;
/// Analogue prototypes from which the table for 48 kHz in BS.1770-4 follows by the bilinear transform to all its digits
/// (a test compares). Higher rates use the same prototypes, lower ones what they make at 48 kHz.
const SHELF_HZ: f64 = 1_681.974_450_955_533;
const SHELF_Q: f64 = 0.707_175_236_955_419_6;
const SHELF_DB: f64 = 3.999_843_853_973_347;
/// Share of the shelf's gain at its middle.
const SHELF_EXPONENT: f64 = 0.499_666_774_154_541_6;
const PASS_HZ: f64 = 38.135_470_876_024_44;
const PASS_Q: f64 = 0.500_327_037_323_877_3;

/// States below this are on their way to denormal numbers, which are slow; -600 dBFS is silence.
const FLUSH_BELOW: f64 = 1e-30;

/// Both filters at one sample rate, a0 = 1. The high-pass has b = 1, -2, 1.
///
/// With that, the table's high-pass has a gain of 1.005 far above 38 Hz; it is a part of the definition, and the shelf
/// takes up what is missing from it, or too much, at other rates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coefficients {
    shelf_b: [f64; 3],
    shelf_a: [f64; 2],
    pass_a: [f64; 2],
}

impl Coefficients {
    pub(super) fn new(rate_hz: f64) -> Self {
        let shelf = if rate_hz < TABLE_HZ { matched::shelf(&shelf(TABLE_HZ), rate_hz) } else { shelf(rate_hz) };
        let (pass_a, gain) = pass(rate_hz);
        let (_, gain_of_table) = pass(TABLE_HZ);
        Self { shelf_b: shelf.b.map(|b| b * gain_of_table / gain), shelf_a: shelf.a, pass_a }
    }
}

fn shelf(rate_hz: f64) -> Biquad {
    let k = math::tan(core::f64::consts::PI * SHELF_HZ / rate_hz);
    let high = math::pow(10.0, SHELF_DB / 20.0);
    let band = math::pow(high, SHELF_EXPONENT);
    let a0 = 1.0 + k / SHELF_Q + k * k;
    let b = [high + band * k / SHELF_Q + k * k, 2.0 * (k * k - high), high - band * k / SHELF_Q + k * k];
    Biquad { b: b.map(|b| b / a0), a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / SHELF_Q + k * k) / a0] }
}

/// Denominator of the high-pass, and its gain at the Nyquist frequency.
fn pass(rate_hz: f64) -> ([f64; 2], f64) {
    let k = math::tan(core::f64::consts::PI * PASS_HZ / rate_hz);
    let a0 = 1.0 + k / PASS_Q + k * k;
    ([2.0 * (k * k - 1.0) / a0, (1.0 - k / PASS_Q + k * k) / a0], a0)
}

/// Filter states and energies of two channels. The recursion of one sample waits for the one before; two channels wait
/// at the same time, in the two lanes of a register. Transposed direct form II in f64: 38 Hz is too low for f32.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PairFilter {
    shelf: [[f64; 2]; 2],
    pass: [[f64; 2]; 2],
    energy: [f64; 2],
}

impl PairFilter {
    /// Filters equally long runs of both channels and adds the squares of what comes out.
    pub(super) fn push(&mut self, coefficients: &Coefficients, left: &[f32], right: &[f32]) {
        let Coefficients { shelf_b: b, shelf_a: a, pass_a: c } = *coefficients;
        let Self { shelf: [mut s1, mut s2], pass: [mut p1, mut p2], mut energy } = *self;
        for (&l, &r) in left.iter().zip(right) {
            let x = [f64::from(l), f64::from(r)];
            for lane in 0..2 {
                let y = b[0] * x[lane] + s1[lane];
                s1[lane] = b[1] * x[lane] - a[0] * y + s2[lane];
                s2[lane] = b[2] * x[lane] - a[1] * y;
                let z = y + p1[lane];
                p1[lane] = p2[lane] - 2.0 * y - c[0] * z;
                p2[lane] = y - c[1] * z;
                energy[lane] += z * z;
            }
        }
        *self = Self { shelf: [s1, s2], pass: [p1, p2], energy };
    }

    /// Energies since the last call, and the end of a step: states on their way out are cleared.
    pub(super) fn take_energies(&mut self) -> [f64; 2] {
        for state in self.shelf.iter_mut().chain(&mut self.pass).flatten() {
            if state.abs() < FLUSH_BELOW {
                *state = 0.0;
            }
        }
        core::mem::take(&mut self.energy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_table_of_the_standard_at_48_khz() {
        let found = Coefficients::new(48_000.0);
        let table = [1.53512485958697, -2.69169618940638, 1.19839281085285];
        assert!(found.shelf_b.iter().zip(table).all(|(a, b)| (a - b).abs() < 1e-11), "{found:?}");
        let table = [-1.69065929318241, 0.73248077421585];
        assert!(found.shelf_a.iter().zip(table).all(|(a, b)| (a - b).abs() < 1e-11), "{found:?}");
        let table = [-1.99004745483398, 0.99007225036621];
        assert!(found.pass_a.iter().zip(table).all(|(a, b)| (a - b).abs() < 1e-11), "{found:?}");
    }

    /// Both filters together, in decibels.
    fn gain_db(rate_hz: f64, frequency_hz: f64) -> f64 {
        let Coefficients { shelf_b, shelf_a, pass_a } = Coefficients::new(rate_hz);
        let shelf = Biquad { b: shelf_b, a: shelf_a }.response(frequency_hz, rate_hz);
        let pass = Biquad { b: [1.0, -2.0, 1.0], a: pass_a }.response(frequency_hz, rate_hz);
        20.0 * math::log10((shelf * pass).norm())
    }

    #[test]
    fn every_frequency_weighs_as_at_48_khz() {
        for rate in (4_000..8_000).step_by(37).chain((8_000..48_000).step_by(1_111)).chain([44_100, 47_999]) {
            let tolerance_db = if rate < 8_000 { 0.08 } else { 0.025 };
            for step in 1..=200 {
                let hz = f64::from(rate) / 2.0 * f64::from(step) / 200.0;
                let difference = gain_db(rate.into(), hz) - gain_db(48_000.0, hz);
                assert!(difference.abs() < tolerance_db, "{rate} Hz, {hz} Hz: {difference} dB");
            }
        }
        for rate in [88_200.0, 96_000.0, 192_000.0, 768_000.0] {
            for hz in [20.0, 50.0, 100.0, 1_000.0, 1_700.0, 3_000.0, 5_000.0, 10_000.0, 20_000.0] {
                let difference = gain_db(rate, hz) - gain_db(48_000.0, hz);
                assert!(difference.abs() < 0.03, "{rate} Hz, {hz} Hz: {difference} dB");
            }
        }
    }

    #[test]
    fn every_rate_has_a_stable_filter() {
        for rate in 4_000..=48_000 {
            let Coefficients { shelf_b, shelf_a, pass_a } = Coefficients::new(rate.into());
            assert!(Biquad { b: shelf_b, a: shelf_a }.is_stable(), "{rate}");
            assert!(Biquad { b: [1.0, -2.0, 1.0], a: pass_a }.is_stable(), "{rate}");
        }
    }

    #[test]
    fn silence_clears_the_states() {
        let coefficients = Coefficients::new(48_000.0);
        let mut filter = PairFilter::default();
        filter.push(&coefficients, &[1.0; 480], &[1.0; 480]);
        for _ in 0..2_000 {
            filter.push(&coefficients, &[0.0; 480], &[0.0; 480]);
            filter.take_energies();
        }
        assert!(filter.shelf.iter().chain(&filter.pass).flatten().all(|&state| state == 0.0));
    }
}
