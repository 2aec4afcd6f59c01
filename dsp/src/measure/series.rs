//! A time series of bounded size over a stream of unknown length.

use alloc::vec::Vec;

use crate::{
    analysis::{MatrixSeries, TimeSeries},
    math,
};

/// What becomes of two neighbouring points when a series is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Their mean, each weighted by the number of values in it.
    Mean,
    /// The larger of the two.
    Maximum,
    /// The smaller of the two.
    Minimum,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    /// Sum or maximum of the defined values.
    value: f64,
    /// Number of defined values.
    count: u64,
}

impl Point {
    const UNDEFINED: Self = Self { value: 0.0, count: 0 };

    fn join(self, other: Self, merge: Merge) -> Self {
        let value = match (merge, self.count, other.count) {
            (_, _, 0) => self.value,
            (_, 0, _) => other.value,
            (Merge::Mean, ..) => self.value + other.value,
            (Merge::Maximum, ..) => self.value.max(other.value),
            (Merge::Minimum, ..) => self.value.min(other.value),
        };
        Self { value, count: self.count + other.count }
    }
}

/// Collects equidistant values; neighbours merge in pairs when `max_points` are full, as in
/// [`PowerColumns`](crate::spectrogram::PowerColumns).
///
/// The result has between half and all of `max_points` however long the stream is. A value that is `None`, NaN or
/// infinite is undefined and takes no part in means and maxima; a point without any defined value is `None`.
///
/// ```
/// use dsp::measure::series::{Merge, Series};
///
/// let mut series = Series::new(4, Merge::Mean);
/// for value in [1.0, 3.0, 5.0, 7.0, 9.0] {
///     series.push(Some(value));
/// }
/// assert_eq!(series.iter().collect::<Vec<_>>(), [Some(2.0), Some(6.0), Some(9.0)]);
/// assert_eq!(series.values_per_point(), 2);
/// ```
#[derive(Debug, Clone)]
pub struct Series {
    merge: Merge,
    max_points: usize,
    values_per_point: u64,
    points: Vec<Point>,
    /// Values that went into the last point.
    in_last: u64,
}

impl Series {
    /// An empty series. `max_points` is rounded up to an even number above zero.
    pub fn new(max_points: usize, merge: Merge) -> Self {
        let max_points = max_points.max(2).next_multiple_of(2);
        Self { merge, max_points, values_per_point: 1, points: Vec::new(), in_last: 0 }
    }

    /// Adds the next value.
    pub fn push(&mut self, value: Option<f32>) {
        let point = match value {
            Some(value) if value.is_finite() => Point { value: f64::from(value), count: 1 },
            _ => Point::UNDEFINED,
        };
        match self.points.last_mut() {
            Some(last) if self.in_last < self.values_per_point => {
                *last = last.join(point, self.merge);
                self.in_last += 1;
            }
            _ => {
                if self.points.len() == self.max_points {
                    self.halve();
                }
                self.points.push(point);
                self.in_last = 1;
            }
        }
    }

    /// Value of the point to which the next value belongs; `None` where that begins a new one. Not for means.
    pub(crate) fn unfinished(&self) -> Option<f32> {
        let last = self.points.last().filter(|last| last.count > 0 && self.in_last < self.values_per_point)?;
        Some(last.value as f32)
    }

    fn halve(&mut self) {
        for pair in 0..self.points.len() / 2 {
            self.points[pair] = self.points[2 * pair].join(self.points[2 * pair + 1], self.merge);
        }
        self.points.truncate(self.points.len() / 2);
        self.values_per_point *= 2;
    }

    /// Number of points so far.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Values in a complete point, a power of two; the last point may hold fewer.
    pub fn values_per_point(&self) -> u64 {
        self.values_per_point
    }

    /// The points so far.
    pub fn iter(&self) -> impl Iterator<Item = Option<f32>> + '_ {
        self.points.iter().map(|point| {
            let scale = if self.merge == Merge::Mean { point.count as f64 } else { 1.0 };
            (point.count > 0).then(|| (point.value / scale) as f32)
        })
    }

    /// The points for the document: value i of the stream belongs to the time `start_s` + i x `step_s`, and `convert`
    /// makes the unit of the document (decibels of powers, say), `None` for undefined.
    pub fn to_time_series(&self, start_s: f64, step_s: f64, convert: impl Fn(f32) -> Option<f32>) -> TimeSeries {
        let values_per_point = self.values_per_point as f64;
        TimeSeries {
            start_s: start_s + 0.5 * (values_per_point - 1.0) * step_s,
            step_s: values_per_point * step_s,
            values: self.iter().map(|value| value.and_then(&convert).filter(|value| value.is_finite())).collect(),
        }
    }
}

