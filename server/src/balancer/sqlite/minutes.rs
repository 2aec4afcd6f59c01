//! What happened in each of the last minutes.

use std::collections::VecDeque;

use web::model::MinuteView;

use crate::balancer::Totals;

/// Minutes that are kept.
const KEPT: i64 = 60;

#[derive(Debug, Clone, Copy, Default)]
struct Minute {
    enqueued: u32,
    started: u32,
    finished: u32,
    ended_otherwise: u32,
    wait_ms: i64,
    longest_wait_ms: i64,
}

/// The last hour, and totals since the start.
#[derive(Debug, Default)]
pub(super) struct Minutes {
    kept: VecDeque<(i64, Minute)>,
    pub totals: Totals,
}

impl Minutes {
    fn now(&mut self, now_ms: i64) -> &mut Minute {
        let minute = now_ms.div_euclid(60_000);
        if self.kept.back().is_none_or(|(last, _)| *last < minute) {
            self.kept.push_back((minute, Minute::default()));
        }
        while self.kept.front().is_some_and(|(first, _)| *first <= minute - KEPT) {
            self.kept.pop_front();
        }
        let last = self.kept.len().saturating_sub(1);
        &mut self.kept[last].1
    }

    pub fn enqueued(&mut self, now_ms: i64) {
        self.now(now_ms).enqueued += 1;
        self.totals.enqueued += 1;
    }

    pub fn started(&mut self, now_ms: i64, waited_ms: i64) {
        let waited_ms = waited_ms.max(0);
        let minute = self.now(now_ms);
        minute.started += 1;
        minute.wait_ms += waited_ms;
        minute.longest_wait_ms = minute.longest_wait_ms.max(waited_ms);
        self.totals.started(waited_ms as u64);
    }

    pub fn ended(&mut self, now_ms: i64, well: bool) {
        let minute = self.now(now_ms);
        if well {
            minute.finished += 1;
            self.totals.finished += 1;
        } else {
            minute.ended_otherwise += 1;
            self.totals.ended_otherwise += 1;
        }
    }

    /// All minutes of the last hour, also the empty ones, oldest first.
    pub fn views(&self, now_ms: i64) -> Vec<MinuteView> {
        let this = now_ms.div_euclid(60_000);
        (0..KEPT)
            .rev()
            .map(|ago| {
                let kept = self.kept.iter().find(|(minute, _)| *minute == this - ago);
                let minute = kept.map_or_else(Minute::default, |(_, minute)| *minute);
                MinuteView {
                    minutes_ago: ago as u32,
                    enqueued: minute.enqueued,
                    started: minute.started,
                    finished: minute.finished,
                    ended_otherwise: minute.ended_otherwise,
                    mean_wait_s: minute.wait_ms as f64 / 1e3 / f64::from(minute.started.max(1)),
                    max_wait_s: minute.longest_wait_ms as f64 / 1e3,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hour_is_kept() {
        let mut minutes = Minutes::default();
        minutes.enqueued(0);
        minutes.started(30_000, 400);
        minutes.started(59_999, 600);
        minutes.ended(60_000, true);
        let views = minutes.views(60_000);
        assert_eq!(views.len(), 60);
        let before = views[58];
        assert_eq!((before.enqueued, before.started, before.mean_wait_s, before.max_wait_s), (1, 2, 0.5, 0.6));
        assert_eq!((views[59].finished, views[59].minutes_ago), (1, 0));
        minutes.ended(60 * 60_000, false);
        assert_eq!(minutes.kept.len(), 2, "the first minute is gone");
        assert_eq!(minutes.totals.started, 2);
    }
}
