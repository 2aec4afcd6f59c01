//! The task that is expected to cost least. It makes the mean wait shortest; a long task would wait as long as short ones
//! keep coming, so one that has waited for [`PATIENCE_MS`] goes first.

use std::sync::Arc;

use web::model::TaskClass;

use super::{Because, Choice, out_of_patience};
use crate::balancer::waiting::Waiting;

/// Longest time that a task is passed over.
const PATIENCE_MS: i64 = 15 * 60_000;

pub(super) fn choose(waiting: &Waiting, class: TaskClass, now_ms: i64) -> Option<Choice> {
    if let Some(choice) = out_of_patience(waiting, class, now_ms, PATIENCE_MS) {
        return Some(choice);
    }
    let heads = waiting.lanes(class).filter_map(|(_, lane)| lane.cheapest());
    let entry = heads
        .min_by(|one, other| one.cost_s.total_cmp(&other.cost_s).then(one.ticket.cmp(&other.ticket)))
        .map(Arc::clone)?;
    let because = Because::Cheapest { cost_s: entry.cost_s, of: waiting.count(class) };
    Some(Choice { entry, because })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use web::model::{PolicyName, TaskClass};

    use super::*;
    use crate::balancer::policy::testing::{Sample, order};

    #[test]
    fn by_cost_then_by_age_across_users() {
        let mut sample = Sample::default();
        for (user, cost_s) in [("ann", 9.0), ("ben", 0.5), ("ann", 0.5), ("cid", 3.0)] {
            sample.add(user, |entry| entry.cost_s = cost_s);
        }
        assert_eq!(order(PolicyName::ShortestFirst, sample.waiting), [2, 3, 4, 1]);
    }

    #[test]
    fn long_tasks_do_not_wait_for_ever() {
        let mut sample = Sample::default();
        sample.add("ann", |entry| entry.cost_s = 9.0);
        sample.add("ann", |_| {});
        let at = |now_ms| choose(&sample.waiting, TaskClass::Cpu, now_ms).unwrap().entry.ticket;
        assert_eq!((at(PATIENCE_MS), at(PATIENCE_MS + 1)), (2, 1));
    }
}
