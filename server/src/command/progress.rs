//! A progress bar on a terminal, nothing elsewhere.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

const WIDTH: usize = 32;
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// Draws on standard error, so that standard output stays clean for results.
pub struct Progress {
    terminal: bool,
    drawn: Option<Instant>,
}

impl Progress {
    /// A bar that shows itself only on a terminal.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), drawn: None }
    }

    /// Shows the share of the work done (0 to 1, unknown where the file does not say) and the seconds of sound behind it.
    pub fn show(&mut self, share: Option<f32>, analysed_s: f64) {
        if !self.terminal || self.drawn.is_some_and(|at| at.elapsed() < REDRAW_EVERY) {
            return;
        }
        self.drawn = Some(Instant::now());
        let line = share.map_or_else(
            || format!("analysed {analysed_s:.0} s"),
            |share| {
                let full = (share * WIDTH as f32) as usize;
                format!("[{}{}] {:3.0} %", "█".repeat(full), "·".repeat(WIDTH.saturating_sub(full)), share * 100.0)
            },
        );
        // A terminal that has gone away must not stop the work.
        let _ = write!(std::io::stderr(), "\r{line}\x1b[K");
    }

    /// Removes the bar.
    pub fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
