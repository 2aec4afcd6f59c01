//! Queues to decide on.

use std::sync::Arc;

use web::model::{PolicyName, TaskClass};

use super::choose;
use crate::balancer::{
    Seat, TaskKind,
    waiting::{Entry, Ticket, Waiting},
};

/// A queue that grows by tasks of one second each, with the tickets 1, 2, 3 and so on.
#[derive(Default)]
pub struct Sample {
    pub waiting: Waiting,
    last: Ticket,
}

impl Sample {
    pub fn add(&mut self, user: &str, change: impl FnOnce(&mut Entry)) {
        self.last += 1;
        let mut entry = entry(self.last, user);
        change(&mut entry);
        self.waiting.insert(Arc::new(entry));
    }
}

/// A task of one second.
pub fn entry(ticket: Ticket, user: &str) -> Entry {
    Entry {
        ticket,
        id: format!("task-{ticket}").into(),
        kind: TaskKind::Noop,
        class: TaskClass::Cpu,
        user: user.into(),
        priority: 0,
        cost_s: 1.0,
        cost_error_s: 0.1,
        work: 1.0,
        place: None,
        memory_bytes: 0,
        ready_at_ms: 0,
    }
}

/// The order in which one engine gets everything, charged as it is handed out.
pub fn order(policy: PolicyName, mut waiting: Waiting) -> Vec<Ticket> {
    let seat = Seat::new("cpu-0", TaskClass::Cpu);
    let mut order = Vec::new();
    while let Some(choice) = choose(policy, &waiting, &seat, 0) {
        waiting.remove(choice.entry.ticket);
        waiting.usage.charge(&choice.entry.user, choice.entry.cost_s, 0);
        order.push(choice.entry.ticket);
    }
    order
}
