//! Lengths that the caller states, before the buffers are looked at.

use super::{Failure, MAX_ELEMENTS};

/// Elements of so many frames, as far as a buffer can have them.
pub(crate) fn elements(frames: usize, width: usize, name: &str) -> Result<usize, Failure> {
    let elements = frames.checked_mul(width).filter(|&elements| elements <= MAX_ELEMENTS);
    elements.ok_or_else(|| {
        Failure::too_large(format!("{name} is {frames} x {width}; a call takes {MAX_ELEMENTS} elements"))
    })
}

/// Refuses a buffer of another length than what it is for.
pub(crate) fn expect(name: &str, expected: usize, actual: usize) -> Result<(), Failure> {
    if actual == expected {
        return Ok(());
    }
    Err(Failure::argument(format!("{name} has {expected} values, not {actual}")))
}
