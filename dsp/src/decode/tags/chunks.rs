//! The text chunks of WAV and AIFF files, which symphonia passes over.
//!
//! WAV: the LIST chunk of type INFO (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0",
//! 1991) and the `bext` chunk of broadcasting (EBU Tech 3285). AIFF: NAME, AUTH, (c) and ANNO (Apple, "Audio Interchange
//! File Format 1.3"). They may stand behind the sound.

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

use super::{latin_or_utf8, tag};
use crate::analysis::Tag;

/// A file with more chunks than that is not searched to its end.
const MAX_CHUNKS: usize = 256;
/// Most of a chunk that is read.
const MAX_CHUNK_BYTES: u64 = 64 * 1024;

/// What the entries of an INFO list are called elsewhere.
const INFO: [(&[u8; 4], &str); 11] = [
    (b"IART", "artist"),
    (b"ICMT", "comment"),
    (b"ICOP", "copyright"),
    (b"ICRD", "recording_date"),
    (b"IGNR", "genre"),
    (b"IMUS", "composer"),
    (b"INAM", "track_title"),
    (b"IPRD", "album"),
    (b"IPRT", "track_number"),
    (b"ISFT", "encoder"),
    (b"ITRK", "track_number"),
];
/// Text chunks of AIFF.
const AIFF: [(&[u8; 4], &str); 4] =
    [(b"NAME", "track_title"), (b"AUTH", "artist"), (b"(c) ", "copyright"), (b"ANNO", "comment")];
/// Chunks of WAV that hold texts.
const WAVE: &[&[u8; 4]] = &[b"LIST", b"bext"];
/// Name, first byte and length of the texts of a `bext` chunk.
const BROADCAST: [(&str, usize, usize); 3] =
    [("description", 0, 256), ("originator", 256, 32), ("originator_reference", 288, 32)];
/// Where `bext` has the day and the time of day of the recording.
const BROADCAST_DATE: (std::ops::Range<usize>, std::ops::Range<usize>) = (320..330, 330..338);

/// The texts of a WAV or AIFF file, in file order; none for other files. Leaves the position anywhere.
pub(super) fn read(source: &mut dyn MediaSource) -> io::Result<Vec<Tag>> {
    let mut head = [0; 12];
    source.seek(SeekFrom::Start(0))?;
    if !filled(source, &mut head)? {
        return Ok(Vec::new());
    }
    let wave = head.starts_with(b"RIFF") && head.ends_with(b"WAVE");
    if !wave && !(head.starts_with(b"FORM") && (head.ends_with(b"AIFF") || head.ends_with(b"AIFC"))) {
        return Ok(Vec::new());
    }
    let (mut tags, mut at) = (Vec::new(), 12u64);
    for _ in 0..MAX_CHUNKS {
        let mut chunk = [0; 8];
        source.seek(SeekFrom::Start(at))?;
        if !filled(source, &mut chunk)? {
            break;
        }
        let [a, b, c, d, length @ ..] = chunk;
        let length = u64::from(if wave { u32::from_le_bytes(length) } else { u32::from_be_bytes(length) });
        let id = [a, b, c, d];
        let has_text = if wave { WAVE.contains(&&id) } else { AIFF.iter().any(|(known, _)| **known == id) };
        if has_text {
            let mut body = Vec::new();
            source.take(length.min(MAX_CHUNK_BYTES)).read_to_end(&mut body)?;
            match &id {
                b"LIST" => info(&body, &mut tags),
                b"bext" => broadcast(&body, &mut tags),
                _ => aiff(id, &body, &mut tags),
            }
        }
        // Chunks are padded to even lengths.
        at += 8 + length + length % 2;
    }
    Ok(tags)
}

