//! Plays a trace through a policy on paper: the policies, the cost learning, the charging and the pauses between attempts are
//! the real ones, only time is not.

mod fairness;
mod report;
mod synthetic;
mod trace;
mod world;

use std::{collections::HashMap, sync::Arc};

use web::model::{PolicyName, TaskClass};

use world::World;

pub use report::Report;
pub use synthetic::{Synthetic, synthetic};
pub use trace::{Arrival, HEADER, MAX_FAILURES, MAX_TASKS, TraceError, read, write};

/// What the tasks are played on.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Engines of each class that occurs in the trace.
    pub engines: u32,
    /// Accelerators; as many as other engines unless stated.
    pub accelerators: Option<u32>,
    /// Weights of users for the fair share; 1 for all others.
    pub weights: HashMap<Arc<str>, f64>,
    /// Memory that running tasks may use together; 0 for no limit.
    pub memory_limit_bytes: u64,
}

impl Site {
    /// So many engines of each class, all users alike, memory enough.
    pub fn new(engines: u32) -> Self {
        Self { engines, ..Self::default() }
    }

    fn slots(&self, class: TaskClass) -> u32 {
        match class {
            TaskClass::Cpu | TaskClass::Browser => self.engines.max(1),
            TaskClass::Accelerator => self.accelerators.unwrap_or(self.engines).max(1),
        }
    }
}

/// How one task fared.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fate {
    /// Index of its arrival.
    arrival: usize,
    /// Seconds between arrival and first start.
    wait_s: f64,
    /// Whether the engine of its first attempt had its data; `None` for a task without.
    near: Option<bool>,
}

fn us(seconds: f64) -> u64 {
    (seconds.max(0.0) * 1e6) as u64
}

