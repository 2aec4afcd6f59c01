//! Plays a trace through a policy on paper: the policies and the cost learning are the real ones, only time is not.

mod fairness;
mod report;
mod trace;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use web::model::{PolicyName, TaskClass};

use super::{
    Seat,
    costs::Costs,
    policy::choose,
    waiting::{Entry, Waiting},
};

use fairness::Fairness;

pub use report::Report;
pub use trace::{Arrival, MAX_TASKS, Synthetic, TraceError, read, synthetic, write};

/// Data that an engine remembers to have had, as in [`super::EngineRuntime`].
const PLACES: usize = 8;

/// How one task fared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fate {
    /// Index of its arrival.
    pub arrival: usize,
    /// Seconds between arrival and start.
    pub wait_s: f64,
}

fn us(seconds: f64) -> u64 {
    (seconds.max(0.0) * 1e6) as u64
}

/// Runs every task of a trace, sorted by arrival, on so many engines of each class that occurs in it.
pub fn simulate(trace: &[Arrival], policy: PolicyName, engines: u32) -> Report {
    let mut world = World::new(trace, engines);
    let mut next = 0;
    let mut fates = Vec::with_capacity(trace.len());
    let mut end_us = 0;
    loop {
        let arrival_us = trace.get(next).map(|arrival| us(arrival.at_s));
        let finish_us = world.busy.peek().map(|Reverse(busy)| busy.0);
        let now_us = match (arrival_us, finish_us) {
            (Some(arrival), Some(finish)) => arrival.min(finish),
            (Some(at), None) | (None, Some(at)) => at,
            (None, None) => break,
        };
        world.fairness.at(now_us);
        while let Some(&Reverse((at_us, engine, arrival))) = world.busy.peek()
            && at_us <= now_us
        {
            world.busy.pop();
            world.finish(engine, trace.get(arrival));
            end_us = end_us.max(at_us);
        }
        while let Some(arrival) = trace.get(next)
            && us(arrival.at_s) <= now_us
        {
            world.arrive(next, arrival, now_us);
            next += 1;
        }
        world.start(policy, trace, now_us, &mut fates);
    }
    Report::new(policy, trace, &fates, engines, end_us as f64 / 1e6, world.fairness.index().unwrap_or(1.0))
}

struct World {
    waiting: Waiting,
    costs: Costs,
    seats: Vec<Seat>,
    /// Idle engines of each class.
    idle: [Vec<usize>; TaskClass::ALL.len()],
    /// When which engine is done with which arrival.
    busy: BinaryHeap<Reverse<(u64, usize, usize)>>,
    users: HashMap<Arc<str>, usize>,
    fairness: Fairness,
}

impl World {
    fn new(trace: &[Arrival], engines: u32) -> Self {
        let mut seats = Vec::new();
        let mut idle: [Vec<usize>; TaskClass::ALL.len()] = Default::default();
        for (class, name) in TaskClass::ALL {
            if trace.iter().any(|arrival| arrival.class == class) {
                for number in 0..engines {
                    idle[class as usize].push(seats.len());
                    seats.push(Seat::new(format!("{name}-{number}"), class));
                }
            }
        }
        let mut users = HashMap::new();
        for arrival in trace {
            let next = users.len();
            users.entry(Arc::clone(&arrival.user)).or_insert(next);
        }
        let mean_cost_s = trace.iter().map(|arrival| arrival.cost_s).sum::<f64>() / trace.len().max(1) as f64;
        Self {
            waiting: Waiting::default(),
            costs: Costs::default(),
            seats,
            idle,
            busy: BinaryHeap::new(),
            fairness: Fairness::new(users.len(), engines, mean_cost_s),
            users,
        }
    }

