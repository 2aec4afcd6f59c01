//! Time that this thread has worked.

use std::{hint::black_box, time::Instant};

/// Milliseconds that `work` took: of this thread's processor time where the system tells it, so that other programs
/// disturb less, else of the clock on the wall.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let wall = Instant::now();
    let before = processor_ms();
    let result = black_box(work());
    let time = match before.zip(processor_ms()) {
        Some((before, after)) => after - before,
        None => wall.elapsed().as_secs_f64() * 1e3,
    };
    (time, result)
}

fn processor_ms() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-6)
}

/// One JSON object: milliseconds of each round, by name.
pub fn print(times: &[(&str, Vec<f64>)]) {
    let list = |times: &[f64]| times.iter().map(|time| format!("{time:.3}")).collect::<Vec<_>>().join(", ");
    let fields: Vec<_> = times.iter().map(|(name, times)| format!("\"{name}\": [{}]", list(times))).collect();
    println!("{{{}}}", fields.join(", "));
}
