//! What a WAV header claims, read before symphonia does: it refuses absurd claims without saying what they were.

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

/// The format chunk stands near the start; further back it is symphonia's business.
const SEARCH_BYTES: u64 = 4_096;

/// Channels and sample rate of a WAV file's format chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub channels: u16,
    pub sample_rate_hz: u32,
}

/// The claim of a WAV file; `None` for everything else. Leaves the position at 0.
pub(super) fn claim(source: &mut dyn MediaSource) -> io::Result<Option<Claim>> {
    if !source.is_seekable() {
        return Ok(None);
    }
    let mut head = Vec::new();
    source.take(SEARCH_BYTES).read_to_end(&mut head)?;
    source.seek(SeekFrom::Start(0))?;
    Ok(parse(&head))
}

fn parse(head: &[u8]) -> Option<Claim> {
    if head.get(..4)? != b"RIFF" || head.get(8..12)? != b"WAVE" {
        return None;
    }
    let mut at = 12usize;
    loop {
        let length = u32::from_le_bytes(head.get(at + 4..at + 8)?.try_into().ok()?);
        if head.get(at..at + 4)? == b"fmt " {
            return Some(Claim {
                channels: u16::from_le_bytes(head.get(at + 10..at + 12)?.try_into().ok()?),
                sample_rate_hz: u32::from_le_bytes(head.get(at + 12..at + 16)?.try_into().ok()?),
            });
        }
        // Chunks are padded to even lengths.
        at = at.checked_add(8)?.checked_add(usize::try_from(length).ok()?.checked_next_multiple_of(2)?)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_format_behind_other_chunks() {
        let mut file = b"RIFF\0\0\0\0WAVEJUNK\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0".to_vec();
        file.extend([200, 0, 0x44, 0xac, 0, 0]);
        assert_eq!(parse(&file), Some(Claim { channels: 200, sample_rate_hz: 44_100 }));
        for cut in 0..file.len() {
            assert_eq!(parse(&file[..cut]), None);
        }
        let mut endless = file;
        endless[16..20].fill(0xff);
        assert_eq!(parse(&endless), None);
    }
}
