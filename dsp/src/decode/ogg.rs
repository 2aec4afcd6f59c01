//! Whether an Ogg file ends as it should: the last page complete and marked as end of stream (RFC 3533). What stands behind
//! that page (a tag, padding) does not matter.

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

/// A page has at most 27 + 255 + 255 x 255 bytes.
const LONGEST_PAGE_BYTES: u64 = 65_307;
const HEADER_BYTES: usize = 27;
const END_OF_STREAM: u8 = 4;

/// True when the source is no Ogg file, cannot be searched, or ends with a complete last page. Leaves the position at 0.
pub(super) fn ends_well(source: &mut dyn MediaSource) -> io::Result<bool> {
    let Some(length) = source.byte_len().filter(|_| source.is_seekable()) else { return Ok(true) };
    let mut magic = [0; 4];
    let is_ogg = source.read_exact(&mut magic).is_ok() && &magic == b"OggS";
    let result = if is_ogg { check_tail(source, length) } else { Ok(true) };
    source.seek(SeekFrom::Start(0))?;
    result
}

fn check_tail(source: &mut dyn MediaSource, length: u64) -> io::Result<bool> {
    let start = length.saturating_sub(LONGEST_PAGE_BYTES);
    source.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    source.take(LONGEST_PAGE_BYTES).read_to_end(&mut tail)?;
    // A capture pattern inside of packet data is followed by no page that makes sense.
    Ok((0..tail.len()).rev().filter(|&at| tail[at..].starts_with(b"OggS")).any(|at| {
        let page = &tail[at..];
        let Some((&flags, &segments)) = page.get(5).zip(page.get(HEADER_BYTES - 1)) else { return false };
        let table_end = HEADER_BYTES + usize::from(segments);
        let Some(table) = page.get(HEADER_BYTES..table_end) else { return false };
        let body: usize = table.iter().map(|&lacing| usize::from(lacing)).sum();
        table_end + body <= page.len() && flags & END_OF_STREAM != 0
    }))
}
