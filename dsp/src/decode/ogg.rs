//! Whether an Ogg file ends as it should: the last page complete and marked as end of stream (RFC 3533). What stands behind
//! that page (a tag, padding) does not matter.

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

/// A page has at most 27 + 255 + 255 x 255 bytes.
const LONGEST_PAGE_BYTES: u64 = 65_307;
/// The cut page, and the one before it.
const TAIL_BYTES: u64 = 2 * LONGEST_PAGE_BYTES;
const HEADER_BYTES: usize = 27;
const END_OF_STREAM: u8 = 4;

/// How an Ogg file ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As it should; also of what is no Ogg file or cannot be searched.
    Whole,
    /// Inside of a page or without a last one.
    Cut {
        /// Frames of sound up to the last whole page, where one was found that counts them.
        frames: Option<u64>,
    },
}

/// What the end of the source is like. Leaves the position at 0.
pub(super) fn end(source: &mut dyn MediaSource) -> io::Result<End> {
    let Some(length) = source.byte_len().filter(|_| source.is_seekable()) else { return Ok(End::Whole) };
    let mut head = [0; HEADER_BYTES];
    let is_ogg = source.read_exact(&mut head).is_ok() && head.starts_with(b"OggS");
    let result = if is_ogg { end_of_pages(source, length, serial(&head)) } else { Ok(End::Whole) };
    source.seek(SeekFrom::Start(0))?;
    result
}

fn end_of_pages(source: &mut dyn MediaSource, length: u64, first: Option<[u8; 4]>) -> io::Result<End> {
    source.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    source.take(TAIL_BYTES).read_to_end(&mut tail)?;
    // A capture pattern inside of packet data is followed by no page that makes sense.
    let pages = || (0..tail.len()).rev().map(|at| &tail[at..]).filter(|page| is_complete(page));
    if pages().next().and_then(|page| page.get(5)).is_some_and(|flags| flags & END_OF_STREAM != 0) {
        return Ok(End::Whole);
    }
    // In a file of several streams, others count other things than frames.
    let frames = pages().filter(|page| serial(page) == first).find_map(granule);
    Ok(End::Cut { frames })
}

fn is_complete(page: &[u8]) -> bool {
    let Some(&segments) = page.get(HEADER_BYTES - 1).filter(|_| page.starts_with(b"OggS\0")) else { return false };
    let table_end = HEADER_BYTES + usize::from(segments);
    let Some(table) = page.get(HEADER_BYTES..table_end) else { return false };
    let body: usize = table.iter().map(|&lacing| usize::from(lacing)).sum();
    table_end + body <= page.len()
}

/// Number of the stream that a page belongs to.
fn serial(page: &[u8]) -> Option<[u8; 4]> {
    page.get(14..18)?.try_into().ok()
}

/// Frames up to the end of the last packet of a page; of a page in which no packet ends, `None`.
fn granule(page: &[u8]) -> Option<u64> {
    u64::try_from(i64::from_le_bytes(page.get(6..14)?.try_into().ok()?)).ok()
}
