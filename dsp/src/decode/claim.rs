//! What a WAV or AIFF header claims, read before symphonia does: it refuses absurd claims without saying what they were.

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

/// The format chunk stands near the start; further back it is symphonia's business.
pub(super) const SEARCH_BYTES: u64 = 4_096;

/// Symphonia gives every channel of a WAV file a place in the room, and has names for so many. In AIFF files they have none.
const MOST_PLACES: u16 = 26;

/// Channels and sample rate of a file's format chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub channels: u16,
    pub sample_rate_hz: u32,
    /// The loudspeakers of an extensible WAV file.
    pub channel_mask: Option<u32>,
    /// As many channels are decoded of a file of this kind.
    pub most_channels: u16,
}

/// The claim of a WAV or AIFF file; `None` for everything else. Leaves the position at 0.
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
    match (head.get(..4)?, head.get(8..12)?) {
        (b"RIFF", b"WAVE") => {
            let format = chunk(head, b"fmt ", u32::from_le_bytes)?;
            Some(Claim {
                channels: u16::from_le_bytes(format.get(2..4)?.try_into().ok()?),
                sample_rate_hz: u32::from_le_bytes(format.get(4..8)?.try_into().ok()?),
                channel_mask: mask(format),
                most_channels: MOST_PLACES,
            })
        }
        (b"FORM", b"AIFF" | b"AIFC") => {
            let common = chunk(head, b"COMM", u32::from_be_bytes)?;
            Some(Claim {
                channels: u16::from_be_bytes(common.get(..2)?.try_into().ok()?),
                sample_rate_hz: extended_to_u32(common.get(8..18)?.try_into().ok()?),
                channel_mask: None,
                most_channels: u16::MAX,
            })
        }
        _ => None,
    }
}

/// The `dwChannelMask` of an extensible format.
fn mask(format: &[u8]) -> Option<u32> {
    const EXTENSIBLE: [u8; 2] = 0xfffeu16.to_le_bytes();
    format.starts_with(&EXTENSIBLE).then_some(())?;
    Some(u32::from_le_bytes(format.get(20..24)?.try_into().ok()?))
}

/// What follows the head of the first chunk of that name.
pub(super) fn chunk<'a>(head: &'a [u8], name: &[u8; 4], length_of: fn([u8; 4]) -> u32) -> Option<&'a [u8]> {
    let mut at = 12usize;
    loop {
        let length = length_of(head.get(at + 4..at + 8)?.try_into().ok()?);
        if head.get(at..at + 4)? == name {
            return head.get(at + 8..);
        }
        // Chunks are padded to even lengths.
        at = at.checked_add(8)?.checked_add(usize::try_from(length).ok()?.checked_next_multiple_of(2)?)?;
    }
}

/// The 80-bit extended precision number of AIFF, rounded down; what does not fit is the largest number.
fn extended_to_u32(bytes: [u8; 10]) -> u32 {
    let [sign, low, mantissa @ ..] = bytes;
    let exponent = i32::from(u16::from_be_bytes([sign & 0x7f, low])) - 16_383;
    let mantissa = u64::from_be_bytes(mantissa);
    match exponent {
        _ if sign & 0x80 != 0 => 0,
        ..0 => 0,
        0..=31 => (mantissa >> (63 - exponent)) as u32,
        _ => u32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_format_behind_other_chunks() {
        let mut file = b"RIFF\0\0\0\0WAVEJUNK\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0".to_vec();
        file.extend([200, 0, 0x44, 0xac, 0, 0]);
        assert_eq!(
            parse(&file),
            Some(Claim { channels: 200, sample_rate_hz: 44_100, channel_mask: None, most_channels: 26 })
        );
        for cut in 0..file.len() {
            assert_eq!(parse(&file[..cut]), None, "{cut}");
        }
        let mut endless = file;
        endless[16..20].fill(0xff);
        assert_eq!(parse(&endless), None);
    }

    #[test]
    fn reads_the_odd_numbers_of_aiff() {
        let rate = |bytes: [u8; 10]| extended_to_u32(bytes);
        assert_eq!(rate([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]), 44_100);
        assert_eq!(rate([0x40, 0x0b, 0xfa, 0, 0, 0, 0, 0, 0, 0]), 8_000);
        assert_eq!(rate([0; 10]), 0);
        assert_eq!(rate([0xff; 10]), 0);
        assert_eq!(rate([0x7f, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0]), u32::MAX);
        let mut file = b"FORM\0\0\0\0AIFFCOMM\0\0\0\x12\xff\xff".to_vec();
        file.extend([0, 0, 0, 0, 0, 16, 0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]);
        assert_eq!(
            parse(&file),
            Some(Claim { channels: 0xffff, sample_rate_hz: 44_100, channel_mask: None, most_channels: 0xffff })
        );
    }
}
