//! How many frames an MP3 (ISO/IEC 11172-3, 13818-3) or ADTS AAC file (ISO/IEC 13818-7) really holds.
//!
//! Both are bare runs of frames without an index. Symphonia estimates their length from the first frames, and ends an
//! MP3 there; the estimate of a variable bit rate can be half the file. So the headers are walked once, each frame to
//! the next, which also finds holes and a cut last frame.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

const BUFFER_BYTES: usize = 256 * 1024;
/// Longest stretch without a frame that may stand before the first.
const LEADING_JUNK_BYTES: u64 = 64 * 1024;

/// Where and how other containers begin.
const NAMES: [(usize, &[u8]); 12] = [
    (0, b"RIFF"),
    (0, b"RF64"),
    (0, b"FORM"),
    (0, b"fLaC"),
    (0, b"OggS"),
    (0, b"caff"),
    (0, b"\x1aE\xdf\xa3"),
    (4, b"ftyp"),
    (4, b"moov"),
    (4, b"mdat"),
    (4, b"free"),
    (4, b"wide"),
];

/// What the walk has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    /// Frames of sound (samples of one channel), the frame that holds a Xing or VBRI header included.
    pub frames: u64,
    /// First byte behind the last whole frame.
    pub end: u64,
    /// The file ends inside of a frame.
    pub cut_off: bool,
    /// Frames of sound before a stretch that is no frame, where there is one in the middle.
    pub gap: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    /// The fields that stay the same from frame to frame.
    stream: u32,
    length: u64,
    frames: u64,
}

impl Header {
    fn parse(bytes: [u8; 7]) -> Option<Self> {
        if bytes[0] != 0xff {
            return None;
        }
        if bytes[1] & 0xf6 == 0xf0 { Self::adts(bytes) } else { Self::layer3(bytes) }
    }

    fn adts(b: [u8; 7]) -> Option<Self> {
        let length = u64::from(b[3] & 3) << 11 | u64::from(b[4]) << 3 | u64::from(b[5]) >> 5;
        let rate = b[2] >> 2 & 15;
        // Protection, profile and rate stay; so do the channels.
        let stream = u32::from(b[1]) << 16 | u32::from(b[2] & 0xfd) << 8 | u32::from(b[3] & 0xc0);
        (length > 7 && rate < 13).then_some(Self { stream, length, frames: 1024 * (u64::from(b[6] & 3) + 1) })
    }

