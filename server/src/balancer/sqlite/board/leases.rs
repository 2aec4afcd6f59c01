//! Leases: chosen, handed out, renewed, run out.

use std::sync::Arc;

use super::{Beat, Board, Dead, Known, Picked, Running, Slot, Spot};
use crate::{
    balancer::{Lease, Progress, Seat, Signal, TaskKind, policy},
    db::{
        DbError,
        attempt::End,
        task::{Fence, TaskRow},
    },
};

/// A lease that was renewed this short a time ago is not written again.
const RENEW_EVERY_MS: i64 = 1_000;
/// The same as a part of a short lease.
const RENEWALS_OF_A_LEASE: i64 = 4;
/// Leases are looked at several times a second. Where that did not happen for longer than this, no engine could renew its lease
/// either: the machine slept, the process was stopped or waited for its disk, or somebody set the clock.
const UNWATCHED_MS: i64 = 5_000;
/// A clock that goes back by less than this was not set.
const SET_BACK_MS: i64 = 1_000;
/// Pause after the database has failed at a lease; it doubles each time.
const FAULT_PAUSE_MS: i64 = 250;
const MOST_FAULT_PAUSE_MS: i64 = 60_000;

impl Board {
    /// Chooses the next task for an engine and reserves it.
    pub fn pick(&mut self, seat: &Seat, now_ms: i64) -> Option<Picked> {
        self.promote(now_ms);
        if self.hold.is_some() || self.paused.contains(&seat.class) {
            return None;
        }
        let choice = policy::choose(self.policy, &self.waiting, seat, now_ms)?;
        // The chosen task waits for memory, and all others behind it: else small ones would starve it.
        if !self.fits(&choice.entry) {
            return None;
        }
        self.version += 1;
        self.waiting.remove(choice.entry.ticket);
        let id = Arc::clone(&choice.entry.id);
        if let Some(known) = self.known.get_mut(&id) {
            known.spot = Spot::Reserved;
        }
        self.busy.insert(Arc::clone(&id));
        Some(Picked { id, policy: self.policy, because: choice.because })
    }

    /// The database did not say yes: back to where it was. One at which the database fails again and again must not keep others
    /// from their turn.
    pub fn unreserve(&mut self, id: &Arc<str>, is_own_fault: bool, now_ms: i64) {
        let Some(known) = self.known.get_mut(id).filter(|known| matches!(known.spot, Spot::Reserved)) else { return };
        if is_own_fault {
            known.faults += 1;
            let pause_ms = (FAULT_PAUSE_MS << known.faults.min(16)).min(MOST_FAULT_PAUSE_MS);
            known.not_before_ms = known.not_before_ms.max(now_ms.saturating_add(pause_ms));
        }
        self.busy.remove(id);
        self.settle_spot(id, now_ms);
    }

    /// The database says that the reserved task does not wait; one that came back meanwhile stays.
    pub fn forget_reserved(&mut self, id: &Arc<str>, now_ms: i64) {
        if self.known.get(id).is_some_and(|known| matches!(known.spot, Spot::Reserved)) {
            self.take(id, now_ms);
        }
    }

    /// True while this very lease is out.
    pub fn is_running(&self, fence: &Fence) -> bool {
        let spot = self.known.get(fence.id.as_str()).map(|known| &known.spot);
        matches!(spot, Some(Spot::Running(running)) if running.number == fence.number)
    }

