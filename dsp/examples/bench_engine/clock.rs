//! Time that this thread has worked.

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};

/// Milliseconds of this thread's processor time that `work` took: other programs disturb less than on the wall's clock.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = processor_ms();
    let result = black_box(work());
    (processor_ms() - before, result)
}

fn processor_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
}

/// One JSON object: milliseconds of each round, by name.
pub fn print(times: &[(&str, Vec<f64>)]) {
    let list = |times: &[f64]| times.iter().map(|time| format!("{time:.3}")).collect::<Vec<_>>().join(", ");
    let fields: Vec<_> = times.iter().map(|(name, times)| format!("\"{name}\": [{}]", list(times))).collect();
    println!("{{{}}}", fields.join(", "));
}
