//! What an engine's process and the server say to each other: an order in one line of JSON on standard input, frames on
//! standard output. A frame is a tag (1 byte), a length (4 bytes, little-endian) and so many bytes.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use dsp::engine::{BatchOutcome, BatchRequest};
use serde::{Deserialize, Serialize};
use web::model::Problem;

/// Longest frame; a grid has a few megabytes.
const MOST_BYTES: u32 = 256 << 20;

/// What is to be done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The analysis of a recording.
    Analysis(Box<AnalysisOrder>),
    /// Operations, whose results are files.
    Call(Box<BatchRequest>),
}

/// What is to be analysed.
#[derive(Debug, Serialize, Deserialize)]
pub struct AnalysisOrder {
    /// The file.
    pub path: PathBuf,
    /// Its name, as it was submitted.
    pub name: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its length.
    pub size_bytes: u64,
    /// How it is analysed.
    pub parameters: dsp::Parameters,
    /// Limits for sound.
    pub limits: dsp::decode::Limits,
}

/// What the process says.
#[derive(Debug)]
pub enum Frame {
    /// How far it is: percent, and a number that grows.
    Progress(Option<f32>, u64),
    /// The analysis document, JSON.
    Analysis(Vec<u8>),
    /// The bytes of the spectrogram grid.
    Spectrogram(Vec<u8>),
    /// The waveform, JSON.
    Waveform(Vec<u8>),
    /// The result is complete; the length that was counted, in seconds.
    Done(f64),
    /// What has become of the operations of a call.
    Called(Box<BatchOutcome>),
    /// The input is bad.
    Input(Box<Problem>),
    /// Something in the way that is not the input; whether it passes.
    Trouble(Box<Problem>, bool),
}

impl Frame {
    /// Writes the frame.
    pub fn write(&self, mut sink: impl Write) -> io::Result<()> {
        let json = |value: &dyn erased::Json| value.to_json();
        let (tag, bytes) = match self {
            Self::Progress(percent, done) => (b'p', json(&(percent, done))?),
            Self::Analysis(bytes) => (b'a', bytes.clone()),
            Self::Spectrogram(bytes) => (b's', bytes.clone()),
            Self::Waveform(bytes) => (b'w', bytes.clone()),
            Self::Done(duration_s) => (b'd', duration_s.to_le_bytes().to_vec()),
            Self::Called(outcome) => (b'c', json(outcome)?),
            Self::Input(problem) => (b'i', json(problem)?),
            Self::Trouble(problem, passes) => (b't', json(&(problem, passes))?),
        };
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        sink.write_all(&[tag])?;
        sink.write_all(&length.to_le_bytes())?;
        sink.write_all(&bytes)?;
        sink.flush()
    }

    /// Reads the next frame; `None` at the end.
    pub fn read(mut source: impl Read) -> io::Result<Option<Self>> {
        let mut tag = [0];
        if source.read(&mut tag)? == 0 {
            return Ok(None);
        }
        let mut length = [0; 4];
        source.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        let nonsense = || io::Error::from(io::ErrorKind::InvalidData);
        if length > MOST_BYTES {
            return Err(nonsense());
        }
        let mut bytes = Vec::new();
        source.take(length.into()).read_to_end(&mut bytes)?;
        if bytes.len() != length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(match tag[0] {
            b'p' => {
                let (percent, done) = serde_json::from_slice(&bytes)?;
                Self::Progress(percent, done)
            }
            b'a' => Self::Analysis(bytes),
            b's' => Self::Spectrogram(bytes),
            b'w' => Self::Waveform(bytes),
            b'd' => Self::Done(f64::from_le_bytes(bytes.try_into().map_err(|_| nonsense())?)),
            b'c' => Self::Called(serde_json::from_slice(&bytes)?),
            b'i' => Self::Input(serde_json::from_slice(&bytes)?),
            b't' => {
                let (problem, passes) = serde_json::from_slice(&bytes)?;
                Self::Trouble(problem, passes)
            }
            _ => return Err(nonsense()),
        }))
    }
}

/// JSON of values of any type.
mod erased {
    use std::io;

    pub trait Json {
        fn to_json(&self) -> io::Result<Vec<u8>>;
    }

    impl<T: serde::Serialize> Json for T {
        fn to_json(&self) -> io::Result<Vec<u8>> {
            serde_json::to_vec(self).map_err(io::Error::from)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn frames_read_back_and_nonsense_is_refused() {
        let mut bytes = Vec::new();
        Frame::Progress(Some(12.5), 7).write(&mut bytes).unwrap();
        Frame::Spectrogram(vec![1, 2, 3]).write(&mut bytes).unwrap();
        Frame::Done(2.5).write(&mut bytes).unwrap();
        let mut source = bytes.as_slice();
        assert!(matches!(Frame::read(&mut source).unwrap(), Some(Frame::Progress(Some(12.5), 7))));
        assert!(matches!(Frame::read(&mut source).unwrap(), Some(Frame::Spectrogram(bytes)) if bytes == [1, 2, 3]));
        assert!(matches!(Frame::read(&mut source).unwrap(), Some(Frame::Done(2.5))));
        assert!(Frame::read(&mut source).unwrap().is_none());
        for broken in [&b"p"[..], b"x\0\0\0\0", b"p\x05\0\0\0[", b"d\x01\0\0\0x", b"s\xff\xff\xff\xff"] {
            assert!(Frame::read(broken).is_err(), "{broken:?}");
        }
    }
}
