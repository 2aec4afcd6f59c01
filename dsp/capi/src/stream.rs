//! What the streams have in common: input comes in pieces, output waits to be read, and the end comes once.

use crate::{
    boundary::{Caller, Exclusive, Failure, elements},
    pending::Pending,
};

/// What one kind of stream does with its input.
pub(crate) trait Process: Send + 'static {
    /// What it is called in messages.
    const NAME: &'static str;
    /// What the caller says about the end.
    type End;

    /// Most values that can become complete with so many frames of input.
    fn most(&self, frames: usize) -> u128;

    /// Takes whole frames of input; what becomes complete goes to `out`.
    fn push(&mut self, input: &[f32], out: &mut Pending) -> Result<(), Failure>;

    /// Sends the rest to `out`.
    fn finish(&mut self, end: Self::End, out: &mut Pending) -> Result<(), Failure>;
}

/// Numbers of one frame.
#[derive(Clone, Copy)]
pub(crate) struct Widths {
    /// On the way in.
    pub(crate) input: usize,
    /// On the way out.
    pub(crate) output: usize,
}

/// One stream, behind its handle.
pub(crate) struct Stream<P> {
    widths: Widths,
    state: Exclusive<State<P>>,
}

struct State<P> {
    process: P,
    pending: Pending,
    finished: bool,
}

impl<P: Process> State<P> {
    /// What a step works with, unless the end has come or `more` values are too many.
    fn running(&mut self, more: u128) -> Result<(&mut P, &mut Pending), Failure> {
        if self.finished {
            return Err(Failure::state(format!("{} is finished", P::NAME)));
        }
        self.pending.expect(more)?;
        Ok((&mut self.process, &mut self.pending))
    }
}

impl<P: Process> Stream<P> {
    pub(crate) fn new(process: P, widths: Widths) -> Self {
        Self { widths, state: Exclusive::new(State { process, pending: Pending::default(), finished: false }) }
    }

    /// Takes `frames` frames from `input`, a pointer with its name.
    pub(crate) fn push(&self, caller: &Caller, input: (*const f32, &str), frames: usize) -> Result<(), Failure> {
        let (pointer, name) = input;
        let input = caller.slice(pointer, elements(frames, self.widths.input, name)?, name)?;
        self.state.with(|state| {
            let most = state.process.most(frames);
            let (process, pending) = state.running(most)?;
            process.push(input, pending)
        })
    }

    /// Ends the stream, unless the end that the caller gives is refused.
    pub(crate) fn finish(&self, end: P::End) -> Result<(), Failure> {
        self.state.with(|state| {
            let (process, pending) = state.running(0)?;
            process.finish(end, pending)?;
            state.finished = true;
            Ok(())
        })
    }

    /// Moves up to `capacity` frames to `output` and writes their number to `count`, pointers with their names.
    pub(crate) fn read(
        &self,
        caller: &Caller,
        output: (*mut f32, &str),
        capacity: usize,
        count: (*mut usize, &str),
    ) -> Result<(), Failure> {
        let ((pointer, name), width) = (output, self.widths.output);
        let room = elements(capacity, width, name)?;
        let (out, buffer) = (caller.out(count.0, count.1)?, caller.slice_mut(pointer, room, name)?);
        out.set(self.state.with(|state| Ok(state.pending.read(buffer, width)))?);
        Ok(())
    }

    /// As [`Self::read`] where the caller says the length of `output` too: that of just `capacity` spectra.
    pub(crate) fn read_spectra(
        &self,
        caller: &Caller,
        output: (*mut f32, &str),
        length: usize,
        capacity: usize,
        frames: (*mut usize, &str),
    ) -> Result<(), Failure> {
        let width = self.widths.output;
        if capacity.checked_mul(width) != Some(length) {
            return Err(Failure::argument(format!("{capacity} spectra of {width} values do not have {length}")));
        }
        self.read(caller, output, capacity, frames)
    }
}
