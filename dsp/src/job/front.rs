//! The first half of a job, from bytes to the mono mix at the analysis rate, and where it runs.

use super::JobError;
use crate::{
    decode::Decoder,
    visualizer::{Intake, Taken},
    waveform::Waveform,
};

/// Hands out the mono mix of a recording, block by block.
pub trait Front {
    /// The next block; `None` at the end of the sound.
    fn next_block(&mut self) -> Result<Option<&[f32]>, JobError>;

    /// Frames of the source behind the blocks so far.
    fn frames(&self) -> u64;

    /// What was found on the way, after the end of the sound.
    fn finish(self) -> Result<Taken, JobError>;
}

/// Decodes when it is asked for a block, on the same thread.
pub struct Here {
    decoder: Box<Decoder>,
    intake: Intake,
    flushed: bool,
}

impl Here {
    pub(super) fn new(decoder: Decoder, intake: Intake) -> Self {
        Self { decoder: Box::new(decoder), intake, flushed: false }
    }

    pub(super) fn waveform(&self) -> Waveform {
        self.intake.waveform()
    }

    pub(super) fn taken(self) -> Taken {
        self.intake.finish()
    }
}

impl Front for Here {
    fn next_block(&mut self) -> Result<Option<&[f32]>, JobError> {
        match self.decoder.next_block()? {
            Some(block) => Ok(Some(self.intake.push(block)?)),
            None if self.flushed => Ok(None),
            None => {
                self.flushed = true;
                Ok(Some(self.intake.flush()?))
            }
        }
    }

    fn frames(&self) -> u64 {
        self.intake.frames()
    }

    fn finish(self) -> Result<Taken, JobError> {
        Ok(self.taken())
    }
}
