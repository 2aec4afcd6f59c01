//! The 128 bytes at the end of an MP3 (Eric Kemp 1996, and Michael Mutschler's track number, "ID3v1.1").

use std::io::{self, Read, SeekFrom};

use symphonia::core::io::MediaSource;

use super::{latin_or_utf8, tag};
use crate::analysis::Tag;

const LENGTH_BYTES: usize = 128;
/// Name, first byte and length. The genre is a number of a list that everybody continued differently, and is left out.
const FIELDS: [(&str, usize, usize); 5] =
    [("track_title", 3, 30), ("artist", 33, 30), ("album", 63, 30), ("release_date", 93, 4), ("comment", 97, 30)];
/// Track number where the byte before is zero: then the comment is shorter by these two.
const TRACK: usize = 126;

/// The tags at the end of a file; none where there are none. Leaves the position anywhere.
pub(super) fn read(source: &mut dyn MediaSource) -> io::Result<Vec<Tag>> {
    let Some(start) = source.byte_len().and_then(|length| length.checked_sub(LENGTH_BYTES as u64)) else {
        return Ok(Vec::new());
    };
    source.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    source.take(LENGTH_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(parse(&bytes))
}

fn parse(bytes: &[u8]) -> Vec<Tag> {
    if bytes.len() != LENGTH_BYTES || !bytes.starts_with(b"TAG") {
        return Vec::new();
    }
    let texts = FIELDS
        .iter()
        .filter_map(|&(name, start, length)| tag(name.to_owned(), &latin_or_utf8(&bytes[start..start + length])));
    let number = (bytes[TRACK - 1] == 0 && bytes[TRACK] != 0).then(|| bytes[TRACK].to_string());
    texts.chain(number.and_then(|number| tag("track_number".to_owned(), &number))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(comment: &[u8], track: u8) -> Vec<u8> {
        let mut bytes = vec![b' '; LENGTH_BYTES];
        bytes[..3].copy_from_slice(b"TAG");
        bytes[3..8].copy_from_slice(b"Robin");
        bytes[33..38].copy_from_slice(b"DAS\0x");
        bytes[93..97].copy_from_slice(b"1999");
        bytes[97..97 + comment.len()].copy_from_slice(comment);
        if track > 0 {
            bytes[125..127].copy_from_slice(&[0, track]);
        }
        bytes
    }

    #[test]
    fn fields_are_trimmed() {
        let found = |bytes: &[u8]| -> Vec<String> {
            parse(bytes).into_iter().map(|Tag { key, value }| format!("{key}={value}")).collect()
        };
        let plain = ["track_title=Robin", "artist=DAS", "release_date=1999", "comment=at dawn"];
        assert_eq!(found(&file(b"at dawn", 0)), plain);
        assert_eq!(found(&file(b"at dawn", 7)), [plain.as_slice(), &["track_number=7"]].concat());
        assert_eq!(found(&[b"XYZ", &file(b"", 0)[3..]].concat()), Vec::<String>::new());
        assert_eq!(found(&file(b"", 0)[1..]), Vec::<String>::new());
    }
}
