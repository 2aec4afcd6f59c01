//! Pauses between attempts: exponential, with jitter so that what failed together is not tried again together.

use super::random;

/// Pause before the second attempt; doubles with each further one.
const FIRST_MS: i64 = 1_000;
/// Longest pause.
const MAX_MS: i64 = 5 * 60_000;
/// Share of the pause that chance may take off.
const JITTER: f64 = 0.1;

/// The pause after so many earlier ones. The jitter is drawn from the task's id: the same task pauses alike in every run.
pub fn pause_ms(task_id: &str, earlier: u32) -> i64 {
    let longest = (FIRST_MS << earlier.min(20)).min(MAX_MS);
    let jitter = longest as f64 * JITTER * unit(task_id, earlier);
    longest - jitter as i64
}

/// FNV-1a over the id and the count, its bits well mixed; 0 to 1.
fn unit(task_id: &str, earlier: u32) -> f64 {
    let hash = task_id
        .bytes()
        .chain(earlier.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    random::unit(random::mix(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_minutes() {
        for (earlier, longest) in [(0, 1_000), (1, 2_000), (2, 4_000), (9, MAX_MS), (20, MAX_MS), (u32::MAX, MAX_MS)] {
            let pause = pause_ms("task", earlier);
            assert!((longest * 9 / 10..=longest).contains(&pause), "{earlier}: {pause}");
        }
    }

    #[test]
    fn tasks_pause_differently_and_always_alike() {
        let pauses: std::collections::BTreeSet<_> = (0..100).map(|task| pause_ms(&task.to_string(), 8)).collect();
        assert!(pauses.len() > 95);
        assert_eq!(pause_ms("a", 3), pause_ms("a", 3));
    }
}
