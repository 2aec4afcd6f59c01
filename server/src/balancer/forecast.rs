//! When each waiting task will run: the policy is played forward on a copy of the queue, with what tasks are expected to cost.
//! The simulator of a trace and the estimate of a page are the same few lines.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use web::model::PolicyName;

use super::{
    Seat,
    policy::choose,
    waiting::{Ticket, Waiting},
};

/// Tasks that are looked ahead; those behind have a position that is only counted.
pub const HORIZON: usize = 5_000;
/// Lanes of users that are looked at for one forecast: with many users it looks less far ahead.
const MOST_LOOKS: usize = 2_000_000;

/// An engine slot and when it is expected to be free.
#[derive(Debug, Clone)]
pub struct Busy {
    /// The slot.
    pub seat: Seat,
    /// Expected time until it is free, in seconds; 0 for an idle one.
    pub free_in_s: f64,
    /// One standard deviation of that.
    pub error_s: f64,
}

/// Memory for engines that a running task holds.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// So much.
    pub bytes: u64,
    /// Expected time until it is set free, in seconds; `None` where nobody knows.
    pub free_in_s: Option<f64>,
    /// One standard deviation of that.
    pub error_s: f64,
}

/// The memory for engines. What does not fit waits, and all others behind it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Most that tasks may use together, in bytes; 0 for no limit.
    pub limit_bytes: u64,
    /// What is in use, for tasks of any class.
    pub held: Vec<Held>,
}

/// What is ahead of a waiting task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Place in the order of its class, from 1.
    pub position: u32,
    /// When its turn is; `None` where that hangs on memory of which nobody knows when it is set free.
    pub turn: Option<Turn>,
}

/// When a waiting task is expected to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// Seconds until it starts.
    pub start_in_s: f64,
    /// Seconds until it ends.
    pub end_in_s: f64,
    /// One standard deviation of the end.
    pub error_s: f64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Free {
    at_us: u64,
    slot: usize,
}

/// Plays the policy forward for the engines of one class.
pub fn forecast(
    policy: PolicyName,
    mut waiting: Waiting,
    engines: &[Busy],
    memory: &Memory,
    now_ms: i64,
) -> HashMap<Ticket, Ahead> {
    let horizon = HORIZON.min(MOST_LOOKS / lanes(&waiting, engines).max(1));
    let mut memory = Space::new(memory);
    let mut variance: Vec<f64> = engines.iter().map(|engine| engine.error_s * engine.error_s).collect();
    let mut seats: Vec<Seat> = engines.iter().map(|engine| engine.seat.clone()).collect();
    let mut free: BinaryHeap<Reverse<Free>> =
        engines.iter().enumerate().map(|(slot, engine)| Reverse(Free { at_us: us(engine.free_in_s), slot })).collect();
    // Engines that are free while memory is not, but for the one that looks whether it is.
    let mut idle: Vec<usize> = Vec::new();
    let mut narrow_until_us = 0;
    let mut ahead = HashMap::new();
    while let Some(Reverse(Free { at_us, slot })) = free.pop() {
        if ahead.len() >= horizon {
            break;
        }
        if at_us < narrow_until_us {
            idle.push(slot);
            continue;
        }
        memory.pass(at_us);
        let (Some(seat), Some(variance_s2)) = (seats.get_mut(slot), variance.get(slot).copied()) else { continue };
        let then_ms = now_ms.saturating_add((at_us / 1_000) as i64);
        let Some(choice) = choose(policy, &waiting, seat, then_ms) else { continue };
        if !memory.fits(choice.entry.memory_bytes) {
            let Some(release) = memory.next() else {
                order(policy, &mut waiting, seat, then_ms, horizon, &mut ahead);
                break;
            };
            narrow_until_us = release.at_us;
            variance[slot] = variance_s2.max(release.variance_s2());
            free.push(Reverse(Free { at_us: narrow_until_us, slot }));
            continue;
        }
        let entry = choice.entry;
        waiting.remove(entry.ticket);
        waiting.usage.charge(&entry.user, entry.cost_s, then_ms);
        seat.remember(entry.place.as_deref());
        let end_us = at_us.saturating_add(us(entry.cost_s));
        let end_variance_s2 = variance_s2 + entry.cost_error_s * entry.cost_error_s;
        let position = ahead.len() as u32 + 1;
        let (start_in_s, end_in_s) = (at_us as f64 / 1e6, end_us as f64 / 1e6);
        let turn = Turn { start_in_s, end_in_s, error_s: end_variance_s2.sqrt() };
        ahead.insert(entry.ticket, Ahead { position, turn: Some(turn) });
        memory.take(entry.memory_bytes, end_us, end_variance_s2);
        variance[slot] = end_variance_s2;
        free.push(Reverse(Free { at_us: end_us, slot }));
        if let Some(other) = idle.pop() {
            // It was free before, and starts for the same reason.
            variance[other] = variance[other].max(variance_s2);
            free.push(Reverse(Free { at_us, slot: other }));
        }
    }
    ahead
}

