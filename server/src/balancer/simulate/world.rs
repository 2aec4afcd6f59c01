//! Queues, engines and a clock that jumps from one event to the next.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use web::model::{PolicyName, TaskClass};

use super::{Arrival, Fate, Report, Site, fairness::Fairness, report::Measured, us};
use crate::balancer::{
    Seat,
    backoff::pause_ms,
    costs::Costs,
    forecast::fits,
    policy::choose,
    usage::Usage,
    waiting::{Entry, Waiting},
};

/// An attempt that goes on; the first to end is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Attempt {
    ends_us: u64,
    engine: usize,
    arrival: usize,
    /// Engine time that it takes, and what its user was charged for it.
    took_us: u64,
    charged_us: u64,
}

pub(super) struct World<'a> {
    trace: &'a [Arrival],
    policy: PolicyName,
    memory_limit_bytes: u64,
    memory_used_bytes: u64,
    waiting: Waiting,
    costs: Costs,
    seats: Vec<Seat>,
    /// Idle engines of each class.
    idle: [Vec<usize>; TaskClass::ALL.len()],
    running: BinaryHeap<Reverse<Attempt>>,
    /// When which arrival is put back after a pause.
    pausing: BinaryHeap<Reverse<(u64, usize)>>,
    /// Attempts that have failed, of the arrivals that have failed at all.
    failed: HashMap<usize, u32>,
    users: HashMap<Arc<str>, usize>,
    fairness: Fairness,
    /// The next arrival.
    next: usize,
    end_us: u64,
    used_us: u64,
    fates: Vec<Fate>,
}

impl<'a> World<'a> {
    pub fn new(trace: &'a [Arrival], policy: PolicyName, site: &Site) -> Self {
        let mut seats = Vec::new();
        let mut idle: [Vec<usize>; TaskClass::ALL.len()] = Default::default();
        for (class, name) in TaskClass::ALL {
            if trace.iter().any(|arrival| arrival.class == class) {
                for number in 0..site.slots(class) {
                    idle[class as usize].push(seats.len());
                    seats.push(Seat::new(format!("{name}-{number}"), class));
                }
            }
        }
        let usage = Usage::new(site.weights.clone());
        let (mut users, mut weights) = (HashMap::new(), Vec::new());
        for arrival in trace {
            users.entry(Arc::clone(&arrival.user)).or_insert_with(|| {
                weights.push(usage.weight(&arrival.user));
                weights.len() - 1
            });
        }
        let mean_cost_s = trace.iter().map(|arrival| arrival.cost_s).sum::<f64>() / trace.len().max(1) as f64;
        Self {
            trace,
            policy,
            memory_limit_bytes: site.memory_limit_bytes,
            memory_used_bytes: 0,
            waiting: Waiting::new(usage),
            costs: Costs::default(),
            fairness: Fairness::new(weights, seats.len(), mean_cost_s),
            seats,
            idle,
            running: BinaryHeap::new(),
            pausing: BinaryHeap::new(),
            failed: HashMap::new(),
            users,
            next: 0,
            end_us: 0,
            used_us: 0,
            fates: Vec::with_capacity(trace.len()),
        }
    }

    /// Tasks that have started so far.
    #[cfg(test)]
    pub fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// Everything that happens at the next moment at which something does; `false` when nothing will any more.
    pub fn step(&mut self) -> bool {
        let arrival_us = self.trace.get(self.next).map(|arrival| us(arrival.at_s));
        let end_us = self.running.peek().map(|Reverse(attempt)| attempt.ends_us);
        let again_us = self.pausing.peek().map(|Reverse((at_us, _))| *at_us);
        let Some(now_us) = [arrival_us, end_us, again_us].into_iter().flatten().min() else { return false };
        self.fairness.at(now_us);
        while let Some(&Reverse(attempt)) = self.running.peek()
            && attempt.ends_us <= now_us
        {
            self.running.pop();
            self.end(attempt);
        }
        while let Some(&Reverse((at_us, index))) = self.pausing.peek()
            && at_us <= now_us
        {
            self.pausing.pop();
            self.queue(index, now_us);
        }
        while let Some(arrival) = self.trace.get(self.next)
            && us(arrival.at_s) <= now_us
        {
            self.queue(self.next, now_us);
            self.next += 1;
        }
        self.start(now_us);
        true
    }