    /// The lease is out.
    pub fn started(&mut self, row: &TaskRow, kind: TaskKind, engine: &str, now_ms: i64) -> Result<Lease, DbError> {
        let (view, class) = (row.view()?, row.class()?);
        let signal = Arc::new(Signal::default());
        let lease_ms = self.settings.lease_ms;
        self.version += 1;
        if let Some(known) = self.known.get_mut(row.id.as_str()) {
            // An order that came in between (another priority) has put the reserved task back.
            match known.spot {
                Spot::Ready => drop(self.waiting.remove(known.entry.ticket)),
                Spot::Delayed => drop(self.delayed.remove(&(known.not_before_ms, Arc::clone(&known.entry.id)))),
                Spot::Blocked | Spot::Reserved | Spot::Running(_) => {}
            }
            self.busy.insert(Arc::clone(&known.entry.id));
            let charged_s = known.entry.cost_s;
            let stated = known.deadline_s.unwrap_or_else(|| self.costs.predict(kind, row.work).deadline_s());
            known.spot = Spot::Running(Box::new(Running {
                number: row.leases,
                attempt: row.attempt,
                isolated: row.isolated,
                engine: engine.to_owned(),
                started_ms: now_ms,
                slept_ms: 0,
                expires_ms: now_ms.saturating_add(lease_ms),
                written_ms: now_ms,
                deadline_ms: now_ms.saturating_add((stated * 1e3) as i64),
                done: 0,
                progressed_ms: now_ms,
                charged_s,
                signal: Arc::clone(&signal),
                view,
            }));
            let (entry, user) = (Arc::clone(&known.entry), Arc::clone(&known.entry.user));
            if let Some(queued) = self.queued.get_mut(&user) {
                *queued = queued.saturating_sub(1);
                if *queued == 0 {
                    self.queued.remove(&user);
                }
            }
            self.waiting.usage.charge(&user, charged_s, now_ms);
            self.minutes.started(now_ms, now_ms.saturating_sub(entry.ready_at_ms));
            let slot = self.slots.entry(engine.to_owned()).or_insert_with(|| Slot {
                class: entry.class,
                seat: Seat::new(engine, entry.class),
                since_ms: now_ms,
                task: None,
            });
            (slot.task, slot.since_ms) = (Some(Arc::clone(&entry.id)), now_ms);
        }
        Ok(Lease {
            task_id: row.id.clone(),
            subject: row.subject.clone(),
            kind,
            class,
            attempt: row.attempt,
            number: row.leases,
            isolated: row.isolated,
            checkpoint: row.checkpoint.clone(),
            place: row.place.clone(),
            troubles: row.troubles,
            crashes: row.crashes,
            signal,
        })
    }

    /// Renews a lease in memory.
    pub fn beat(&mut self, fence: &Fence, progress: Progress, now_ms: i64) -> Beat {
        let lease_ms = self.settings.lease_ms;
        let Some(Known { spot: Spot::Running(running), .. }) = self.known.get_mut(fence.id.as_str()) else {
            return Beat::NotHeld;
        };
        if running.number != fence.number {
            return Beat::NotHeld;
        }
        if progress.done > running.done {
            (running.done, running.progressed_ms) = (progress.done, now_ms);
        }
        running.expires_ms = now_ms.saturating_add(lease_ms);
        running.view.progress_percent = progress.percent;
        let fresh_for = RENEW_EVERY_MS.min(lease_ms / RENEWALS_OF_A_LEASE);
        let write = now_ms.saturating_sub(running.written_ms) >= fresh_for;
        if write {
            running.written_ms = now_ms;
        }
        Beat::Held { view: Box::new(running.view.clone()), expires_ms: running.expires_ms, write }
    }

    /// Engines that have to be taken for dead. Time in which nobody looked counts for [`UNWATCHED_MS`] at most.
    pub fn dead(&mut self, now_ms: i64) -> Vec<Dead> {
        let unwatched_ms = now_ms.saturating_sub(self.looked_ms.replace(now_ms).unwrap_or(now_ms));
        // Those who look at once may take their turns in another order than their times.
        let lost_ms = unwatched_ms - unwatched_ms.clamp(-SET_BACK_MS, UNWATCHED_MS);
        if lost_ms != 0 {
            tracing::warn!(
                lost_s = lost_ms as f64 / 1e3,
                "the clock or this process stood still, so leases are extended"
            );
            self.postpone_ends(lost_ms);
        }
        let stall_ms = self.settings.stall_ms;
        let judged = self.busy.iter().filter_map(|id| {
            let known = self.known.get(id)?;
            let Spot::Running(running) = &known.spot else { return None };
            let end = if running.expires_ms <= now_ms {
                End::LeaseExpired
            } else if running.deadline_ms <= now_ms {
                End::Overdue
            } else if now_ms.saturating_sub(running.progressed_ms) >= stall_ms {
                End::Stalled
            } else {
                return None;
            };
            let fence = Fence { id: known.entry.id.to_string(), number: running.number };
            Some(Dead { fence, attempt: running.attempt, isolated: running.isolated, end })
        });
        judged.collect()
    }

    /// Moves everything that running tasks are judged by; back where the clock was set back.
    fn postpone_ends(&mut self, by_ms: i64) {
        for id in &self.busy {
            if let Some(Known { spot: Spot::Running(running), .. }) = self.known.get_mut(id) {
                running.slept_ms = running.slept_ms.saturating_add(by_ms);
                for moment in [
                    &mut running.expires_ms,
                    &mut running.written_ms,
                    &mut running.deadline_ms,
                    &mut running.progressed_ms,
                ] {
                    *moment = moment.saturating_add(by_ms);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
