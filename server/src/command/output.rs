//! Standard output of the commands.

use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};

/// Standard output did not take what a command prints.
#[derive(Debug, thiserror::Error)]
#[error("standard output could not be written: {0}")]
pub struct OutputError(#[from] io::Error);

impl OutputError {
    /// True when whoever reads has seen enough: the command ends early, and well.
    pub fn reader_is_gone(&self) -> bool {
        self.0.kind() == ErrorKind::BrokenPipe
    }
}

/// Prints, and sees to it that all of it is out.
pub fn print(write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>) -> Result<(), OutputError> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    Ok(out.flush()?)
}