/// False at the end of the file.
fn filled(source: &mut dyn MediaSource, buffer: &mut [u8]) -> io::Result<bool> {
    match source.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The entries of a LIST chunk that is of type INFO.
fn info(body: &[u8], tags: &mut Vec<Tag>) {
    let Some(mut rest) = body.strip_prefix(b"INFO") else { return };
    while let Some((&[a, b, c, d, e, f, g, h], after)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes([e, f, g, h]) as usize;
        let text = &after[..length.min(after.len())];
        let id = [a, b, c, d];
        let known = INFO.iter().find(|(known, _)| **known == id).map(|(_, name)| (*name).to_owned());
        tags.extend(tag(known.unwrap_or_else(|| latin_or_utf8(&id)), &latin_or_utf8(text)));
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or(&[]);
    }
}

fn broadcast(body: &[u8], tags: &mut Vec<Tag>) {
    let text = |range: std::ops::Range<usize>| body.get(range).map(latin_or_utf8).unwrap_or_default();
    for (name, start, length) in BROADCAST {
        tags.extend(tag(name.to_owned(), &text(start..start + length)));
    }
    let (date, time) = (text(BROADCAST_DATE.0), text(BROADCAST_DATE.1));
    tags.extend(tag("recording_date".to_owned(), format!("{date} {time}").trim()));
}

fn aiff(id: [u8; 4], body: &[u8], tags: &mut Vec<Tag>) {
    let name = AIFF.iter().find(|(known, _)| **known == id).map(|(_, name)| (*name).to_owned());
    tags.extend(name.and_then(|name| tag(name, &latin_or_utf8(body))));
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn pairs(file: &[u8]) -> Vec<(String, String)> {
        let tags = read(&mut Cursor::new(file.to_vec())).expect("read");
        tags.into_iter().map(|Tag { key, value }| (key, value)).collect()
    }

    fn chunk(id: &[u8; 4], body: &[u8], little: bool) -> Vec<u8> {
        let length = body.len() as u32;
        let mut chunk = id.to_vec();
        chunk.extend(if little { length.to_le_bytes() } else { length.to_be_bytes() });
        chunk.extend(body);
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    }

    fn wave(chunks: &[Vec<u8>]) -> Vec<u8> {
        [b"RIFF\0\0\0\0WAVE".to_vec(), chunks.concat()].concat()
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn lists_of_waves_are_read_before_and_behind_the_sound() {
        let entries = [
            b"INFO".to_vec(),
            chunk(b"INAM", b"Blackbird\0", true),
            chunk(b"IART", b"M\xfcller\0", true),
            chunk(b"ICMT", "ä in UTF-8".as_bytes(), true),
            chunk(b"IXYZ", b"own\0\0\0", true),
            chunk(b"IGNR", b"\0", true),
        ]
        .concat();
        let expected = [
            pair("track_title", "Blackbird"),
            pair("artist", "Müller"),
            pair("comment", "ä in UTF-8"),
            pair("IXYZ", "own"),
        ];
        let (list, sound) = (chunk(b"LIST", &entries, true), chunk(b"data", &[7; 1001], true));
        assert_eq!(pairs(&wave(&[list.clone(), sound.clone()])), expected);
        let whole = wave(&[sound, chunk(b"LIST", b"adtlabcd", true), list]);
        assert_eq!(pairs(&whole), expected);
        for cut in 0..whole.len() {
            assert!(pairs(&whole[..cut]).len() <= expected.len());
        }
        let mut endless = whole;
        let at = endless.len() - entries.len() - 4;
        endless[at..at + 4].fill(0xff);
        assert_eq!(pairs(&endless), expected, "a length that lies");
    }

    #[test]
    fn broadcasters_say_who_and_when() {
        let mut body = vec![0; 602];
        body[..4].copy_from_slice(b"Dawn");
        body[256..259].copy_from_slice(b"DAS");
        body[288..291].copy_from_slice(b"id7");
        body[320..338].copy_from_slice(b"2026-05-0104:30:00");
        let expected = [
            pair("description", "Dawn"),
            pair("originator", "DAS"),
            pair("originator_reference", "id7"),
            pair("recording_date", "2026-05-01 04:30:00"),
        ];
        assert_eq!(pairs(&wave(&[chunk(b"bext", &body, true)])), expected);
        assert_eq!(pairs(&wave(&[chunk(b"bext", &body[..290], true)])), expected[..2]);
    }

    #[test]
    fn texts_of_aiff_are_read() {
        let chunks = [
            chunk(b"NAME", b"Wren", false),
            chunk(b"SSND", &[1; 33], false),
            chunk(b"AUTH", b"DAS", false),
            chunk(b"(c) ", b"2026 DAS", false),
            chunk(b"ANNO", b"in the garden", false),
        ];
        let file = [b"FORM\0\0\0\0AIFF".to_vec(), chunks.concat()].concat();
        let expected = [
            pair("track_title", "Wren"),
            pair("artist", "DAS"),
            pair("copyright", "2026 DAS"),
            pair("comment", "in the garden"),
        ];
        assert_eq!(pairs(&file), expected);
        assert!(pairs(b"fLaC").is_empty() && pairs(b"OggS\0\0\0\0\0\0\0\0\0\0").is_empty());
    }
}