/// Runs every task of a trace, sorted by arrival.
pub fn simulate(trace: &[Arrival], policy: PolicyName, site: &Site) -> Report {
    let mut world = World::new(trace, policy, site);
    while world.step() {}
    world.report()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::balancer::TaskKind;

    fn arrival(at_s: f64, user: &str, cost_s: f64) -> Arrival {
        let kind = TaskKind::Analysis;
        Arrival {
            at_s,
            user: user.into(),
            class: TaskClass::Cpu,
            priority: 0,
            kind,
            work: cost_s,
            cost_s,
            read_s: 0.0,
            place: None,
            memory_bytes: 0,
            failures: 0,
        }
    }

    #[test]
    fn one_engine_works_through_a_queue() {
        let trace: Vec<_> = (0..4).map(|_| arrival(0.0, "ann", 2.0)).collect();
        let report = simulate(&trace, PolicyName::Fifo, &Site::new(1));
        assert_eq!((report.tasks, report.makespan_s), (4, 8.0));
        assert!((report.utilization - 1.0).abs() < 1e-9 && report.wait_max_s == 6.0, "{report:?}");
        let two = simulate(&trace, PolicyName::Fifo, &Site::new(2));
        assert_eq!((two.makespan_s, two.wait_max_s), (4.0, 2.0));
    }

    #[test]
    fn single_server_queue_agrees_with_theory() {
        // M/M/1 at a load of 0.7: the mean wait is 0.7 / 0.3 service times (Kleinrock 1975).
        let shape = Synthetic {
            tasks: 200_000,
            users: 1,
            load: 0.7,
            engines: 1,
            seed: 3,
            mean_cost_s: 1.0,
            ..Synthetic::default()
        };
        let trace =
            synthetic(&Synthetic { exponential: true, burst: 0.0, tasks_of_a_place: 0.0, failing: 0.0, ..shape });
        let report = simulate(&trace, PolicyName::Fifo, &Site::new(1));
        let expected = 0.7 / 0.3;
        assert!((report.wait_mean_s / expected - 1.0).abs() < 0.1, "{} for {expected}", report.wait_mean_s);
        assert!((report.utilization - 0.7).abs() < 0.02, "{report:?}");
    }

    #[test]
    fn fair_share_is_fairer_and_shortest_first_is_faster() {
        let trace = synthetic(&Synthetic { tasks: 20_000, users: 20, engines: 4, seed: 1, ..Synthetic::default() });
        let of = |policy| simulate(&trace, policy, &Site::new(4));
        let (fifo, fair, short) = (of(PolicyName::Fifo), of(PolicyName::FairShare), of(PolicyName::ShortestFirst));
        assert!(fair.jain > fifo.jain, "{} against {}", fair.jain, fifo.jain);
        assert!(short.wait_mean_s < fifo.wait_mean_s, "{} against {}", short.wait_mean_s, fifo.wait_mean_s);
        for report in [fifo, fair, short] {
            assert_eq!(report.tasks, 20_000, "nobody is lost");
        }
    }

    #[test]
    fn urgent_tasks_wait_least_under_priority() {
        let trace = synthetic(&Synthetic { tasks: 20_000, users: 20, engines: 4, seed: 1, ..Synthetic::default() });
        let of = |policy| simulate(&trace, policy, &Site::new(4));
        let (fifo, priority) = (of(PolicyName::Fifo), of(PolicyName::Priority));
        let (slow, quick) = (fifo.urgent_wait_mean_s.unwrap(), priority.urgent_wait_mean_s.unwrap());
        assert!(quick < slow / 20.0, "{quick} s against {slow} s");
        assert!(priority.wait_mean_s < fifo.wait_mean_s * 1.1, "few are urgent: the others hardly feel it");
    }

    #[test]
    fn affinity_finds_data_where_they_were_and_saves_the_reading() {
        // Nobody waits for so long that affinity loses its patience.
        let shape =
            Synthetic { tasks: 20_000, users: 20, engines: 16, load: 0.97, burst: 0.01, ..Synthetic::default() };
        let trace = synthetic(&shape);
        let of = |policy| simulate(&trace, policy, &Site::new(16));
        let (fifo, affinity) = (of(PolicyName::Fifo), of(PolicyName::Affinity));
        let (by_chance, on_purpose) = (fifo.near.unwrap(), affinity.near.unwrap());
        assert!(on_purpose > by_chance + 0.1, "{on_purpose} against {by_chance}");
        assert!(affinity.utilization < fifo.utilization && affinity.wait_mean_s < fifo.wait_mean_s);
    }

    #[test]
    fn an_engine_that_had_the_data_needs_not_read_them() {
        let read = |place: &str| Arrival { place: Some(place.into()), read_s: 0.5, ..arrival(0.0, "ann", 2.0) };
        let report = simulate(&[read("a"), read("a"), read("b")], PolicyName::Fifo, &Site::new(1));
        assert_eq!((report.makespan_s, report.near), (5.5, Some(1.0 / 3.0)));
    }

    #[test]
    fn whoever_weighs_more_gets_more() {
        let mut trace = Vec::new();
        for _ in 0..3_000 {
            trace.extend(["ann", "ben"].map(|user| arrival(0.0, user, 1.0)));
        }
        let site = Site { weights: HashMap::from([("ben".into(), 3.0)]), ..Site::new(1) };
        let mut world = World::new(&trace, PolicyName::FairShare, &site);
        while world.fates().len() < 400 && world.step() {}
        let of_ben = world.fates().iter().filter(|fate| &*trace[fate.arrival].user == "ben").count();
        assert!((298..=302).contains(&of_ben), "{of_ben} of 400");
        // In proportion to the weights that is fair.
        let report = simulate(&trace, PolicyName::FairShare, &site);
        assert!(report.jain > 0.95, "{report:?}");
    }

    #[test]
    fn users_pay_the_estimate_at_first_and_what_it_took_at_the_end() {
        // Nothing is learned yet: a hundred seconds of work are expected to cost about one.
        let long = Arrival { work: 100.0, cost_s: 50.0, ..arrival(0.0, "ann", 0.0) };
        let short = |user: &str| Arrival { work: 300.0, cost_s: 1.0, ..arrival(0.0, user, 0.0) };
        let trace = [long, short("ben"), arrival(0.0, "ann", 1.0), arrival(0.0, "ben", 1.0), arrival(0.0, "ben", 1.0)];
        let mut world = World::new(&trace, PolicyName::FairShare, &Site::new(2));
        while world.step() {}
        let order: Vec<_> = world.fates().iter().map(|fate| fate.arrival).collect();
        // Ben ends first, pays one second in place of three, which is no more than Ann is expected to cost.
        assert_eq!(order, [0, 1, 3, 2, 4]);
    }

    #[test]
    fn what_does_not_fit_into_memory_waits() {
        let of = |bytes| Arrival { memory_bytes: bytes, ..arrival(0.0, "ann", 1.0) };
        let trace = [of(60), of(60), of(10), of(500)];
        let limited = |bytes| simulate(&trace, PolicyName::Fifo, &Site { memory_limit_bytes: bytes, ..Site::new(4) });
        assert_eq!(limited(0).makespan_s, 1.0);
        // The second waits for the first and the third behind it; what is larger than everything runs alone.
        assert_eq!((limited(100).makespan_s, limited(100).wait_max_s), (3.0, 2.0));
    }

    #[test]
    fn what_fails_is_tried_again_after_a_pause() {
        let trace = [Arrival { failures: 2, ..arrival(0.0, "ann", 1.0) }];
        let report = simulate(&trace, PolicyName::Fifo, &Site::new(1));
        assert_eq!((report.tasks, report.wait_max_s), (1, 0.0));
        // Three attempts of a second, pauses of one and of two seconds less their jitter.
        assert!((5.7..=6.0).contains(&report.makespan_s), "{report:?}");
        assert!((report.utilization * report.makespan_s - 3.0).abs() < 1e-9, "{report:?}");
    }

    #[test]
    fn each_class_has_its_own_engines() {
        let on = |class| Arrival { class, ..arrival(0.0, "ann", 1.0) };
        let trace: Vec<_> = [TaskClass::Cpu, TaskClass::Accelerator].into_iter().cycle().take(8).map(on).collect();
        let makespan_s =
            |accelerators| simulate(&trace, PolicyName::Fifo, &Site { accelerators, ..Site::new(4) }).makespan_s;
        assert_eq!([None, Some(2), Some(1)].map(makespan_s), [1.0, 2.0, 4.0]);
    }
}
