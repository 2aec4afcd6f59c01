//! Events as they are found.

use crate::{
    analysis::{Events, MAX_EVENTS},
    math,
};

/// Adds an event at `time_s`.
pub(super) fn push(events: &mut Events, time_s: f64) {
    events.count += 1;
    if events.times_s.len() < MAX_EVENTS {
        events.times_s.push(math::round(time_s.max(0.0) * 1e4) / 1e4);
    }
}

/// Takes back the last `excess` events.
pub(super) fn drop_last(events: &mut Events, excess: u64) {
    events.count = events.count.saturating_sub(excess);
    events.times_s.truncate(usize::try_from(events.count).unwrap_or(usize::MAX));
}
