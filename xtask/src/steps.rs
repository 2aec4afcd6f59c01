//! What a person reads while a command works: one line when a step begins, one with its time when it ends.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::Result;

/// Prints steps and keeps their times.
pub struct Steps {
    begun: Instant,
    done: Vec<Done>,
}

/// A step that has ended.
pub struct Done {
    /// What it was.
    pub name: String,
    /// How long it took.
    pub time: Duration,
    /// Whether it succeeded.
    pub passed: bool,
}

impl Steps {
    /// Starts the clock.
    pub fn new() -> Self {
        Self { begun: Instant::now(), done: Vec::new() }
    }

    /// Says that nothing had to be done.
    pub fn already(&self, name: &str) {
        println!("{name}: already there");
    }

    /// Says something that has no duration.
    pub fn note(&self, text: &str) {
        println!("{text}");
    }

    /// Runs a step; `doing` says what happens, and how long it may take where that is long.
    pub fn run<T>(&mut self, name: &str, doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("{name}: {doing}");
        let begun = Instant::now();
        let result = work();
        let time = begun.elapsed();
        let passed = result.is_ok();
        println!("{name}: {} after {}", if passed { "ready" } else { "failed" }, Spoken(time));
        self.done.push(Done { name: name.to_owned(), time, passed });
        result
    }

    /// Runs a step that may fail because there is another way; then it is told, and not counted.
    pub fn attempt<T>(&mut self, name: &str, doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("{name}: {doing}");
        let begun = Instant::now();
        let result = work();
        let time = begun.elapsed();
        match &result {
            Ok(_) => {
                println!("{name}: ready after {}", Spoken(time));
                self.done.push(Done { name: name.to_owned(), time, passed: true });
            }
            Err(error) => {
                let first_line = error.to_string().lines().next().unwrap_or_default().to_owned();
                println!("{name}: not possible this way ({first_line})");
            }
        }
        result
    }

    /// The steps so far.
    pub fn done(&self) -> &[Done] {
        &self.done
    }

    /// Time since the command was started.
    pub fn total(&self) -> Spoken {
        Spoken(self.begun.elapsed())
    }
}

/// A duration as people say it: `0.4 s`, `41 s`, `5 min 38 s`.
pub struct Spoken(pub Duration);

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        if seconds < 9.95 {
            return f.pad(&format!("{seconds:.1} s"));
        }
        let whole = seconds.round() as u64;
        if whole < 60 {
            return f.pad(&format!("{whole} s"));
        }
        f.pad(&format!("{} min {:02} s", whole / 60, whole % 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken() {
        let spoken = |seconds| Spoken(Duration::from_secs_f64(seconds)).to_string();
        assert_eq!(spoken(0.04), "0.0 s");
        assert_eq!(spoken(9.96), "10 s");
        assert_eq!(spoken(59.7), "1 min 00 s");
        assert_eq!(spoken(338.2), "5 min 38 s");
    }
}
