//! Cuts a stream of samples into overlapping frames.

use alloc::{vec, vec::Vec};

/// Frame i is centred on sample i x hop; silence before the start and after the end.
pub(crate) struct Slices {
    length: usize,
    hop: usize,
    /// Samples from the start of the next frame on.
    pending: Vec<f32>,
    pushed: u64,
    frames: u64,
}

impl Slices {
    /// A stream of frames of `length` samples; `hop` is brought into 1 to that.
    pub(crate) fn new(length: usize, hop: usize) -> Self {
        Self { hop: hop.clamp(1, length.max(1)), pending: vec![0.0; length / 2], length, pushed: 0, frames: 0 }
    }

    /// Samples taken so far.
    pub(crate) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Distance from frame to frame.
    pub(crate) fn hop(&self) -> usize {
        self.hop
    }

    /// Takes any number of samples and calls `each` with every frame that became complete.
    #[inline]
    pub(crate) fn push<E>(&mut self, samples: &[f32], each: impl FnMut(&[f32]) -> Result<(), E>) -> Result<(), E> {
        self.pushed += samples.len() as u64;
        self.cut(samples, each)
    }

    /// Pads the end with zeros until `frames` frames have been handed out.
    pub(crate) fn finish<E>(&mut self, frames: u64, mut each: impl FnMut(&[f32]) -> Result<(), E>) -> Result<(), E> {
        // Less than a whole frame is pending, so one hop of zeros completes one frame at most.
        let padding = vec![0.0; self.hop];
        while self.frames < frames {
            self.cut(&padding, &mut each)?;
        }
        Ok(())
    }

    #[inline]
    fn cut<E>(&mut self, samples: &[f32], mut each: impl FnMut(&[f32]) -> Result<(), E>) -> Result<(), E> {
        self.pending.extend_from_slice(samples);
        let mut start = 0;
        while let Some(frame) = self.pending.get(start..start + self.length) {
            each(frame)?;
            self.frames += 1;
            start += self.hop;
        }
        // A hop may be as long as the window, so `start` never passes the end by more than what is pending.
        self.pending.drain(..start.min(self.pending.len()));
        Ok(())
    }
}
