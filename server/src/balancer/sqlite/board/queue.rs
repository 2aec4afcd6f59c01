//! Open tasks come, wait in their places, and go.

use std::{collections::BTreeSet, sync::Arc};

use web::model::{TaskClass, TaskState};

use super::{Board, Known, Spot};
use crate::{
    balancer::{TaskKind, waiting::Entry},
    db::{DbError, attempt::End, task::TaskRow},
};

impl Board {
    /// Puts a task where it belongs, as the database has it. `waits_for` are the tasks that must finish first.
    pub fn put(&mut self, row: &TaskRow, waits_for: Vec<String>, now_ms: i64) -> Result<(), DbError> {
        self.take(&row.id, now_ms);
        let Some(kind) = TaskKind::from_name(&row.kind) else {
            // Written by a later version; it may come back.
            tracing::warn!(task = %row.id, kind = %row.kind, "a task of a kind that this version does not know stays in the queue");
            return Ok(());
        };
        let id: Arc<str> = row.id.as_str().into();
        let cost = self.costs.predict(kind, row.work);
        let entry = Arc::new(Entry {
            ticket: row.ticket,
            id: Arc::clone(&id),
            kind,
            class: row.class()?,
            user: row.user.as_str().into(),
            priority: row.priority,
            cost_s: cost.mean_s,
            cost_error_s: cost.error_s,
            work: row.work,
            place: row.place.as_deref().map(Arc::from),
            memory_bytes: row.memory_bytes(),
            ready_at_ms: row.ready_at_ms.max(row.not_before_ms),
        });
        for after in &waits_for {
            self.dependents.entry(after.clone()).or_default().push(Arc::clone(&id));
        }
        *self.queued.entry(Arc::clone(&entry.user)).or_default() += 1;
        let known = Known {
            entry,
            subject: row.subject.clone(),
            not_before_ms: row.not_before_ms,
            deadline_s: row.deadline_s,
            waits_for: waits_for.into_iter().collect(),
            faults: 0,
            spot: Spot::Blocked,
        };
        self.known.insert(Arc::clone(&id), known);
        self.settle_spot(&id, now_ms);
        Ok(())
    }

    /// Ready, delayed or blocked.
    pub(super) fn settle_spot(&mut self, id: &Arc<str>, now_ms: i64) {
        self.version += 1;
        let Some(known) = self.known.get_mut(id) else { return };
        known.spot = if !known.waits_for.is_empty() {
            Spot::Blocked
        } else if known.not_before_ms > now_ms {
            self.delayed.insert((known.not_before_ms, Arc::clone(id)));
            Spot::Delayed
        } else {
            self.waiting.insert(Arc::clone(&known.entry));
            Spot::Ready
        };
    }

    /// Makes what is due ready; answers the classes that have new work.
    pub fn promote(&mut self, now_ms: i64) -> BTreeSet<TaskClass> {
        let mut classes = BTreeSet::new();
        while let Some((due_ms, id)) = self.delayed.first().cloned()
            && due_ms <= now_ms
        {
            self.delayed.remove(&(due_ms, Arc::clone(&id)));
            if let Some(known) = self.known.get(&id) {
                classes.insert(known.entry.class);
            }
            self.settle_spot(&id, now_ms);
        }
        classes
    }

    /// Takes an open task off the board, wherever it is. What its engine used is put right.
    pub fn take(&mut self, id: &str, now_ms: i64) -> Option<Known> {
        let known = self.known.remove(id)?;
        self.busy.remove(id);
        self.version += 1;
        if !matches!(known.spot, Spot::Running(_))
            && let Some(queued) = self.queued.get_mut(&known.entry.user)
        {
            *queued = queued.saturating_sub(1);
            if *queued == 0 {
                self.queued.remove(&known.entry.user);
            }
        }
        match &known.spot {
            Spot::Ready => drop(self.waiting.remove(known.entry.ticket)),
            Spot::Delayed => drop(self.delayed.remove(&(known.not_before_ms, Arc::clone(&known.entry.id)))),
            Spot::Blocked => {
                for after in &known.waits_for {
                    if let Some(dependents) = self.dependents.get_mut(after) {
                        dependents.retain(|dependent| **dependent != *id);
                    }
                }
            }
            Spot::Reserved => {}
            Spot::Running(running) => {
                let until_ms = now_ms.saturating_sub(running.slept_ms);
                self.waiting.usage.settle(&known.entry.user, running.charged_s, running.started_ms, until_ms);
                if let Some(slot) = self.slots.get_mut(&running.engine)
                    && slot.task.as_deref() == Some(id)
                {
                    (slot.task, slot.since_ms) = (None, now_ms);
                }
            }
        }
        Some(known)
    }

    /// A task has ended; answers the classes in which others may start now.
    pub fn ended(&mut self, row: &TaskRow, now_ms: i64) -> Result<BTreeSet<TaskClass>, DbError> {
        let state = row.state()?;
        let mut classes = BTreeSet::new();
        if let Some(known) = self.take(&row.id, now_ms)
            && let Spot::Running(running) = &known.spot
        {
            // Memory was set free.
            classes.extend(self.settings.classes.iter().copied());
            match state {
                TaskState::Finished => {
                    self.costs.learn(known.entry.kind, known.entry.work, running.worked_s(now_ms));
                }
                TaskState::Cancelled => {
                    running.signal.cancel();
                    self.minutes.totals.lease_ended(End::Cancelled);
                    self.leaving.push((Arc::downgrade(&running.signal), known.entry.memory_bytes));
                }
                _ => running.signal.lose(),
            }
        }
        self.minutes.ended(now_ms, state == TaskState::Finished);
        let dependents = self.dependents.remove(&row.id).unwrap_or_default();
        if state == TaskState::Finished {
            for dependent in dependents {
                if let Some(known) = self.known.get_mut(&dependent) {
                    known.waits_for.remove(&row.id);
                    if known.waits_for.is_empty() {
                        classes.insert(known.entry.class);
                        let entry = Entry { ready_at_ms: now_ms.max(known.not_before_ms), ..(*known.entry).clone() };
                        known.entry = Arc::new(entry);
                        self.settle_spot(&dependent, now_ms);
                    }
                }
            }
        }
        Ok(classes)
    }
}
