//! Decoding on a thread of its own, a few blocks ahead of whoever uses them.

use std::{
    io,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
};

use super::{DecodeError, Decoder};

/// Frames in a block that is handed over, about: large enough that handing over costs nothing.
const BLOCK_FRAMES: usize = 16_384;
/// Blocks that may wait, so that memory stays bounded.
const BLOCKS_AHEAD: usize = 3;

type Planar = Vec<Vec<f32>>;

/// The consumer's end of a decoding thread. Dropping it stops the thread at its next block.
pub struct DecodeAhead {
    blocks: Receiver<Result<Option<Planar>, DecodeError>>,
    used: Sender<Planar>,
    current: Planar,
    frames: u64,
}

impl DecodeAhead {
    /// Moves `decoder` to a new thread.
    pub fn spawn(decoder: Decoder) -> io::Result<Self> {
        let (to_consumer, blocks) = sync_channel(BLOCKS_AHEAD);
        let (used, recycled) = channel();
        thread::Builder::new().name("decode".into()).spawn(move || run(decoder, &to_consumer, &recycled))?;
        Ok(Self { blocks, used, current: Vec::new(), frames: 0 })
    }

    /// The next block, as [`Decoder::next_block`].
    pub fn next_block(&mut self) -> Result<Option<&[Vec<f32>]>, DecodeError> {
        // The thread may have ended already; then the memory is simply freed.
        let _ = self.used.send(std::mem::take(&mut self.current));
        // A thread that ended without a last word has panicked.
        let block = self.blocks.recv().unwrap_or_else(|_| Err(DecodeError::panicked(self.frames)))?;
        Ok(block.map(|block| {
            self.frames += block.first().map_or(0, Vec::len) as u64;
            self.current = block;
            self.current.as_slice()
        }))
    }
}

fn run(mut decoder: Decoder, consumer: &SyncSender<Result<Option<Planar>, DecodeError>>, recycled: &Receiver<Planar>) {
    loop {
        let mut block = recycled.try_recv().unwrap_or_default();
        block.iter_mut().for_each(Vec::clear);
        let end = fill(&mut decoder, &mut block);
        let filled = block.first().is_some_and(|channel| !channel.is_empty());
        if filled && consumer.send(Ok(Some(block))).is_err() {
            return;
        }
        if let Some(end) = end {
            // Nobody listens any more: nothing is lost.
            let _ = consumer.send(end.map_or(Ok(None), Err));
            return;
        }
    }
}

/// Collects packets up to a block. `Some` at the end: with the error, or without one.
fn fill(decoder: &mut Decoder, block: &mut Planar) -> Option<Option<DecodeError>> {
    while block.first().map_or(0, Vec::len) < BLOCK_FRAMES {
        match decoder.next_block() {
            Ok(Some(packet)) => {
                block.resize_with(packet.len(), Vec::new);
                for (to, from) in block.iter_mut().zip(packet) {
                    to.extend_from_slice(from);
                }
            }
            Ok(None) => return Some(None),
            Err(error) => return Some(Some(error)),
        }
    }
    None
}
