//! The memory for engines: who uses it, and whether there is room.

use std::sync::Arc;

use super::{Board, Known, Spot};
use crate::{
    balancer::{forecast, waiting::Entry},
    db::task::Fence,
};

impl Board {
    /// Whether the memory for engines has room for a task; a single one always runs.
    pub fn fits(&self, entry: &Entry) -> bool {
        self.has_memory(entry.memory_bytes)
    }

    /// Tasks that use memory: those that run, or are about to.
    pub fn busy(&self) -> impl Iterator<Item = &Known> {
        self.busy.iter().filter_map(|id| self.known.get(id))
    }

    /// Memory that engines are expected to use.
    pub fn memory_used(&self) -> u64 {
        let running = self.busy().map(|known| known.entry.memory_bytes);
        let leaving = self.leaving.iter().filter(|(lease, _)| lease.strong_count() > 0).map(|(_, bytes)| *bytes);
        running.chain(leaving).fold(self.taken_bytes, u64::saturating_add)
    }

    /// A task was taken from its engine, which keeps the memory until it has noticed; one that hangs, for as long as it does.
    pub fn leaves(&mut self, fence: &Fence) {
        if let Some(Known { entry, spot: Spot::Running(running), .. }) = self.known.get(fence.id.as_str())
            && running.number == fence.number
        {
            self.leaving.push((Arc::downgrade(&running.signal), entry.memory_bytes));
        }
    }

    /// Forgets leases that engines have let go of; true when that sets memory free.
    pub fn have_left(&mut self) -> bool {
        let before = self.leaving.len();
        self.leaving.retain(|(lease, _)| lease.strong_count() > 0);
        let freed = self.leaving.len() < before;
        self.version += u64::from(freed);
        freed
    }

    /// Takes memory for work that is no task; `false` when there is no room for it.
    pub fn take_memory(&mut self, bytes: u64) -> bool {
        let has_room = self.has_memory(bytes);
        if has_room {
            self.taken_bytes = self.taken_bytes.saturating_add(bytes);
            self.version += 1;
        }
        has_room
    }

    /// Gives back what was taken.
    pub fn free_memory(&mut self, bytes: u64) {
        self.taken_bytes = self.taken_bytes.saturating_sub(bytes);
        self.version += 1;
    }

    fn has_memory(&self, bytes: u64) -> bool {
        forecast::fits(self.settings.memory_limit_bytes, self.memory_used(), bytes)
    }
}