fn lanes(waiting: &Waiting, engines: &[Busy]) -> usize {
    engines.first().map_or(0, |engine| waiting.lanes(engine.seat.class).count())
}

/// The order of what is left, without times.
fn order(
    policy: PolicyName,
    waiting: &mut Waiting,
    seat: &Seat,
    then_ms: i64,
    horizon: usize,
    ahead: &mut HashMap<Ticket, Ahead>,
) {
    while ahead.len() < horizon
        && let Some(choice) = choose(policy, waiting, seat, then_ms)
    {
        let entry = choice.entry;
        waiting.remove(entry.ticket);
        waiting.usage.charge(&entry.user, entry.cost_s, then_ms);
        let position = ahead.len() as u32 + 1;
        ahead.insert(entry.ticket, Ahead { position, turn: None });
    }
}

fn us(seconds: f64) -> u64 {
    // Saturates; not a number becomes 0.
    (seconds.max(0.0) * 1e6) as u64
}

/// Memory that will be free again, the next first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Release {
    at_us: u64,
    bytes: u64,
    error_us: u64,
}

impl Release {
    fn variance_s2(self) -> f64 {
        (self.error_us as f64 / 1e6).powi(2)
    }
}

/// The memory for engines at the time up to which the forecast has come.
struct Space {
    limit_bytes: u64,
    used_bytes: u64,
    releases: BinaryHeap<Reverse<Release>>,
}

impl Space {
    fn new(memory: &Memory) -> Self {
        let release = |held: &Held| {
            held.free_in_s.map(|free_in_s| {
                Reverse(Release { at_us: us(free_in_s), bytes: held.bytes, error_us: us(held.error_s) })
            })
        };
        Self {
            limit_bytes: memory.limit_bytes,
            used_bytes: memory.held.iter().fold(0, |used, held| used.saturating_add(held.bytes)),
            releases: memory.held.iter().filter_map(release).collect(),
        }
    }

    /// Sets free what is through by then.
    fn pass(&mut self, at_us: u64) {
        while let Some(Reverse(release)) = self.releases.peek()
            && release.at_us <= at_us
        {
            self.used_bytes = self.used_bytes.saturating_sub(release.bytes);
            self.releases.pop();
        }
    }

    fn next(&self) -> Option<Release> {
        self.releases.peek().map(|Reverse(release)| *release)
    }

    fn fits(&self, bytes: u64) -> bool {
        fits(self.limit_bytes, self.used_bytes, bytes)
    }

    fn take(&mut self, bytes: u64, end_us: u64, variance_s2: f64) {
        if self.limit_bytes > 0 {
            self.used_bytes = self.used_bytes.saturating_add(bytes);
            self.releases.push(Reverse(Release { at_us: end_us, bytes, error_us: us(variance_s2.sqrt()) }));
        }
    }
}

/// Whether the memory for engines has room for another task; a single one always runs. A limit of 0 is none.
pub fn fits(limit_bytes: u64, used_bytes: u64, wanted_bytes: u64) -> bool {
    limit_bytes == 0 || used_bytes == 0 || used_bytes.saturating_add(wanted_bytes) <= limit_bytes
}

