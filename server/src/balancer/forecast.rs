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

/// What is ahead of a waiting task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Place in the order of its class, from 1.
    pub position: u32,
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
pub fn forecast(policy: PolicyName, mut waiting: Waiting, engines: &[Busy], now_ms: i64) -> HashMap<Ticket, Ahead> {
    let us = |seconds: f64| (seconds.max(0.0) * 1e6) as u64;
    let mut variance: Vec<f64> = engines.iter().map(|engine| engine.error_s * engine.error_s).collect();
    let mut seats: Vec<Seat> = engines.iter().map(|engine| engine.seat.clone()).collect();
    let mut free: BinaryHeap<Reverse<Free>> =
        engines.iter().enumerate().map(|(slot, engine)| Reverse(Free { at_us: us(engine.free_in_s), slot })).collect();
    let mut ahead = HashMap::new();
    while let Some(Reverse(Free { at_us, slot })) = free.pop() {
        if ahead.len() >= HORIZON {
            break;
        }
        let (Some(seat), Some(variance)) = (seats.get_mut(slot), variance.get_mut(slot)) else { continue };
        let then_ms = now_ms.saturating_add((at_us / 1_000) as i64);
        let Some(choice) = choose(policy, &waiting, seat, then_ms) else { continue };
        let entry = choice.entry;
        waiting.remove(entry.ticket);
        waiting.usage.charge(&entry.user, entry.cost_s, then_ms);
        if let Some(place) = &entry.place {
            seat.places = vec![place.to_string()];
        }
        *variance += entry.cost_error_s * entry.cost_error_s;
        let end_us = at_us.saturating_add(us(entry.cost_s));
        let position = ahead.len() as u32 + 1;
        let (start_in_s, end_in_s) = (at_us as f64 / 1e6, end_us as f64 / 1e6);
        ahead.insert(entry.ticket, Ahead { position, start_in_s, end_in_s, error_s: variance.sqrt() });
        free.push(Reverse(Free { at_us: end_us, slot }));
    }
    ahead
}

#[cfg(test)]
mod tests {
    use web::model::TaskClass;

    use super::*;
    use crate::balancer::policy::testing::Sample;

    fn seat(number: u32) -> Seat {
        Seat::new(format!("cpu-{number}"), TaskClass::Cpu)
    }

    #[test]
    fn two_engines_share_the_queue() {
        let mut sample = Sample::default();
        for _ in 0..4 {
            sample.add("ann", |_| {});
        }
        let engines = [
            Busy { seat: seat(0), free_in_s: 0.5, error_s: 0.0 },
            Busy { seat: seat(1), free_in_s: 10.0, error_s: 3.0 },
        ];
        let ahead = forecast(PolicyName::Fifo, sample.waiting, &engines, 0);
        let starts: Vec<_> = (1..=4).map(|ticket| ahead[&ticket].start_in_s).collect();
        assert_eq!(starts, [0.5, 1.5, 2.5, 3.5]);
        assert_eq!(ahead[&4].position, 4);
        assert!((ahead[&4].error_s - 0.2).abs() < 1e-9, "four errors of 0.1 s: {}", ahead[&4].error_s);
    }

    #[test]
    fn without_engines_nothing_is_foreseen() {
        let mut sample = Sample::default();
        sample.add("ann", |_| {});
        assert!(forecast(PolicyName::FairShare, sample.waiting, &[], 0).is_empty());
    }
}
