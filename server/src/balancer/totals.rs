//! Totals since the start of the program, for counters that only grow.

use crate::db::attempt::End;

/// Upper bounds of the times from being ready to being leased that are told apart, in seconds.
pub const WAIT_BOUNDS_S: [f64; 9] = [0.1, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0];

/// What has happened since the start.
#[derive(Debug, Default, Clone, Copy)]
pub struct Totals {
    /// Tasks accepted.
    pub enqueued: u64,
    /// Leases.
    pub started: u64,
    /// Tasks ended well.
    pub finished: u64,
    /// Tasks ended otherwise.
    pub ended_otherwise: u64,
    /// Sum of the times from being ready to being leased.
    pub wait_ms: u64,
    /// Leases by that time: up to each of [`WAIT_BOUNDS_S`], and longer.
    pub waits: [u64; WAIT_BOUNDS_S.len() + 1],
    /// Leases by how they ended, in the order of [`End::ALL`].
    pub ends: [u64; End::ALL.len()],
}

impl Totals {
    /// A lease was handed out after so long a wait.
    pub fn started(&mut self, waited_ms: u64) {
        self.started += 1;
        self.wait_ms += waited_ms;
        let within = WAIT_BOUNDS_S.iter().position(|bound_s| waited_ms as f64 / 1e3 <= *bound_s);
        self.waits[within.unwrap_or(WAIT_BOUNDS_S.len())] += 1;
    }

    /// A lease has ended.
    pub fn lease_ended(&mut self, end: End) {
        self.ends[end as usize] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_has_its_place() {
        let mut totals = Totals::default();
        for waited_ms in [0, 100, 101, 14_400_000, 14_400_001, u64::MAX / 4] {
            totals.started(waited_ms);
        }
        assert_eq!(totals.waits, [2, 1, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(totals.started, totals.waits.iter().sum::<u64>());
    }

    #[test]
    fn ends_are_counted_in_their_order() {
        let mut totals = Totals::default();
        for (index, end) in End::ALL.into_iter().enumerate() {
            totals.lease_ended(end);
            assert_eq!(totals.ends[index], 1, "{}", end.name());
        }
    }
}
