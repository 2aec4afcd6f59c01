//! The visible part of a recording, and how it moves.

/// A stretch of time in seconds. Always inside the recording and never shorter than [`TimeRange::SHORTEST_S`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeRange {
    /// Left edge.
    pub start_s: f64,
    /// Right edge.
    pub end_s: f64,
}

impl TimeRange {
    /// Two columns of the finest spectrogram: closer in there is nothing to see.
    pub const SHORTEST_S: f64 = 0.032;

    /// The whole recording.
    pub fn whole(duration_s: f64) -> Self {
        Self { start_s: 0.0, end_s: sane(duration_s) }
    }

    /// The stretch between two moments in any order.
    pub fn between(a_s: f64, b_s: f64, duration_s: f64) -> Self {
        let (start, end) = if a_s <= b_s { (a_s, b_s) } else { (b_s, a_s) };
        Self { start_s: start, end_s: end }.inside(duration_s)
    }

    /// Length in seconds.
    pub fn span_s(&self) -> f64 {
        self.end_s - self.start_s
    }

    /// The moment at `position`, 0 (left) to 1 (right).
    pub fn time_at(&self, position: f64) -> f64 {
        self.start_s + position.clamp(0.0, 1.0) * self.span_s()
    }

    /// Where a moment stands; below 0 or above 1 when it is not visible.
    pub fn position_of(&self, time_s: f64) -> f64 {
        (time_s - self.start_s) / self.span_s()
    }

    /// Zooms by `factor` (below 1 goes closer) around the moment at `position`.
    pub fn zoomed(&self, factor: f64, position: f64, duration_s: f64) -> Self {
        let anchor_s = self.time_at(position);
        let span_s = self.span_s() * factor;
        let start_s = anchor_s - position.clamp(0.0, 1.0) * span_s;
        Self { start_s, end_s: start_s + span_s }.inside(duration_s)
    }

    /// Moves by a share of the visible span.
    pub fn moved(&self, share: f64, duration_s: f64) -> Self {
        let by_s = self.span_s() * share;
        Self { start_s: self.start_s + by_s, end_s: self.end_s + by_s }.inside(duration_s)
    }

    /// True when all of the recording is visible.
    pub fn is_whole(&self, duration_s: f64) -> bool {
        self.start_s <= 0.0 && self.end_s >= sane(duration_s)
    }

    fn inside(&self, duration_s: f64) -> Self {
        let duration_s = sane(duration_s);
        let middle_s = (self.start_s + self.end_s) / 2.0;
        let span_s = self.span_s().clamp(Self::SHORTEST_S.min(duration_s), duration_s);
        let start_s = (if span_s == self.span_s() { self.start_s } else { middle_s - span_s / 2.0 })
            .clamp(0.0, duration_s - span_s);
        Self { start_s, end_s: start_s + span_s }
    }
}

/// A recording without length still needs an axis.
fn sane(duration_s: f64) -> f64 {
    if duration_s.is_finite() && duration_s > 0.0 { duration_s } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn zooming_keeps_the_moment_under_the_cursor() {
        let range = TimeRange::whole(100.0).zoomed(0.5, 0.25, 100.0);
        assert!(close(range.span_s(), 50.0));
        assert!(close(range.time_at(0.25), 25.0));
        let closer = range.zoomed(0.1, 0.8, 100.0);
        assert!(close(closer.time_at(0.8), range.time_at(0.8)));
    }

    #[test]
    fn zooming_out_ends_at_the_whole() {
        let range = TimeRange::between(40.0, 60.0, 100.0).zoomed(100.0, 0.1, 100.0);
        assert!(range.is_whole(100.0));
        assert_eq!(range, TimeRange::whole(100.0));
    }

    #[test]
    fn moving_stops_at_the_edges() {
        let range = TimeRange::between(90.0, 100.0, 100.0);
        assert_eq!(range.moved(0.5, 100.0), range);
        assert!(close(range.moved(-0.5, 100.0).start_s, 85.0));
        assert!(close(range.moved(-100.0, 100.0).start_s, 0.0));
    }

    #[test]
    fn a_selection_may_be_drawn_backwards_and_has_a_least_span() {
        assert_eq!(TimeRange::between(7.0, 3.0, 10.0), TimeRange { start_s: 3.0, end_s: 7.0 });
        assert!(close(TimeRange::between(5.0, 5.0, 10.0).span_s(), TimeRange::SHORTEST_S));
        assert!(close(TimeRange::between(5.0, 5.0, 0.01).span_s(), 0.01));
    }

    #[test]
    fn positions_and_times_are_inverse() {
        let range = TimeRange::between(2.0, 4.0, 10.0);
        assert!(close(range.position_of(range.time_at(0.3)), 0.3));
        assert!(range.position_of(5.0) > 1.0);
    }

    #[test]
    fn a_recording_without_length_has_an_axis() {
        assert_eq!(TimeRange::whole(f64::NAN).span_s(), 1.0);
    }
}
