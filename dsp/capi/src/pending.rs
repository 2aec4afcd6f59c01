//! Output of a stream that waits to be read.

use dsp::fft::Complex32;

use crate::boundary::{Failure, MAX_ELEMENTS};

/// Unread values from which on a stream takes no more input.
const FULL: usize = 1 << 24;

/// Values in the order of time.
#[derive(Default)]
pub(crate) struct Pending {
    values: Vec<f32>,
    read: usize,
}

impl Pending {
    /// Refuses a call that would add `more` values while much is unread, or too many at once.
    pub(crate) fn expect(&mut self, more: u128) -> Result<(), Failure> {
        if self.unread() >= FULL {
            return Err(Failure::state("the output of earlier calls must be read first"));
        }
        if more > MAX_ELEMENTS as u128 {
            return Err(Failure::too_large(format!("the call would make {more} values; push less at a time")));
        }
        self.values.drain(..self.read);
        self.read = 0;
        Ok(())
    }

    pub(crate) fn extend(&mut self, values: &[f32]) {
        self.values.extend_from_slice(values);
    }

    /// Adds real and imaginary part of one bin after the other.
    pub(crate) fn extend_complex(&mut self, spectrum: &[Complex32]) {
        self.values.extend(spectrum.iter().flat_map(|bin| [bin.re, bin.im]));
    }

    /// Adds planar blocks, frame by frame.
    pub(crate) fn interleave(&mut self, channels: &[Vec<f32>]) {
        let frames = channels.first().map_or(0, Vec::len);
        self.values.reserve(frames * channels.len());
        for frame in 0..frames {
            self.values.extend(channels.iter().filter_map(|channel| channel.get(frame)));
        }
    }

    pub(crate) fn unread(&self) -> usize {
        self.values.len() - self.read
    }

    /// Fills `out` as far as there is something, in whole frames of `width` values; returns the number of frames.
    pub(crate) fn read(&mut self, out: &mut [f32], width: usize) -> usize {
        let frames = self.unread().min(out.len()) / width.max(1);
        let count = frames * width;
        out[..count].copy_from_slice(&self.values[self.read..self.read + count]);
        self.read += count;
        frames
    }
}

/// Separates the channels of interleaved sound, after its length is checked.
pub(crate) fn planar(samples: &[f32], channels: usize) -> Vec<Vec<f32>> {
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}