    fn arrive(&mut self, index: usize, arrival: &Arrival, now_us: u64) {
        if let Some(&user) = self.users.get(&arrival.user) {
            self.fairness.arrived(user, now_us);
        }
        // The policy knows what was learned, not what the trace says.
        let cost = self.costs.predict(arrival.kind, arrival.work);
        self.waiting.insert(Arc::new(Entry {
            ticket: index as i64,
            id: Arc::clone(&arrival.user),
            kind: arrival.kind,
            class: arrival.class,
            user: Arc::clone(&arrival.user),
            priority: arrival.priority,
            cost_s: cost.mean_s,
            cost_error_s: cost.error_s,
            work: arrival.work,
            place: arrival.place.clone(),
            memory_bytes: 0,
            ready_at_ms: (now_us / 1_000) as i64,
        }));
    }

    fn start(&mut self, policy: PolicyName, trace: &[Arrival], now_us: u64, fates: &mut Vec<Fate>) {
        let now_ms = (now_us / 1_000) as i64;
        for idle in &mut self.idle {
            while let Some(&engine) = idle.last() {
                let Some(seat) = self.seats.get_mut(engine) else { break };
                let Some(choice) = choose(policy, &self.waiting, seat, now_ms) else { break };
                idle.pop();
                let entry = choice.entry;
                self.waiting.remove(entry.ticket);
                let index = entry.ticket as usize;
                let Some(arrival) = trace.get(index) else { continue };
                self.waiting.usage.charge(&entry.user, arrival.cost_s, now_ms);
                if let Some(&user) = self.users.get(&entry.user) {
                    self.fairness.started(user, arrival.cost_s);
                }
                if let Some(place) = &entry.place {
                    seat.places.retain(|known| **known != **place);
                    seat.places.insert(0, place.to_string());
                    seat.places.truncate(PLACES);
                }
                fates.push(Fate { arrival: index, wait_s: (now_us as f64 / 1e6 - arrival.at_s).max(0.0) });
                self.busy.push(Reverse((now_us.saturating_add(us(arrival.cost_s).max(1)), engine, index)));
            }
        }
    }

    fn finish(&mut self, engine: usize, arrival: Option<&Arrival>) {
        if let Some(seat) = self.seats.get(engine) {
            self.idle[seat.class as usize].push(engine);
        }
        if let Some(arrival) = arrival {
            self.costs.learn(arrival.kind, arrival.work, arrival.cost_s);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::balancer::TaskKind;

    fn arrival(at_s: f64, user: &str, cost_s: f64) -> Arrival {
        let kind = TaskKind::Analysis;
        Arrival { at_s, user: user.into(), class: TaskClass::Cpu, priority: 0, kind, work: cost_s, cost_s, place: None }
    }

    #[test]
    fn one_engine_works_through_a_queue() {
        let trace: Vec<_> = (0..4).map(|_| arrival(0.0, "ann", 2.0)).collect();
        let report = simulate(&trace, PolicyName::Fifo, 1);
        assert_eq!((report.tasks, report.makespan_s), (4, 8.0));
        assert!((report.utilization - 1.0).abs() < 1e-9 && report.wait_max_s == 6.0, "{report:?}");
        let two = simulate(&trace, PolicyName::Fifo, 2);
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
        let trace = synthetic(&Synthetic { exponential: true, burst: 0.0, ..shape });
        let report = simulate(&trace, PolicyName::Fifo, 1);
        let expected = 0.7 / 0.3;
        assert!((report.wait_mean_s / expected - 1.0).abs() < 0.1, "{} for {expected}", report.wait_mean_s);
        assert!((report.utilization - 0.7).abs() < 0.02, "{report:?}");
    }

    #[test]
    fn fair_share_is_fairer_and_shortest_first_is_faster() {
        let trace = synthetic(&Synthetic { tasks: 20_000, users: 20, engines: 4, seed: 1, ..Synthetic::default() });
        let of = |policy| simulate(&trace, policy, 4);
        let (fifo, fair, short) = (of(PolicyName::Fifo), of(PolicyName::FairShare), of(PolicyName::ShortestFirst));
        assert!(fair.jain > fifo.jain, "{} against {}", fair.jain, fifo.jain);
        assert!(short.wait_mean_s < fifo.wait_mean_s, "{} against {}", short.wait_mean_s, fifo.wait_mean_s);
        for report in [fifo, fair, short] {
            assert_eq!(report.tasks, 20_000, "nobody is lost");
        }
    }
}
