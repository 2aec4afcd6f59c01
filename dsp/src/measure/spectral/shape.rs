//! Moments, roll-off and flux of one spectrum, in two passes over its cells.

use alloc::{vec, vec::Vec};

use crate::{lanes::Eight, math};

/// Cells whose sums are taken in f32; the blocks are put together in f64.
const BLOCK: usize = 32;
const LANES: usize = 8;

const fn powers_of_index(exponent: u32) -> [f32; BLOCK] {
    let mut values = [0.0; BLOCK];
    let mut k = 0;
    while k < BLOCK {
        values[k] = k.pow(exponent) as f32;
        k += 1;
    }
    values
}

const INDEX: [f32; BLOCK] = powers_of_index(1);
const INDEX_SQUARED: [f32; BLOCK] = powers_of_index(2);

/// Sums of p, k p and k^2 p over the cells k of a block.
fn block_moments(block: &[f32]) -> [f32; 3] {
    let (runs, rest) = block.as_chunks::<LANES>();
    let (first, second) = (INDEX.as_chunks::<LANES>().0, INDEX_SQUARED.as_chunks::<LANES>().0);
    let mut sums = [Eight::ZERO; 3];
    for ((run, first), second) in runs.iter().zip(first).zip(second) {
        let run = Eight::new(run);
        sums = [sums[0] + run, sums[1] + run * Eight::new(first), sums[2] + run * Eight::new(second)];
    }
    let mut lanes = sums.map(Eight::get);
    if let (Some(first), Some(second)) = (first.get(runs.len()), second.get(runs.len())) {
        for (lane, &p) in rest.iter().enumerate() {
            lanes[0][lane] += p;
            lanes[1][lane] += p * first[lane];
            lanes[2][lane] += p * second[lane];
        }
    }
    lanes.map(|sums| sums.iter().sum())
}

/// Shape of a spectrum in cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// Sum of all powers, above zero.
    pub(super) power: f64,
    /// Centre of mass.
    pub(super) centroid: f64,
    /// Standard deviation around it.
    pub(super) bandwidth: f64,
    /// First cell up to which 85 and 95 % of the power lie.
    pub(super) rolloffs: [usize; 2],
    /// Distance from the spectrum before.
    pub(super) flux: Option<f64>,
}

const ROLLOFFS: [f64; 2] = [0.85, 0.95];

/// Measures [`Shape`] spectrum by spectrum.
#[derive(Debug, Clone)]
pub(super) struct ShapeMeter {
    /// Sum of each block of the spectrum at hand.
    sums: Vec<f32>,
    /// Magnitudes of the spectrum before, scaled to power 1.
    before: Vec<f32>,
    has_before: bool,
}

impl ShapeMeter {
    pub(super) fn new(bins: usize) -> Self {
        Self { sums: Vec::with_capacity(bins.div_ceil(BLOCK)), before: vec![0.0; bins], has_before: false }
    }

    /// The next spectrum is not a neighbour of the one before.
    pub(super) fn interrupt(&mut self) {
        self.has_before = false;
    }

