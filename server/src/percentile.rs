//! Percentiles of what was measured.

/// The value of which this share of all is at most as large, by nearest rank; the values have to be sorted. 0 of none.
pub fn percentile<T: Copy + Default>(sorted: &[T], share: f64) -> T {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(
            [0.0, 0.25, 0.26, 0.5, 0.99, 1.0].map(|share| percentile(&values, share)),
            [1.0, 1.0, 2.0, 2.0, 4.0, 4.0]
        );
        assert_eq!(percentile::<u8>(&[], 0.5), 0);
    }
}
