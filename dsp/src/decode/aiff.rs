//! Whether an AIFF file has all the frames that its header counts. Symphonia looks for what stands behind the sound before
//! it reads any, and only says that the file has ended.

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

use super::claim::{SEARCH_BYTES, chunk};

/// What an AIFF file promises, and what there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub expected_frames: u64,
    pub actual_frames: u64,
}

/// How much of an AIFF file that is cut off is there; `None` of whole ones and of everything else. Compressed files
/// (AIFC) have frames of their own kinds. Leaves the position at 0.
pub(super) fn cut(source: &mut dyn MediaSource) -> io::Result<Option<Cut>> {
    let Some(length) = source.byte_len().filter(|_| source.is_seekable()) else { return Ok(None) };
    let mut head = Vec::new();
    source.take(SEARCH_BYTES).read_to_end(&mut head)?;
    source.seek(SeekFrom::Start(0))?;
    Ok(parse(&head, length))
}

fn parse(head: &[u8], length: u64) -> Option<Cut> {
    if !head.starts_with(b"FORM") || head.get(8..12)? != b"AIFF" {
        return None;
    }
    let common = chunk(head, b"COMM", u32::from_be_bytes)?;
    let channels = u16::from_be_bytes(common.get(..2)?.try_into().ok()?);
    let expected_frames = u64::from(u32::from_be_bytes(common.get(2..6)?.try_into().ok()?));
    let bits = u16::from_be_bytes(common.get(6..8)?.try_into().ok()?);
    let sound = chunk(head, b"SSND", u32::from_be_bytes)?;
    let offset = u32::from_be_bytes(sound.get(..4)?.try_into().ok()?);
    // Offset and block size stand before the samples.
    let start = (head.len() - sound.len()) as u64 + 8 + u64::from(offset);
    let frame_bytes = u64::from(channels) * u64::from(bits.div_ceil(8));
    let actual_frames = length.saturating_sub(start).checked_div(frame_bytes)?;
    (actual_frames < expected_frames).then_some(Cut { expected_frames, actual_frames })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_frames_that_are_there() {
        let mut file = b"FORM\0\0\0\0AIFFCOMM\0\0\0\x12\0\x02\0\0\0\x0a\0\x18".to_vec();
        file.extend([0; 10]);
        file.extend(b"SSND\0\0\0\x44\0\0\0\0\0\0\0\0");
        let start = file.len() as u64;
        for (bytes, found) in [(0, Some(0)), (5, Some(0)), (6, Some(1)), (59, Some(9)), (60, None), (1_000, None)] {
            let cut = found.map(|actual_frames| Cut { expected_frames: 10, actual_frames });
            assert_eq!(parse(&file, start + bytes), cut, "{bytes}");
        }
        for shorter in 0..file.len() - 12 {
            assert_eq!(parse(&file[..shorter], shorter as u64), None, "{shorter}");
        }
        // No channels are no frames.
        file[21] = 0;
        assert_eq!(parse(&file, start), None);
    }
}
