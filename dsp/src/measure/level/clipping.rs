//! Runs of clipped samples.

/// A run of clipped samples counts from this length on: three in a row are what the CD's mastering tools called an
/// "over". A single sample at full scale is the peak of a normalized sound.
pub const MIN_RUN: u64 = 3;

/// Consecutive clipped samples, whatever their signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: u64,
    pub(super) length: u64,
}

/// The runs of one channel.
#[derive(Debug, Clone, Default)]
pub(super) struct ClippedRuns {
    /// Runs of at least [`MIN_RUN`], also the one that has not ended yet.
    pub(super) count: u64,
    /// The longest of them, the first of several.
    pub(super) longest: Option<Run>,
    /// The first of them.
    pub(super) first: Option<Run>,
    open: Option<Run>,
}

impl ClippedRuns {
    /// Takes a block that has clipped samples and starts at frame `start`.
    pub(super) fn push(&mut self, block: &[f32], start: u64, clipped_from: f32) {
        for (&x, frame) in block.iter().zip(start..) {
            if x.abs() < clipped_from {
                self.open = None;
                continue;
            }
            let run = match self.open {
                Some(run) => Run { length: run.length + 1, ..run },
                None => Run { start: frame, length: 1 },
            };
            self.open = Some(run);
            if run.length < MIN_RUN {
                continue;
            }
            self.count += u64::from(run.length == MIN_RUN);
            if self.first.is_none_or(|first| first.start == run.start) {
                self.first = Some(run);
            }
            if self.longest.is_none_or(|longest| run.length > longest.length) {
                self.longest = Some(run);
            }
        }
    }

    /// Takes a block without clipped samples.
    pub(super) fn interrupt(&mut self) {
        self.open = None;
    }
}