    fn layer3(b: [u8; 7]) -> Option<Self> {
        const KBIT_S: [[u64; 14]; 2] = [
            [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
            [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        ];
        const RATES_HZ: [u64; 3] = [44_100, 48_000, 32_000];
        if b[1] & 0xe6 != 0xe2 {
            return None;
        }
        // Version: 3 is MPEG 1, 2 is MPEG 2 (half the rate), 0 is MPEG 2.5 (a quarter).
        let (low, divisor) = match b[1] >> 3 & 3 {
            3 => (0, 1),
            2 => (1, 2),
            0 => (1, 4),
            _ => return None,
        };
        let kbit_s = *KBIT_S[low].get(usize::from(b[2] >> 4).checked_sub(1)?)?;
        let rate_hz = *RATES_HZ.get(usize::from(b[2] >> 2 & 3))? / divisor;
        let frames = if low == 0 { 1152 } else { 576 };
        let length = frames / 8 * kbit_s * 1000 / rate_hz + u64::from(b[2] >> 1 & 1);
        let stream = u32::from(b[1] & 0xfe) << 8 | u32::from(b[2] & 0x0c);
        Some(Self { stream, length, frames })
    }
}

/// Walks an MP3 or ADTS file; `None` for everything else. Leaves the position at 0.
pub(super) fn walk(source: &mut dyn MediaSource) -> io::Result<Option<Walk>> {
    let Some(length) = source.byte_len().filter(|_| source.is_seekable()) else { return Ok(None) };
    let mut walker = Walker { reader: BufReader::with_capacity(BUFFER_BYTES, &mut *source), at: 0, length };
    let result = walker.run();
    source.seek(SeekFrom::Start(0))?;
    result
}

struct Walker<R: Read + Seek> {
    reader: BufReader<R>,
    at: u64,
    length: u64,
}

impl<R: Read + Seek> Walker<R> {
    fn run(&mut self) -> io::Result<Option<Walk>> {
        self.skip_tags()?;
        if self.starts_with_a_name()? {
            return Ok(None);
        }
        let Some(first) = self.find(None, LEADING_JUNK_BYTES)? else { return Ok(None) };
        let mut walk = Walk { frames: 0, end: self.at, cut_off: false, gap: None };
        loop {
            match Header::parse(self.peek()?).filter(|header| header.stream == first.stream) {
                Some(header) if self.at + header.length > self.length => {
                    walk.cut_off = true;
                    return Ok(Some(walk));
                }
                Some(header) => {
                    walk.frames += header.frames;
                    self.go_to(self.at + header.length)?;
                    walk.end = self.at;
                }
                // Tags behind the last frame are no damage; frames behind something else are.
                None => {
                    if self.find(Some(first.stream), u64::MAX)?.is_some() {
                        walk.gap = Some(walk.frames);
                    } else {
                        walk.cut_off = self.length > walk.end && self.ends_in_a_header(walk.end)?;
                    }
                    return Ok(Some(walk));
                }
            }
        }
    }

    /// A header too short to be told: the file ends within the first bytes of a frame.
    fn ends_in_a_header(&mut self, end: u64) -> io::Result<bool> {
        self.go_to(end)?;
        let bytes = self.peek()?;
        Ok(self.length - end < 7 && bytes[0] == 0xff)
    }

    /// ID3v2 tags at the start (id3.org, 2.4.0 section 3.1).
    fn skip_tags(&mut self) -> io::Result<()> {
        loop {
            let mut tag = [0; 10];
            self.go_to(self.at)?;
            read_up_to(&mut self.reader, &mut tag)?;
            self.reader.seek(SeekFrom::Start(self.at))?;
            if &tag[..3] != b"ID3" {
                return Ok(());
            }
            let size = tag[6..10].iter().fold(0u64, |size, &byte| size << 7 | u64::from(byte & 0x7f));
            let footer = if tag[5] & 0x10 != 0 { 10 } else { 0 };
            self.go_to(self.at + 10 + size + footer)?;
        }
    }

    /// Other containers say what they are.
    fn starts_with_a_name(&mut self) -> io::Result<bool> {
        let mut head = [0; 8];
        let read = read_up_to(&mut self.reader, &mut head)?;
        self.reader.seek_relative(-(read as i64))?;
        Ok(NAMES.iter().any(|(at, name)| head[*at..].starts_with(name)))
    }

    /// Looks from here on for a frame that another of the same stream follows (or the end); stands on it afterwards.
    fn find(&mut self, stream: Option<u32>, within: u64) -> io::Result<Option<Header>> {
        let last = self.at.saturating_add(within).min(self.length);
        while self.at < last {
            let start = self.at;
            if let Some(header) = Header::parse(self.peek()?).filter(|h| stream.is_none_or(|s| s == h.stream)) {
                self.go_to(start + header.length)?;
                let next = Header::parse(self.peek()?);
                let ends = self.at >= self.length;
                self.go_to(start)?;
                if ends || next.is_some_and(|next| next.stream == header.stream) {
                    return Ok(Some(header));
                }
            }
            self.go_to(start + 1)?;
        }
        Ok(None)
    }

    /// The next bytes, zeros behind the end. Does not move.
    fn peek(&mut self) -> io::Result<[u8; 7]> {
        let mut bytes = [0; 7];
        let read = read_up_to(&mut self.reader, &mut bytes)?;
        self.reader.seek_relative(-(read as i64))?;
        Ok(bytes)
    }

    fn go_to(&mut self, to: u64) -> io::Result<()> {
        // Within the buffer this costs nothing.
        self.reader.seek_relative(to as i64 - self.at as i64)?;
        self.at = to;
        Ok(())
    }
}

fn read_up_to(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// The frames alone, without the length from which a reader would guess.
pub(super) struct Frames {
    source: Box<dyn MediaSource>,
    position: u64,
    end: u64,
}

impl Frames {
    /// `source` from its start to the end of the last frame.
    pub(super) fn new(source: Box<dyn MediaSource>, end: u64) -> Self {
        Self { source, position: 0, end }
    }
}

impl Read for Frames {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let length = into.len().min(left);
        let read = self.source.read(&mut into[..length])?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Frames {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl MediaSource for Frames {
    fn is_seekable(&self) -> bool {
        false
    }

    fn byte_len(&self) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// MPEG 1 layer III, 128 kbit/s, 44.1 kHz, no padding: 417 bytes.
    fn frame() -> Vec<u8> {
        let mut frame = vec![0x11; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x64]);
        frame
    }

    fn walked(bytes: Vec<u8>) -> Option<Walk> {
        walk(&mut Cursor::new(bytes)).expect("readable")
    }

    #[test]
    fn counts_every_frame() {
        let expected = Walk { frames: 20 * 1152, end: 20 * 417, cut_off: false, gap: None };
        assert_eq!(walked(frame().repeat(20)), Some(expected));
        let mut tagged = b"ID3\x04\0\0\0\0\0\x05hello".to_vec();
        tagged.extend(frame().repeat(20));
        tagged.extend([b"TAG".as_slice(), &[b' '; 125]].concat());
        assert_eq!(walked(tagged), Some(Walk { end: expected.end + 15, ..expected }));
    }

    #[test]
    fn sees_holes_and_cuts() {
        let mut hole = frame().repeat(20);
        hole[417 * 7..417 * 9].fill(0);
        assert_eq!(walked(hole).and_then(|walk| walk.gap), Some(7 * 1152));
        for missing in [1, 100, 412, 416] {
            let mut cut = frame().repeat(20);
            cut.truncate(cut.len() - missing);
            assert_eq!(walked(cut).map(|walk| (walk.cut_off, walk.frames)), Some((true, 19 * 1152)), "{missing}");
        }
    }

    #[test]
    fn leaves_other_files_alone() {
        assert_eq!(walked(b"RIFF....WAVEfmt ".repeat(100)), None);
        assert_eq!(walked(b"OggS".repeat(1000)), None);
        assert_eq!(walked(vec![0; 5000]), None);
        assert_eq!(walked(Vec::new()), None);
        assert_eq!(walked(vec![0xff; 5000]), None);
    }
}
