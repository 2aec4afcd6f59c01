//! What a simulation tells.

use std::{collections::HashSet, fmt};

use web::model::PolicyName;

use super::{Arrival, Fate};

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
    /// How evenly engine time was shared among users who waited for it all the time: 1 is even, 1/n is one of n having all.
    /// 1 when never two users waited for long. See the module `fairness` for the definition.
    pub jain: f64,
    /// Engine time used of engine time there was.
    pub utilization: f64,
    /// Time from the first arrival of the trace's clock to the last end, in seconds.
    pub makespan_s: f64,
}

impl Report {
    pub(super) fn new(
        policy: PolicyName,
        trace: &[Arrival],
        fates: &[Fate],
        engines: u32,
        makespan_s: f64,
        jain: f64,
    ) -> Self {
        let mut waits: Vec<f64> = fates.iter().map(|fate| fate.wait_s).collect();
        waits.sort_by(f64::total_cmp);
        // Nearest rank.
        let percentile = |share: f64| {
            let rank = (share * waits.len() as f64).ceil() as usize;
            waits.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
        };
        let (mut used_s, mut classes) = (0.0, HashSet::new());
        for arrival in fates.iter().filter_map(|fate| trace.get(fate.arrival)) {
            used_s += arrival.cost_s;
            classes.insert(arrival.class);
        }
        let there_was_s = makespan_s * f64::from(engines) * classes.len().max(1) as f64;
        Self {
            policy,
            tasks: fates.len(),
            wait_mean_s: waits.iter().sum::<f64>() / waits.len().max(1) as f64,
            wait_p50_s: percentile(0.5),
            wait_p90_s: percentile(0.9),
            wait_p99_s: percentile(0.99),
            wait_max_s: percentile(1.0),
            jain,
            utilization: if there_was_s > 0.0 { used_s / there_was_s } else { 0.0 },
            makespan_s,
        }
    }

    /// Titles of the columns of its text.
    pub fn title() -> String {
        format!(
            "{:<15} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6} {:>6} {:>10}",
            "policy", "tasks", "mean s", "p50 s", "p90 s", "p99 s", "max s", "Jain", "busy", "makespan s"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<15} {:>9} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>9.1} {:>6.3} {:>5.1}% {:>10.1}",
            self.policy.name(),
            self.tasks,
            self.wait_mean_s,
            self.wait_p50_s,
            self.wait_p90_s,
            self.wait_p99_s,
            self.wait_max_s,
            self.jain,
            self.utilization * 100.0,
            self.makespan_s
        )
    }
}
