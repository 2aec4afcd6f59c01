//! The user that was served least in proportion to the weight. What a user submits only queues behind the own tasks.
//!
//! Engine time is charged when a task is leased, by its estimate, and put right when it ends; it fades (see
//! [`crate::balancer::usage`]), so nobody pays for what was used hours ago. Within a user the priority decides.

use std::sync::Arc;

use web::model::TaskClass;

use super::{Because, Choice};
use crate::balancer::waiting::Waiting;

pub(super) fn choose(waiting: &Waiting, class: TaskClass, now_ms: i64) -> Option<Choice> {
    let mut users = 0;
    let mut best = None;
    for (user, lane) in waiting.lanes(class) {
        users += 1;
        let Some(head) = lane.most_urgent() else { continue };
        let rank = (waiting.usage.share(user), head.ticket);
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            best = Some((rank, head));
        }
    }
    let entry = Arc::clone(best?.1);
    let because = Because::LeastServed {
        used_s: waiting.usage.used_s(&entry.user, now_ms),
        weight: waiting.usage.weight(&entry.user),
        user: Arc::clone(&entry.user),
        of: users,
    };
    Some(Choice { entry, because })
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use web::model::PolicyName;

    use crate::balancer::{
        policy::testing::{Sample, order},
        usage::Usage,
    };

    #[test]
    fn a_thousand_tasks_of_one_do_not_delay_five_of_another() {
        let mut sample = Sample::default();
        for _ in 0..1_000 {
            sample.add("greedy", |_| {});
        }
        for _ in 0..5 {
            sample.add("modest", |_| {});
        }
        // The first has been at work for a while already.
        sample.waiting.usage.charge(&"greedy".into(), 10.0, 0);
        let order = order(PolicyName::FairShare, sample.waiting);
        assert_eq!(order[..6], [1_001, 1_002, 1_003, 1_004, 1_005, 1]);
    }

    #[test]
    fn users_alternate_and_weights_count() {
        let mut sample = Sample::default();
        sample.waiting.usage = Usage::new(HashMap::from([(Arc::from("ben"), 3.0)]));
        for user in ["ann", "ben"] {
            for _ in 0..8 {
                sample.add(user, |_| {});
            }
        }
        let order = order(PolicyName::FairShare, sample.waiting);
        let of_ben = order[..8].iter().filter(|ticket| **ticket > 8).count();
        assert_eq!(of_ben, 6, "three of four: {order:?}");
    }

    #[test]
    fn long_tasks_count_for_more() {
        let mut sample = Sample::default();
        for _ in 0..3 {
            sample.add("ann", |entry| entry.cost_s = 4.0);
        }
        for _ in 0..8 {
            sample.add("ben", |entry| entry.cost_s = 1.0);
        }
        let order = order(PolicyName::FairShare, sample.waiting);
        // One of four seconds, then four of one second each and one more before the tie is broken by age.
        assert_eq!(order[..6], [1, 4, 5, 6, 7, 2]);
    }

    #[test]
    fn within_a_user_the_priority_decides() {
        let mut sample = Sample::default();
        sample.add("ann", |_| {});
        sample.add("ann", |entry| entry.priority = 1);
        assert_eq!(order(PolicyName::FairShare, sample.waiting), [2, 1]);
    }
}
