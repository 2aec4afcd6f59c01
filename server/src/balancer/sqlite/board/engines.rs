//! Engine slots: which are there, and what each works on.

use web::model::EngineView;

use super::{Board, Slot, Spot};
use crate::{balancer::Seat, db::rfc3339};

impl Board {
    /// An engine slot is there, or gone.
    pub fn attend(&mut self, seat: &Seat, is_there: bool, now_ms: i64) {
        self.version += 1;
        if is_there {
            let since_ms = now_ms;
            let slot = self.slots.entry(seat.engine.clone()).or_insert_with(|| Slot {
                class: seat.class,
                seat: seat.clone(),
                since_ms,
                task: None,
            });
            slot.seat = seat.clone();
        } else {
            self.slots.remove(&seat.engine);
        }
    }

    /// An engine as it goes over the wire.
    pub fn engine_view(&self, name: &str, slot: &Slot) -> EngineView {
        let known = slot.task.as_ref().and_then(|id| self.known.get(id));
        let running = known.and_then(|known| match &known.spot {
            Spot::Running(running) => Some(running),
            _ => None,
        });
        EngineView {
            engine: name.to_owned(),
            class: slot.class,
            task_id: known.map(|known| known.entry.id.to_string()),
            subject: known.map(|known| known.subject.clone()),
            kind: known.map(|known| known.entry.kind.name().to_owned()),
            user: known.map(|known| known.entry.user.to_string()),
            progress_percent: running.and_then(|running| running.view.progress_percent),
            since: rfc3339(slot.since_ms),
        }
    }
}
