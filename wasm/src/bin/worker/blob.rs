//! A file of the browser as a source of bytes: read in slices, never as a whole.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

use dsp::decode::MediaSource;
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use web_sys::{Blob, FileReaderSync};

/// The first slice, and the first after a jump, is small: the first columns wait for it.
const FIRST_SLICE_BYTES: u64 = 256 * 1024;
/// Reading on, slices double up to this. Each costs a round trip to the browser's process, some 5 ms whatever its size.
const LARGEST_SLICE_BYTES: u64 = 8 * 1024 * 1024;

/// Reads a `Blob` from beginning to end, with seeking.
pub struct BlobSource {
    /// JavaScript objects stay on this thread; the worker has only one.
    blob: SendWrapper<(Blob, FileReaderSync)>,
    length: u64,
    position: u64,
    slice: Vec<u8>,
    slice_start: u64,
}

impl BlobSource {
    /// A source at the beginning of the blob.
    pub fn new(blob: Blob) -> Result<Self> {
        let reader = FileReaderSync::new().map_err(|_| Error::from(ErrorKind::Unsupported))?;
        let length = blob.size() as u64;
        Ok(Self { blob: SendWrapper::new((blob, reader)), length, position: 0, slice: Vec::new(), slice_start: 0 })
    }

    /// What the slice in memory holds from the current position on.
    fn rest(&self) -> &[u8] {
        self.position
            .checked_sub(self.slice_start)
            .and_then(|from| self.slice.get(usize::try_from(from).ok()?..))
            .unwrap_or_default()
    }

    fn load(&mut self) -> Result<()> {
        let reading_on = !self.slice.is_empty() && self.position == self.slice_start + self.slice.len() as u64;
        let length =
            if reading_on { (2 * self.slice.len() as u64).min(LARGEST_SLICE_BYTES) } else { FIRST_SLICE_BYTES };
        let end = (self.position + length).min(self.length);
        let (blob, reader) = &*self.blob;
        let unreadable = |_| Error::new(ErrorKind::NotFound, "the browser cannot read the file any more");
        let part = blob.slice_with_f64_and_f64(self.position as f64, end as f64).map_err(unreadable)?;
        let buffer = reader.read_as_array_buffer(&part).map_err(unreadable)?;
        let bytes = Uint8Array::new(&buffer);
        self.slice.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut self.slice);
        self.slice_start = self.position;
        Ok(())
    }
}

impl Read for BlobSource {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        if self.position >= self.length || into.is_empty() {
            return Ok(0);
        }
        if self.rest().is_empty() {
            self.load()?;
        }
        let read = self.rest().read(into)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for BlobSource {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl MediaSource for BlobSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
