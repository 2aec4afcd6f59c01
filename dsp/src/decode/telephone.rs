//! WAV files with a telephone code (ITU-T G.711) whose format chunk ends where that of PCM does.
//!
//! Every format but PCM states the length of its extension, 0 here ("Multiple channel audio data and WAVE files"). Some
//! recorders leave it out, and symphonia takes that for damage.

use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use super::claim::{self, SEARCH_BYTES};

/// A-law and mu-law.
const TAGS: [u16; 2] = [6, 7];
const SHORT_BYTES: u32 = 16;
/// The length that is missing has 16 bits.
const MISSING_BYTES: u32 = 2;

/// The file with an extension of length 0 put in.
struct Completed {
    source: Box<dyn MediaSource>,
    /// What stands before the place, and what was put in.
    head: Vec<u8>,
    position: u64,
}

/// `source` from its start, completed where it needs to be.
pub(super) fn complete(mut source: Box<dyn MediaSource>) -> io::Result<Box<dyn MediaSource>> {
    if !source.is_seekable() {
        return Ok(source);
    }
    let mut head = Vec::new();
    source.as_mut().take(SEARCH_BYTES).read_to_end(&mut head)?;
    source.seek(SeekFrom::Start(0))?;
    Ok(match completed(head) {
        Some(head) => Box::new(Completed { source, head, position: 0 }),
        None => source,
    })
}

/// The completed head of a file that needs it.
fn completed(mut head: Vec<u8>) -> Option<Vec<u8>> {
    if (head.get(..4)?, head.get(8..12)?) != (b"RIFF".as_slice(), b"WAVE".as_slice()) {
        return None;
    }
    let format = claim::chunk(&head, b"fmt ", u32::from_le_bytes)?;
    let tag = u16::from_le_bytes(format.get(..2)?.try_into().ok()?);
    let start = head.len() - format.len();
    let length: &mut [u8] = head.get_mut(start - 4..start)?;
    if !TAGS.contains(&tag) || length != SHORT_BYTES.to_le_bytes() {
        return None;
    }
    length.copy_from_slice(&(SHORT_BYTES + MISSING_BYTES).to_le_bytes());
    let all = head.get_mut(4..8)?;
    let longer = u32::from_le_bytes((*all).try_into().ok()?).saturating_add(MISSING_BYTES);
    all.copy_from_slice(&longer.to_le_bytes());
    let end = start + SHORT_BYTES as usize;
    if head.len() < end {
        return None;
    }
    head.truncate(end);
    head.extend([0; MISSING_BYTES as usize]);
    Some(head)
}

impl Read for Completed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match usize::try_from(self.position).ok().and_then(|at| self.head.get(at..)) {
            Some(mut rest) if !rest.is_empty() => rest.read(into)?,
            _ => {
                self.source.seek(SeekFrom::Start(self.position - u64::from(MISSING_BYTES)))?;
                self.source.read(into)?
            }
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Completed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
            SeekFrom::End(distance) => {
                let end = self.source.seek(SeekFrom::End(0))?.checked_add(u64::from(MISSING_BYTES));
                end.and_then(|end| end.checked_add_signed(distance))
            }
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl MediaSource for Completed {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.source.byte_len().map(|length| length.saturating_add(u64::from(MISSING_BYTES)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn file(tag: u8, length: u8) -> Vec<u8> {
        let mut file = b"RIFF\x2e\0\0\0WAVEJUNK\x02\0\0\0abfmt ".to_vec();
        file.extend([length, 0, 0, 0, tag, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0]);
        file.extend(b"data\x04\0\0\0wxyz");
        file
    }

    fn read(bytes: Vec<u8>) -> Vec<u8> {
        let mut read = Vec::new();
        complete(Box::new(Cursor::new(bytes))).expect("readable").read_to_end(&mut read).expect("readable");
        read
    }

    #[test]
    fn the_missing_length_is_put_in() {
        for tag in [6, 7] {
            let mut expected = file(tag, 18);
            expected[4] += 2;
            expected.splice(46..46, [0, 0]);
            assert_eq!(read(file(tag, 16)), expected);
            let mut source = complete(Box::new(Cursor::new(file(tag, 16)))).expect("readable");
            assert_eq!(source.byte_len(), Some(expected.len() as u64));
            for (to, position) in [
                (SeekFrom::Start(47), 47usize),
                (SeekFrom::Current(-2), 45),
                (SeekFrom::End(-4), expected.len() - 4),
                (SeekFrom::Start(3), 3),
                (SeekFrom::End(9), expected.len() + 9),
            ] {
                assert_eq!(source.seek(to).expect("within"), position as u64);
                let mut byte = [0];
                let read = source.read(&mut byte).expect("readable");
                assert_eq!(expected.get(position), byte.get(..read).and_then(<[u8]>::first), "{to:?}");
                source.seek(SeekFrom::Start(position as u64)).expect("within");
            }
            assert!(source.seek(SeekFrom::Current(-1_000)).is_err());
        }
    }

    #[test]
    fn other_files_stay_as_they_are() {
        for (tag, length) in [(1, 16), (7, 18), (3, 16)] {
            assert_eq!(read(file(tag, length)), file(tag, length));
        }
        let whole = file(7, 16);
        for cut in 0..46 {
            assert_eq!(read(whole[..cut].to_vec()), whole[..cut], "{cut}");
        }
    }
}
