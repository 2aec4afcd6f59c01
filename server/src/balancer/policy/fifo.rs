//! In the order of arrival.

use std::sync::Arc;

use web::model::TaskClass;

use super::{Because, Choice};
use crate::balancer::waiting::{Entry, Waiting};

pub(super) fn oldest(waiting: &Waiting, class: TaskClass) -> Option<&Arc<Entry>> {
    waiting.lanes(class).filter_map(|(_, lane)| lane.oldest()).min_by_key(|entry| entry.ticket)
}

pub(super) fn choose(waiting: &Waiting, class: TaskClass) -> Option<Choice> {
    let entry = Arc::clone(oldest(waiting, class)?);
    Some(Choice { entry, because: Because::Oldest { of: waiting.count(class) } })
}

#[cfg(test)]
mod tests {
    use web::model::{PolicyName, TaskClass};

    use crate::balancer::policy::testing::{Sample, order};

    #[test]
    fn first_come_first_served_whatever_else() {
        let mut sample = Sample::default();
        sample.add("ann", |entry| entry.priority = -5);
        sample.add("ben", |entry| entry.cost_s = 1e6);
        sample.add("ann", |entry| entry.priority = 90);
        assert_eq!(order(PolicyName::Fifo, sample.waiting), [1, 2, 3]);
    }

    #[test]
    fn engines_only_see_their_class() {
        for policy in PolicyName::ALL.map(|(policy, _)| policy) {
            let mut sample = Sample::default();
            sample.add("ann", |entry| entry.class = TaskClass::Accelerator);
            sample.add("zoe", |entry| entry.class = TaskClass::Browser);
            assert_eq!(order(policy, sample.waiting.clone()), [0_i64; 0], "{policy:?}");
            sample.add("ann", |_| {});
            assert_eq!(order(policy, sample.waiting), [3], "{policy:?}");
        }
    }
}
