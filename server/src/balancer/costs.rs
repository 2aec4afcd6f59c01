//! What tasks cost, learned from those that have finished.
//!
//! The engine time of a kind is taken to be in proportion to the work, plus what one unit of work costs for starting. Mean and
//! variance of that ratio follow the last few dozen tasks (exponentially weighted: West, "Updating Mean and Variance
//! Estimates", 1979, with a floor under the weight of the new value).

use std::collections::HashMap;

use super::TaskKind;

/// Weight of the latest task once there are many.
const LATEST_WEIGHT: f64 = 0.05;
/// Engine time per unit of work before anything was learned, and its error.
const GUESS_S: f64 = 0.01;
/// A task costs as if it had so many units of work more.
const START_UNITS: f64 = 1.0;
/// An attempt may take so many times what is expected.
const DEADLINE_FACTOR: f64 = 20.0;
/// Shortest deadline: an estimate of milliseconds must not kill a task on a machine that is busy.
const MIN_DEADLINE_S: f64 = 600.0;
/// Longest one.
const MAX_DEADLINE_S: f64 = 2.0 * 86_400.0;

#[derive(Debug, Clone, Copy)]
struct Ratio {
    mean: f64,
    variance: f64,
    count: u32,
}

/// An expected engine time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Seconds.
    pub mean_s: f64,
    /// One standard deviation.
    pub error_s: f64,
    /// Finished tasks that it is learned from.
    pub learned_from: u32,
}

impl Cost {
    /// How long an attempt may take.
    pub fn deadline_s(&self) -> f64 {
        ((self.mean_s + self.error_s) * DEADLINE_FACTOR).clamp(MIN_DEADLINE_S, MAX_DEADLINE_S)
    }
}

/// What is known about each kind.
#[derive(Debug, Clone, Default)]
pub struct Costs(HashMap<TaskKind, Ratio>);

impl Costs {
    /// Learns from a task that has finished.
    pub fn learn(&mut self, kind: TaskKind, work: f64, took_s: f64) {
        let ratio = took_s / (work + START_UNITS);
        if !ratio.is_finite() || ratio < 0.0 {
            return;
        }
        let known = self.0.entry(kind).or_insert(Ratio { mean: ratio, variance: 0.0, count: 0 });
        known.count = known.count.saturating_add(1);
        let weight = (1.0 / f64::from(known.count)).max(LATEST_WEIGHT);
        let surprise = ratio - known.mean;
        known.mean += weight * surprise;
        known.variance = (1.0 - weight) * (known.variance + weight * surprise * surprise);
    }

    /// What a task is expected to cost.
    pub fn predict(&self, kind: TaskKind, work: f64) -> Cost {
        let units = work.max(0.0) + START_UNITS;
        match self.0.get(&kind) {
            None => Cost { mean_s: GUESS_S * units, error_s: GUESS_S * units, learned_from: 0 },
            Some(known) => {
                // A few tasks that happened to agree prove little: the mean itself is uncertain.
                let prior = known.mean * known.mean / f64::from(known.count);
                let error = (known.variance + prior).sqrt();
                Cost { mean_s: known.mean * units, error_s: error * units, learned_from: known.count }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_is_learned_in_proportion_to_the_work() {
        let mut costs = Costs::default();
        assert_eq!(costs.predict(TaskKind::Analysis, 99.0).learned_from, 0);
        for work in [9.0, 99.0, 999.0, 49.0] {
            costs.learn(TaskKind::Analysis, work, 0.02 * (work + 1.0));
        }
        let cost = costs.predict(TaskKind::Analysis, 3_599.0);
        assert!((cost.mean_s - 72.0).abs() < 1e-9 && cost.learned_from == 4, "{cost:?}");
        assert!((cost.error_s - 36.0).abs() < 1e-9, "the mean of four is uncertain by half: {cost:?}");
        assert_eq!(costs.predict(TaskKind::Noop, 1.0).learned_from, 0, "kinds do not mix");
    }

    #[test]
    fn the_error_is_the_spread() {
        let mut costs = Costs::default();
        for round in 0..1_000 {
            costs.learn(TaskKind::Noop, 0.0, if round % 2 == 0 { 1.0 } else { 3.0 });
        }
        let cost = costs.predict(TaskKind::Noop, 0.0);
        assert!((cost.mean_s - 2.0).abs() < 0.1 && (cost.error_s - 1.0).abs() < 0.1, "{cost:?}");
    }

    #[test]
    fn it_follows_a_faster_machine() {
        let mut costs = Costs::default();
        for round in 0..400 {
            costs.learn(TaskKind::Noop, 0.0, if round < 200 { 10.0 } else { 1.0 });
        }
        assert!(costs.predict(TaskKind::Noop, 0.0).mean_s < 1.1);
    }

    #[test]
    fn nonsense_is_not_learned() {
        let mut costs = Costs::default();
        for (work, took_s) in [(f64::NAN, 1.0), (0.0, f64::NAN), (0.0, -1.0), (-1.0, 1.0), (0.0, f64::INFINITY)] {
            costs.learn(TaskKind::Noop, work, took_s);
        }
        assert_eq!(costs.predict(TaskKind::Noop, f64::NAN).learned_from, 0);
        assert!(costs.predict(TaskKind::Noop, f64::NAN).mean_s > 0.0);
    }

    #[test]
    fn deadlines_scale_within_bounds() {
        let deadline = |mean_s| Cost { mean_s, error_s: 0.0, learned_from: 9 }.deadline_s();
        assert_eq!([deadline(0.001), deadline(100.0), deadline(1e9)], [600.0, 2_000.0, 172_800.0]);
    }
}
