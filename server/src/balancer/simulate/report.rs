//! What a simulation tells.

use std::fmt;

use web::model::PolicyName;

use super::{Arrival, Fate};
use crate::percentile::percentile;

/// Waits, fairness and utilization of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The policy.
    pub policy: PolicyName,
    /// Tasks that ran.
    pub tasks: usize,
    /// Mean time between arrival and start, in seconds.
    pub wait_mean_s: f64,
    /// Median of it.
    pub wait_p50_s: f64,
    /// 90th percentile.
    pub wait_p90_s: f64,
    /// 99th percentile.
    pub wait_p99_s: f64,
    /// Longest.
    pub wait_max_s: f64,
    /// Mean wait of the tasks of a priority above 0; `None` without any.
    pub urgent_wait_mean_s: Option<f64>,
    /// How evenly engine time was shared among users who waited for it all the time: 1 is even, 1/n is one of n having all.
    /// 1 when never two users waited for long. See the module `fairness` for the definition.
    pub jain: f64,
    /// Share of the tasks with data that started on an engine which had had them; `None` without any.
    pub near: Option<f64>,
    /// Engine time used of engine time there was.
    pub utilization: f64,
    /// Time from the first arrival of the trace's clock to the last end, in seconds.
    pub makespan_s: f64,
}

/// What a simulation has measured.
pub(super) struct Measured<'a> {
    pub policy: PolicyName,
    pub trace: &'a [Arrival],
    pub fates: &'a [Fate],
    /// Engines of all classes.
    pub engines: usize,
    /// Engine time of all attempts, in seconds.
    pub used_s: f64,
    pub makespan_s: f64,
    pub jain: Option<f64>,
}

impl Report {
    pub(super) fn new(measured: &Measured) -> Self {
        let Measured { policy, trace, fates, engines, used_s, makespan_s, jain } = *measured;
        let mut waits: Vec<f64> = fates.iter().map(|fate| fate.wait_s).collect();
        waits.sort_by(f64::total_cmp);
        let is_urgent = |fate: &&Fate| trace.get(fate.arrival).is_some_and(|arrival| arrival.priority > 0);
        let there_was_s = makespan_s * engines as f64;
        Self {
            policy,
            tasks: fates.len(),
            wait_mean_s: mean(waits.iter().copied()).unwrap_or(0.0),
            wait_p50_s: percentile(&waits, 0.5),
            wait_p90_s: percentile(&waits, 0.9),
            wait_p99_s: percentile(&waits, 0.99),
            wait_max_s: percentile(&waits, 1.0),
            urgent_wait_mean_s: mean(fates.iter().filter(is_urgent).map(|fate| fate.wait_s)),
            jain: jain.unwrap_or(1.0),
            near: mean(fates.iter().filter_map(|fate| fate.near).map(|near| f64::from(u8::from(near)))),
            utilization: if there_was_s > 0.0 { used_s / there_was_s } else { 0.0 },
            makespan_s,
        }
    }

    /// Titles of the columns of its text.
    pub fn title() -> String {
        format!(
            "{:<15} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6} {:>6} {:>6} {:>10}",
            "policy",
            "tasks",
            "mean s",
            "p50 s",
            "p90 s",
            "p99 s",
            "max s",
            "urgent s",
            "Jain",
            "near",
            "busy",
            "makespan s"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        write!(
            formatter,
            "{:<15} {:>9} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>9.1} {:>9} {:>6.3} {:>6} {:>5.1}% {:>10.1}",
            self.policy.name(),
            self.tasks,
            self.wait_mean_s,
            self.wait_p50_s,
            self.wait_p90_s,
            self.wait_p99_s,
            self.wait_max_s,
            or_none(self.urgent_wait_mean_s.map(|seconds| format!("{seconds:.2}"))),
            self.jain,
            or_none(self.near.map(|share| format!("{:.1}%", share * 100.0))),
            self.utilization * 100.0,
            self.makespan_s
        )
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}