#[cfg(test)]
mod tests {
    use web::model::TaskClass;

    use super::*;
    use crate::balancer::policy::testing::Sample;

    fn seat(number: u32) -> Seat {
        Seat::new(format!("cpu-{number}"), TaskClass::Cpu)
    }

    fn busy(number: u32, free_in_s: f64, error_s: f64) -> Busy {
        Busy { seat: seat(number), free_in_s, error_s }
    }

    fn starts(ahead: &HashMap<Ticket, Ahead>) -> Vec<Option<f64>> {
        (1..=ahead.len() as Ticket).map(|ticket| ahead[&ticket].turn.map(|turn| turn.start_in_s)).collect()
    }

    #[test]
    fn two_engines_share_the_queue() {
        let mut sample = Sample::default();
        for _ in 0..4 {
            sample.add("ann", |_| {});
        }
        let engines = [busy(0, 0.5, 0.0), busy(1, 10.0, 3.0)];
        let ahead = forecast(PolicyName::Fifo, sample.waiting, &engines, &Memory::default(), 0);
        assert_eq!(starts(&ahead), [0.5, 1.5, 2.5, 3.5].map(Some));
        assert_eq!(ahead[&4].position, 4);
        let error_s = ahead[&4].turn.map_or(f64::NAN, |turn| turn.error_s);
        assert!((error_s - 0.2).abs() < 1e-9, "four errors of 0.1 s: {error_s}");
    }

    #[test]
    fn without_engines_nothing_is_foreseen() {
        let mut sample = Sample::default();
        sample.add("ann", |_| {});
        assert!(forecast(PolicyName::FairShare, sample.waiting, &[], &Memory::default(), 0).is_empty());
    }

    fn sizes(bytes: &[u64]) -> Waiting {
        let mut sample = Sample::default();
        for &bytes in bytes {
            sample.add("ann", |entry| entry.memory_bytes = bytes);
        }
        sample.waiting
    }

    #[test]
    fn what_does_not_fit_waits_for_memory_and_all_others_behind_it() {
        let engines = [busy(0, 5.0, 2.0), busy(1, 0.0, 0.0), busy(2, 0.0, 0.0)];
        let held = vec![Held { bytes: 60, free_in_s: Some(5.0), error_s: 2.0 }];
        let memory = Memory { limit_bytes: 100, held };
        // The first two fit together once the running one is through, the third would fit at once; each takes a second.
        let ahead = forecast(PolicyName::Fifo, sizes(&[50, 50, 10, 300]), &engines, &memory, 0);
        assert_eq!(starts(&ahead), [5.0, 5.0, 6.0, 7.0].map(Some), "what is larger than everything runs alone");
        // They start when it ends, as uncertain as that is.
        let error_s = ahead[&2].turn.map_or(f64::NAN, |turn| turn.error_s);
        assert!((error_s - (4.0_f64 + 0.01).sqrt()).abs() < 1e-6, "{error_s}");
        // The same engines with all the memory that they want.
        let roomy = forecast(PolicyName::Fifo, sizes(&[50, 50, 10, 300]), &engines, &Memory::default(), 0);
        assert_eq!(starts(&roomy), [0.0, 0.0, 1.0, 1.0].map(Some));
    }

    #[test]
    fn memory_of_which_nobody_knows_is_not_promised_but_the_order_is_told() {
        let engines = [busy(0, 0.0, 0.0), busy(1, 0.0, 0.0)];
        let held = vec![Held { bytes: 60, free_in_s: None, error_s: 0.0 }];
        let memory = Memory { limit_bytes: 100, held };
        let ahead = forecast(PolicyName::Fifo, sizes(&[40, 50, 10]), &engines, &memory, 0);
        assert_eq!(starts(&ahead), [Some(0.0), None, None]);
        assert_eq!([1, 2, 3].map(|ticket| ahead[&ticket].position), [1, 2, 3]);
    }
}