/// Several series that keep step: a value of each at the same times.
///
/// ```
/// use dsp::measure::series::{Merge, SeriesMatrix};
///
/// let mut levels = SeriesMatrix::new(2, 512, Merge::Mean);
/// levels.push([Some(1.0), None]);
/// let made = levels.to_matrix_series(0.0, 0.5, Some);
/// assert_eq!(made.rows, [[Some(1.0)], [None]]);
/// ```
#[derive(Debug, Clone)]
pub struct SeriesMatrix {
    rows: Vec<Series>,
}

impl SeriesMatrix {
    /// So many empty series of at most `max_points` points.
    pub fn new(rows: usize, max_points: usize, merge: Merge) -> Self {
        Self { rows: alloc::vec![Series::new(max_points, merge); rows] }
    }

    /// Adds the next value of every row; those that are missing are undefined.
    pub fn push(&mut self, values: impl IntoIterator<Item = Option<f32>>) {
        let mut values = values.into_iter();
        self.rows.iter_mut().for_each(|row| row.push(values.next().flatten()));
    }

    /// One of the rows.
    pub fn row(&self, row: usize) -> Option<&Series> {
        self.rows.get(row)
    }

    /// The points for the document, as [`Series::to_time_series`] makes them, rounded to 0.01: there are many of them.
    pub fn to_matrix_series(&self, start_s: f64, step_s: f64, convert: impl Fn(f32) -> Option<f32>) -> MatrixSeries {
        let rounded = |value| convert(value).map(|value| math::round(100.0 * f64::from(value)) as f32 / 100.0);
        let series = self.rows.iter().map(|row| row.to_time_series(start_s, step_s, rounded));
        let mut made = MatrixSeries::default();
        for TimeSeries { start_s, step_s, values } in series {
            (made.start_s, made.step_s) = (start_s, step_s);
            made.rows.push(values);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn points_hold_the_mean_of_their_values() {
        for length in [1u32, 2, 3, 7, 8, 9, 16, 17, 100, 1001] {
            let mut series = Series::new(8, Merge::Mean);
            (0..length).for_each(|i| series.push(Some(i as f32)));
            assert!(series.len() <= 8 && (length < 8 || series.len() > 4), "{length}");
            let per = series.values_per_point() as u32;
            for (i, value) in series.iter().enumerate() {
                let first = i as u32 * per;
                let last = (first + per).min(length) - 1;
                assert!((value.expect("defined") - (first + last) as f32 / 2.0).abs() < 1e-3, "{length} {i}");
            }
        }
    }

    #[test]
    fn maxima_stay() {
        let mut series = Series::new(4, Merge::Maximum);
        (0..64).for_each(|i| series.push(Some(if i == 37 { 5.0 } else { -1.0 })));
        assert_eq!(series.iter().collect::<Vec<_>>(), [Some(-1.0), Some(-1.0), Some(5.0), Some(-1.0)]);
    }

    #[test]
    fn minima_stay_and_the_unfinished_point_is_known() {
        let mut series = Series::new(2, Merge::Minimum);
        for (value, unfinished) in [(3.0, None), (2.0, None), (5.0, Some(5.0)), (4.0, None)] {
            series.push(Some(value));
            assert_eq!(series.unfinished(), unfinished, "{value}");
        }
        assert_eq!(series.iter().collect::<Vec<_>>(), [Some(2.0), Some(4.0)]);
    }

    #[test]
    fn undefined_values_count_for_nothing() {
        let mut series = Series::new(2, Merge::Mean);
        for value in [None, Some(4.0), Some(f32::NAN), Some(f32::INFINITY)] {
            series.push(value);
        }
        assert_eq!(series.iter().collect::<Vec<_>>(), vec![Some(4.0), None]);
    }

    #[test]
    fn times_are_the_middles_of_points() {
        let mut series = Series::new(2, Merge::Mean);
        (0..8).for_each(|_| series.push(Some(1.0)));
        let made = series.to_time_series(0.5, 0.1, Some);
        assert!((made.start_s - 0.65).abs() < 1e-12 && (made.step_s - 0.4).abs() < 1e-12);
        assert_eq!(made.values, [Some(1.0), Some(1.0)]);
    }
}