    /// The shape of a spectrum; `None` without power.
    pub(super) fn push(&mut self, power: &[f32]) -> Option<Shape> {
        self.sums.clear();
        let mut moments = [0.0f64; 3];
        for (block, start) in power.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
            let [sum, first, second] = block_moments(block);
            self.sums.push(sum);
            let (sum, first, second, start) = (f64::from(sum), f64::from(first), f64::from(second), f64::from(start));
            moments[0] += sum;
            moments[1] += start * sum + first;
            moments[2] += start * start * sum + 2.0 * start * first + second;
        }
        let [total, first, second] = moments;
        if !(total > 0.0 && second.is_finite()) {
            self.interrupt();
            return None;
        }
        let centroid = first / total;
        let bandwidth = math::sqrt((second / total - centroid * centroid).max(0.0));
        let rolloffs = ROLLOFFS.map(|share| self.rolloff(power, share * total));
        let flux = self.flux(power, total);
        Some(Shape { power: total, centroid, bandwidth, rolloffs, flux })
    }

    fn rolloff(&self, power: &[f32], target: f64) -> usize {
        let mut below = 0.0;
        for (block, &sum) in self.sums.iter().enumerate() {
            if below + f64::from(sum) >= target {
                let start = block * BLOCK;
                for (k, &p) in power.iter().enumerate().skip(start).take(BLOCK) {
                    below += f64::from(p);
                    if below >= target {
                        return k;
                    }
                }
                // The sum in f32 was rounded up.
                return (start + BLOCK).min(power.len()) - 1;
            }
            below += f64::from(sum);
        }
        power.len().saturating_sub(1)
    }

    fn flux(&mut self, power: &[f32], total: f64) -> Option<f64> {
        let scale = (1.0 / math::sqrt(total)) as f32;
        let mut lanes = [0.0f32; LANES];
        let (runs, rest) = power.as_chunks::<LANES>();
        let (before_runs, before_rest) = self.before.as_chunks_mut::<LANES>();
        for (run, before) in runs.iter().zip(before_runs) {
            for lane in 0..LANES {
                let magnitude = math::sqrt_f32(run[lane]) * scale;
                let change = magnitude - before[lane];
                lanes[lane] += change * change;
                before[lane] = magnitude;
            }
        }
        for ((&p, before), lane) in rest.iter().zip(before_rest).zip(&mut lanes) {
            let magnitude = math::sqrt_f32(p) * scale;
            let change = magnitude - *before;
            *lane += change * change;
            *before = magnitude;
        }
        let distance = f64::from(lanes.iter().sum::<f32>());
        core::mem::replace(&mut self.has_before, true).then(|| math::sqrt(distance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_definition() {
        for bins in [1usize, 2, 31, 32, 33, 100, 1025] {
            let power: Vec<f32> = (0..bins).map(|k| ((k * 7919 + 13) % 101) as f32 * 0.01 + 0.001).collect();
            let shape = ShapeMeter::new(bins).push(&power).expect("power");
            let total: f64 = power.iter().map(|&p| f64::from(p)).sum();
            let mean = |f: &dyn Fn(f64) -> f64| {
                power.iter().enumerate().map(|(k, &p)| f(k as f64) * f64::from(p)).sum::<f64>() / total
            };
            let centroid = mean(&|k| k);
            let bandwidth = mean(&|k| (k - centroid) * (k - centroid)).sqrt();
            assert!((shape.centroid - centroid).abs() < 1e-4, "{bins}: {shape:?} {centroid}");
            assert!((shape.bandwidth - bandwidth).abs() < 1e-4, "{bins}: {shape:?} {bandwidth}");
            for (rolloff, share) in shape.rolloffs.into_iter().zip(ROLLOFFS) {
                let mut below = 0.0;
                let expected = power.iter().position(|&p| {
                    below += f64::from(p);
                    below >= share * total * (1.0 - 1e-6)
                });
                assert_eq!(Some(rolloff), expected, "{bins}");
            }
        }
    }

    #[test]
    fn a_line_has_no_width() {
        let mut power = [0.0; 1025];
        power[900] = 0.3;
        let shape = ShapeMeter::new(1025).push(&power).expect("power");
        assert_eq!((shape.centroid, shape.bandwidth, shape.rolloffs), (900.0, 0.0, [900, 900]));
    }

    #[test]
    fn flux_measures_change() {
        let mut meter = ShapeMeter::new(20);
        let (mut low, mut high) = ([0.0f32; 20], [0.0f32; 20]);
        (low[3], high[17]) = (0.5, 0.5);
        assert_eq!(meter.push(&low).expect("power").flux, None);
        assert_eq!(meter.push(&low.map(|p| 4.0 * p)).expect("power").flux, Some(0.0));
        assert!((meter.push(&high).expect("power").flux.expect("change") - 2.0f64.sqrt()).abs() < 1e-6);
        meter.interrupt();
        assert_eq!(meter.push(&low).expect("power").flux, None);
        assert_eq!(meter.push(&[0.0; 20]), None);
        assert_eq!(meter.push(&low).expect("power").flux, None);
    }
}
