//! Work on data that the engine had before, so that it need not be fetched again; else in the order of arrival. A task that
//! has been passed over for [`PATIENCE_MS`] goes first.

use std::sync::Arc;

use super::{Because, Choice, fifo, out_of_patience};
use crate::balancer::{Seat, waiting::Waiting};

/// Longest time that a task is passed over.
const PATIENCE_MS: i64 = 60_000;

pub(super) fn choose(waiting: &Waiting, seat: &Seat, now_ms: i64) -> Option<Choice> {
    if let Some(choice) = out_of_patience(waiting, seat.class, now_ms, PATIENCE_MS) {
        return Some(choice);
    }
    let near = seat.places.iter().filter_map(|place| waiting.oldest_at(seat.class, place));
    match near.min_by_key(|entry| entry.ticket) {
        Some(entry) => Some(Choice { entry: Arc::clone(entry), because: Because::Near }),
        None => fifo::choose(waiting, seat.class),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use web::model::TaskClass;

    use super::*;
    use crate::balancer::policy::testing::Sample;

    #[test]
    fn near_data_first_but_not_for_ever() {
        let mut sample = Sample::default();
        for (user, place) in [("ann", "far"), ("ben", "near"), ("ann", "near")] {
            sample.add(user, |entry| entry.place = Some(place.into()));
        }
        let seat = Seat { places: vec!["near".into()], ..Seat::new("cpu-0", TaskClass::Cpu) };
        let at = |seat: &Seat, now_ms| choose(&sample.waiting, seat, now_ms).unwrap().entry.ticket;
        assert_eq!((at(&seat, 0), at(&seat, PATIENCE_MS + 1)), (2, 1));
        assert_eq!(at(&Seat::new("cpu-1", TaskClass::Cpu), 0), 1);
    }
}
