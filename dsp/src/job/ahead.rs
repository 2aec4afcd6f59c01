//! The first half of a job on a thread of its own, a few blocks ahead of the second.

use std::{
    io,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
};

use super::{
    JobError,
    front::{Front, Here},
};
use crate::{decode::DecodeError, visualizer::Taken};

/// Frames in a block that is handed over, about: large enough that handing over costs nothing.
const BLOCK_FRAMES: usize = 16_384;
/// Blocks that may wait, so that memory stays bounded.
const BLOCKS_AHEAD: usize = 3;

/// What the thread hands over.
enum Message {
    /// Samples, and the frames of the source up to their end.
    Block(Vec<f32>, u64),
    End(Box<Taken>),
}

/// The consumer's end of the thread. Dropping it stops the thread at its next block.
pub struct Ahead {
    messages: Receiver<Result<Message, JobError>>,
    used: Sender<Vec<f32>>,
    current: Vec<f32>,
    frames: u64,
    taken: Option<Box<Taken>>,
}

impl Ahead {
    /// Moves `front` to a new thread.
    pub(super) fn spawn(front: Here) -> io::Result<Self> {
        let (to_consumer, messages) = sync_channel(BLOCKS_AHEAD);
        let (used, recycled) = channel();
        thread::Builder::new().name("decode".into()).spawn(move || run(front, &to_consumer, &recycled))?;
        Ok(Self { messages, used, current: Vec::new(), frames: 0, taken: None })
    }
}

impl Front for Ahead {
    fn next_block(&mut self) -> Result<Option<&[f32]>, JobError> {
        if self.taken.is_some() {
            return Ok(None);
        }
        // The thread may have ended already; then the memory is simply freed.
        let _ = self.used.send(std::mem::take(&mut self.current));
        // A thread that ended without a last word has panicked.
        match self.messages.recv().unwrap_or_else(|_| Err(DecodeError::panicked(self.frames).into()))? {
            Message::Block(block, frames) => {
                self.frames = frames;
                self.current = block;
                Ok(Some(&self.current))
            }
            Message::End(taken) => {
                self.taken = Some(taken);
                Ok(None)
            }
        }
    }

    fn frames(&self) -> u64 {
        self.frames
    }

    fn finish(mut self) -> Result<Taken, JobError> {
        while self.next_block()?.is_some() {}
        self.taken.map(|taken| *taken).ok_or_else(|| DecodeError::panicked(self.frames).into())
    }
}

fn run(mut front: Here, consumer: &SyncSender<Result<Message, JobError>>, recycled: &Receiver<Vec<f32>>) {
    // Where sending fails nobody listens any more, and nothing is lost.
    loop {
        let mut block = recycled.try_recv().unwrap_or_default();
        block.clear();
        let end = fill(&mut front, &mut block);
        if !block.is_empty() && consumer.send(Ok(Message::Block(block, front.frames()))).is_err() {
            return;
        }
        match end {
            Ok(false) => {}
            Ok(true) => {
                let _ = consumer.send(Ok(Message::End(Box::new(front.taken()))));
                return;
            }
            Err(error) => {
                let _ = consumer.send(Err(error));
                return;
            }
        }
    }
}

/// Collects packets up to a block; true at the end of the sound.
fn fill(front: &mut Here, block: &mut Vec<f32>) -> Result<bool, JobError> {
    while block.len() < BLOCK_FRAMES {
        match front.next_block()? {
            Some(packet) => block.extend_from_slice(packet),
            None => return Ok(true),
        }
    }
    Ok(false)
}
