//! A client that does not behave: it sends slowly, without end, or leaves in the middle.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result};

/// How long the server may be silent.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a sender waits between two blocks.
const MOMENT: Duration = Duration::from_millis(100);

/// An upload whose body is sent by hand.
pub struct RudeUpload {
    stream: TcpStream,
}

/// What the server said to an upload that has no end.
pub struct EarlyAnswer {
    /// HTTP status; `None` if the connection was closed without an answer.
    pub status: Option<u16>,
    /// Everything that was received.
    pub text: String,
    /// Bytes of the body that were sent before the answer.
    pub sent_bytes: u64,
}

impl RudeUpload {
    /// Sends the head of a raw upload that promises `length` bytes.
    pub fn promise(address: &str, name: &str, length: u64) -> Result<Self> {
        Self::open(address, name, &format!("Content-Length: {length}"))
    }

    /// Sends the head of a raw upload that does not tell its length.
    pub fn chunked(address: &str, name: &str) -> Result<Self> {
        Self::open(address, name, "Transfer-Encoding: chunked")
    }

    fn open(address: &str, name: &str, length: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).context("cannot connect")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "POST /api/das/upload?name={name} HTTP/1.1\r\nHost: {address}\r\n\
             Content-Type: application/octet-stream\r\n{length}\r\n\r\n"
        )?;
        Ok(Self { stream })
    }

    /// Sends a part of the body.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Repeats `block` as chunks, after `beginning`, until the server answers or `most_bytes` were sent. After
    /// `hasty_bytes` the server gets a moment to answer between two blocks; else the sockets' buffers would be counted too.
    pub fn send_without_end(
        mut self,
        beginning: &[u8],
        block: &[u8],
        hasty_bytes: u64,
        most_bytes: u64,
    ) -> Result<EarlyAnswer> {
        let mut sent_bytes = 0;
        self.stream.set_nonblocking(false)?;
        let mut next = beginning;
        while sent_bytes < most_bytes && !self.has_answer(sent_bytes > hasty_bytes)? {
            let mut chunk = format!("{:x}\r\n", next.len()).into_bytes();
            chunk.extend_from_slice(next);
            chunk.extend_from_slice(b"\r\n");
            if self.stream.write_all(&chunk).is_err() {
                break;
            }
            sent_bytes += next.len() as u64;
            next = block;
        }
        let mut received = Vec::new();
        // No more is coming from here; what the server has said until the connection ends is the answer. A reset after
        // it is fine: the server need not read what it has refused.
        let _ = self.stream.shutdown(Shutdown::Write);
        let mut buffer = [0; 4096];
        while let Ok(length) = self.stream.read(&mut buffer) {
            if length == 0 {
                break;
            }
            received.extend_from_slice(buffer.get(..length).unwrap_or_default());
        }
        let text = String::from_utf8_lossy(&received).into_owned();
        let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        Ok(EarlyAnswer { status, text, sent_bytes })
    }

    /// True when the server has said something, or is gone.
    fn has_answer(&self, wait: bool) -> Result<bool> {
        self.stream.set_nonblocking(!wait)?;
        self.stream.set_read_timeout(Some(MOMENT))?;
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false)?;
        self.stream.set_read_timeout(Some(PATIENCE))?;
        // Which of the two a wait that is over is called depends on the system.
        Ok(!peeked.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)))
    }
}
