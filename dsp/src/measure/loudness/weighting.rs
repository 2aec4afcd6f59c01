//! The K-weighting of BS.1770-4, Annex 1: a shelf for the head, then a high-pass.

use crate::math;

/// Analogue prototypes from which the table for 48 kHz in BS.1770-4 follows by the bilinear transform to all its digits
/// (a test compares); other rates use the same prototypes.
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
#[derive(Debug, Clone, Copy)]
pub(super) struct Coefficients {
    shelf_b: [f64; 3],
    shelf_a: [f64; 2],
    pass_a: [f64; 2],
}

impl Coefficients {
    pub(super) fn new(rate_hz: f64) -> Self {
        let k = math::tan(core::f64::consts::PI * SHELF_HZ / rate_hz);
        let high = math::pow(10.0, SHELF_DB / 20.0);
        let band = math::pow(high, SHELF_EXPONENT);
        let a0 = 1.0 + k / SHELF_Q + k * k;
        let shelf_b = [
            (high + band * k / SHELF_Q + k * k) / a0,
            2.0 * (k * k - high) / a0,
            (high - band * k / SHELF_Q + k * k) / a0,
        ];
        let shelf_a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / SHELF_Q + k * k) / a0];
        let k = math::tan(core::f64::consts::PI * PASS_HZ / rate_hz);
        let a0 = 1.0 + k / PASS_Q + k * k;
        let pass_a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / PASS_Q + k * k) / a0];
        Self { shelf_b, shelf_a, pass_a }
    }
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
