//! The visible part of a recording, and how it moves.

/// How far a view may reach: out to the whole recording, and in to where columns become bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Length of the recording.
    pub duration_s: f64,
    /// Shortest stretch that is shown.
    pub shortest_s: f64,
}

impl Extent {
    /// Shortest stretch of any recording, however fine its columns are.
    pub const SHORTEST_S: f64 = 0.032;

    /// Two columns are the least that is shown: closer in there is nothing to see.
    pub fn new(duration_s: f64, column_duration_s: f64) -> Self {
        Self { duration_s: sane(duration_s), shortest_s: (2.0 * column_duration_s).max(Self::SHORTEST_S) }
    }
}

/// A stretch of time in seconds. Always inside the recording's [`Extent`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeRange {
    /// Left edge.
    pub start_s: f64,
    /// Right edge.
    pub end_s: f64,
}

impl TimeRange {
    /// The whole recording.
    pub fn whole(duration_s: f64) -> Self {
        Self { start_s: 0.0, end_s: sane(duration_s) }
    }

    /// The stretch between two moments in any order.
    pub fn between(a_s: f64, b_s: f64, extent: Extent) -> Self {
        let (start, end) = if a_s <= b_s { (a_s, b_s) } else { (b_s, a_s) };
        Self { start_s: start, end_s: end }.inside(extent)
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
    pub fn zoomed(&self, factor: f64, position: f64, extent: Extent) -> Self {
        let anchor_s = self.time_at(position);
        // Held here and not only at the end, so that the anchor stays where it is at the shortest span too.
        let span_s = (self.span_s() * factor).max(extent.shortest_s.min(extent.duration_s));
        let start_s = anchor_s - position.clamp(0.0, 1.0) * span_s;
        Self { start_s, end_s: start_s + span_s }.inside(extent)
    }

    /// Moves by a share of the visible span.
    pub fn moved(&self, share: f64, extent: Extent) -> Self {
        let by_s = self.span_s() * share;
        Self { start_s: self.start_s + by_s, end_s: self.end_s + by_s }.inside(extent)
    }

    /// True when all of the recording is visible.
    pub fn is_whole(&self, duration_s: f64) -> bool {
        self.start_s <= 0.0 && self.end_s >= sane(duration_s)
    }

    fn inside(&self, Extent { duration_s, shortest_s }: Extent) -> Self {
        let middle_s = (self.start_s + self.end_s) / 2.0;
        let span_s = self.span_s().clamp(shortest_s.min(duration_s), duration_s);
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

    fn extent(duration_s: f64) -> Extent {
        Extent::new(duration_s, 0.016)
    }

    #[test]
    fn zooming_keeps_the_moment_under_the_cursor() {
        let range = TimeRange::whole(100.0).zoomed(0.5, 0.25, extent(100.0));
        assert!(close(range.span_s(), 50.0));
        assert!(close(range.time_at(0.25), 25.0));
        let closer = range.zoomed(0.1, 0.8, extent(100.0));
        assert!(close(closer.time_at(0.8), range.time_at(0.8)));
    }

    #[test]
    fn zooming_out_ends_at_the_whole() {
        let range = TimeRange::between(40.0, 60.0, extent(100.0)).zoomed(100.0, 0.1, extent(100.0));
        assert!(range.is_whole(100.0));
        assert_eq!(range, TimeRange::whole(100.0));
    }

    #[test]
    fn zooming_in_ends_at_two_columns_around_the_cursor() {
        let coarse = Extent::new(3600.0, 2.0);
        let range = TimeRange::whole(3600.0).zoomed(1e-9, 0.5, coarse);
        assert!(close(range.span_s(), 4.0) && close(range.start_s, 1798.0));
        let again = range.zoomed(0.5, 0.1, coarse);
        assert!(close(again.start_s, range.start_s) && close(again.end_s, range.end_s));
        assert_eq!(Extent::new(1.0, 0.001).shortest_s, Extent::SHORTEST_S);
    }

    #[test]
    fn moving_stops_at_the_edges() {
        let range = TimeRange::between(90.0, 100.0, extent(100.0));
        assert_eq!(range.moved(0.5, extent(100.0)), range);
        assert!(close(range.moved(-0.5, extent(100.0)).start_s, 85.0));
        assert!(close(range.moved(-100.0, extent(100.0)).start_s, 0.0));
    }

    #[test]
    fn a_selection_may_be_drawn_backwards_and_has_a_least_span() {
        assert_eq!(TimeRange::between(7.0, 3.0, extent(10.0)), TimeRange { start_s: 3.0, end_s: 7.0 });
        assert!(close(TimeRange::between(5.0, 5.0, extent(10.0)).span_s(), Extent::SHORTEST_S));
        assert!(close(TimeRange::between(5.0, 5.0, extent(0.01)).span_s(), 0.01));
    }

    #[test]
    fn positions_and_times_are_inverse() {
        let range = TimeRange::between(2.0, 4.0, extent(10.0));
        assert!(close(range.position_of(range.time_at(0.3)), 0.3));
        assert!(range.position_of(5.0) > 1.0);
    }

    #[test]
    fn a_recording_without_length_has_an_axis() {
        assert_eq!(TimeRange::whole(f64::NAN).span_s(), 1.0);
    }
}