    fn queue(&mut self, index: usize, now_us: u64) {
        let Some(arrival) = self.trace.get(index) else { return };
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
            memory_bytes: arrival.memory_bytes,
            ready_at_ms: (now_us / 1_000) as i64,
        }));
    }

    fn start(&mut self, now_us: u64) {
        let now_ms = (now_us / 1_000) as i64;
        for idle in &mut self.idle {
            while let Some(&engine) = idle.last() {
                let Some(seat) = self.seats.get_mut(engine) else { break };
                let Some(choice) = choose(self.policy, &self.waiting, seat, now_ms) else { break };
                let entry = choice.entry;
                // The chosen task waits for memory, and all others behind it, as in the Balancer.
                if !fits(self.memory_limit_bytes, self.memory_used_bytes, entry.memory_bytes) {
                    break;
                }
                idle.pop();
                self.waiting.remove(entry.ticket);
                let index = entry.ticket as usize;
                let Some(arrival) = self.trace.get(index) else { continue };
                let near = entry.place.as_deref().map(|place| seat.has(place));
                seat.remember(entry.place.as_deref());
                let took_s = if near == Some(true) { arrival.cost_s - arrival.read_s } else { arrival.cost_s };
                self.waiting.usage.charge(&entry.user, entry.cost_s, now_ms);
                self.memory_used_bytes = self.memory_used_bytes.saturating_add(entry.memory_bytes);
                if let Some(&user) = self.users.get(&entry.user) {
                    self.fairness.started(user, took_s);
                }
                if !self.failed.contains_key(&index) {
                    let wait_s = (now_us as f64 / 1e6 - arrival.at_s).max(0.0);
                    self.fates.push(Fate { arrival: index, wait_s, near });
                }
                let took_us = us(took_s).max(1);
                let ends_us = now_us.saturating_add(took_us);
                let charged_us = us(entry.cost_s);
                self.running.push(Reverse(Attempt { ends_us, engine, arrival: index, took_us, charged_us }));
            }
        }
    }

    /// An attempt ends: its user pays what it took in place of what was expected, its engine is idle again.
    fn end(&mut self, attempt: Attempt) {
        let Attempt { ends_us, engine, arrival: index, took_us, charged_us } = attempt;
        self.end_us = self.end_us.max(ends_us);
        self.used_us = self.used_us.saturating_add(took_us);
        if let Some(seat) = self.seats.get(engine) {
            self.idle[seat.class as usize].push(engine);
        }
        let Some(arrival) = self.trace.get(index) else { return };
        self.memory_used_bytes = self.memory_used_bytes.saturating_sub(arrival.memory_bytes);
        let took_s = took_us as f64 / 1e6;
        self.waiting.usage.charge(&arrival.user, took_s - charged_us as f64 / 1e6, (ends_us / 1_000) as i64);
        if arrival.failures > 0 {
            let failed = self.failed.entry(index).or_default();
            if *failed < arrival.failures {
                let pause_ms = pause_ms(&index.to_string(), *failed);
                *failed += 1;
                let again_us = ends_us.saturating_add((pause_ms.max(0) as u64).saturating_mul(1_000));
                self.pausing.push(Reverse((again_us, index)));
                return;
            }
        }
        self.costs.learn(arrival.kind, arrival.work, took_s);
    }

    pub fn report(&self) -> Report {
        Report::new(&Measured {
            policy: self.policy,
            trace: self.trace,
            fates: &self.fates,
            engines: self.seats.len(),
            used_s: self.used_us as f64 / 1e6,
            makespan_s: self.end_us as f64 / 1e6,
            jain: self.fairness.index(),
        })
    }
}
