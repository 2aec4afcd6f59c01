//! Higher priority first, then in the order of arrival.

use std::{cmp::Reverse, sync::Arc};

use web::model::TaskClass;

use super::{Because, Choice};
use crate::balancer::waiting::Waiting;

pub(super) fn choose(waiting: &Waiting, class: TaskClass) -> Option<Choice> {
    let heads = waiting.lanes(class).filter_map(|(_, lane)| lane.most_urgent());
    let entry = heads.min_by_key(|entry| (Reverse(entry.priority), entry.ticket)).map(Arc::clone)?;
    let because = Because::Urgent { priority: entry.priority, of: waiting.count(class) };
    Some(Choice { entry, because })
}

#[cfg(test)]
mod tests {
    use web::model::PolicyName;

    use crate::balancer::policy::testing::{Sample, order};

    #[test]
    fn urgent_first_then_oldest_across_users() {
        let mut sample = Sample::default();
        for (user, priority) in [("ann", 0), ("ben", 5), ("ann", 5), ("ben", -1), ("cid", 0)] {
            sample.add(user, |entry| entry.priority = priority);
        }
        assert_eq!(order(PolicyName::Priority, sample.waiting), [2, 3, 1, 5, 4]);
    }
}
