//! Policies: pure functions from the waiting tasks and the engine that asks to the task that it gets.
//!
//! What class an engine serves is no matter of taste and holds for all of them: they only see the lanes of its class.

mod affinity;
mod fair_share;
mod fifo;
mod priority;
mod shortest_first;
#[cfg(test)]
pub(super) mod testing;

use std::{fmt, sync::Arc};

use web::model::PolicyName;

use super::{
    Seat,
    waiting::{Entry, Waiting},
};

/// The chosen task, and why.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The task.
    pub entry: Arc<Entry>,
    /// Why.
    pub because: Because,
}

/// Why a task was the next. Its text stands in the decision log.
#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    /// Nobody waits longer.
    Oldest {
        /// Tasks of the class that could have been chosen.
        of: usize,
    },
    /// Nobody is more urgent.
    Urgent {
        /// Its priority.
        priority: i32,
        /// Tasks of the class that could have been chosen.
        of: usize,
    },
    /// No user with waiting tasks was served less.
    LeastServed {
        /// Its user.
        user: Arc<str>,
        /// Engine time of the user of late, in seconds.
        used_s: f64,
        /// Weight of the user.
        weight: f64,
        /// Users with waiting tasks.
        of: usize,
    },
    /// Nothing is expected to be done sooner.
    Cheapest {
        /// Expected engine time, in seconds.
        cost_s: f64,
        /// Tasks of the class that could have been chosen.
        of: usize,
    },
    /// The engine had its data before.
    Near,
    /// It was passed over for too long.
    Patience {
        /// How long it has waited, in seconds.
        waited_s: f64,
    },
}

impl fmt::Display for Because {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oldest { of } => write!(formatter, "waited longest of {of}"),
            Self::Urgent { priority, of } => write!(formatter, "priority {priority} is the highest of {of}"),
            Self::LeastServed { user, used_s, weight, of } => {
                let users =
                    if *of == 1 { "the only user who waits".to_owned() } else { format!("the least of {of} users") };
                write!(formatter, "{user} had {used_s:.1} s at weight {weight}, {users}")
            }
            Self::Cheapest { cost_s, of } => write!(formatter, "expected {cost_s:.2} s, the shortest of {of}"),
            Self::Near => formatter.write_str("the engine had its data before"),
            Self::Patience { waited_s } => write!(formatter, "waited {waited_s:.0} s, passed over long enough"),
        }
    }
}

/// The next task for an engine. `None` only when no task of its class waits.
pub fn choose(policy: PolicyName, waiting: &Waiting, seat: &Seat, now_ms: i64) -> Option<Choice> {
    match policy {
        PolicyName::Fifo => fifo::choose(waiting, seat.class),
        PolicyName::Priority => priority::choose(waiting, seat.class),
        PolicyName::FairShare => fair_share::choose(waiting, seat.class, now_ms),
        PolicyName::ShortestFirst => shortest_first::choose(waiting, seat.class, now_ms),
        PolicyName::Affinity => affinity::choose(waiting, seat, now_ms),
    }
}

/// The oldest task once it has waited longer than a policy that passes tasks over may let it wait.
fn out_of_patience(waiting: &Waiting, class: web::model::TaskClass, now_ms: i64, patience_ms: i64) -> Option<Choice> {
    let oldest = fifo::oldest(waiting, class)?;
    let waited_ms = now_ms.saturating_sub(oldest.ready_at_ms);
    (waited_ms > patience_ms)
        .then(|| Choice { entry: Arc::clone(oldest), because: Because::Patience { waited_s: waited_ms as f64 / 1e3 } })
}
