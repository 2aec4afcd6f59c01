//! Text tags: those that symphonia reads, and those that it passes over.

mod chunks;
mod id3v1;

use std::io::{self, SeekFrom};

use symphonia::core::{
    io::MediaSource,
    meta::{MetadataRevision, RawValue, StandardTag, Tag as SourceTag},
};

use crate::analysis::Tag;

/// Longest value that is kept, in characters.
const MAX_VALUE_CHARS: usize = 1_024;
/// Most tags that are kept.
const MAX_TAGS: usize = 128;
/// Longest key that is kept, in characters.
const MAX_KEY_CHARS: usize = 64;

/// The text tags that symphonia does not read, of a file that can be searched. Leaves the position at 0.
pub(super) fn passed_over(source: &mut dyn MediaSource) -> io::Result<Vec<Tag>> {
    if !source.is_seekable() {
        return Ok(Vec::new());
    }
    let tags = [chunks::read(source)?, id3v1::read(source)?].concat();
    source.seek(SeekFrom::Start(0))?;
    Ok(tags)
}

/// Adds what has been passed over, unless the key is there already: ID3v1 repeats in 30 characters what others say whole.
pub(super) fn add(tags: &mut Vec<Tag>, passed_over: Vec<Tag>) {
    for tag in passed_over {
        if tags.len() < MAX_TAGS && tags.iter().all(|known| known.key != tag.key) {
            tags.push(tag);
        }
    }
}

/// The text tags of a file, in file order; binary values and pictures are left out.
pub(super) fn collect(revision: &MetadataRevision) -> Vec<Tag> {
    let tags = revision.media.tags.iter().chain(revision.per_track.iter().flat_map(|t| t.metadata.tags.iter()));
    tags.filter_map(convert).take(MAX_TAGS).collect()
}

fn convert(tag: &SourceTag) -> Option<Tag> {
    let text = match &tag.raw.value {
        RawValue::Binary(_) | RawValue::Flag => return None,
        value => value.to_string(),
    };
    let key = tag.std.as_ref().and_then(standard_name).unwrap_or(&tag.raw.key);
    self::tag(key.to_owned(), &text)
}

/// A tag as it is kept; none without key or value.
fn tag(key: String, value: &str) -> Option<Tag> {
    let printable = |text: &str, most: usize| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    let (key, value) = (printable(&key, MAX_KEY_CHARS), printable(value, MAX_VALUE_CHARS));
    (!key.is_empty() && !value.is_empty()).then_some(Tag { key, value })
}

/// A text of a format that names no encoding, up to its first zero byte, without blanks around it: UTF-8 where it is that,
/// else ISO 8859-1.
fn latin_or_utf8(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let text =
        str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|&byte| char::from(byte)).collect(), str::to_owned);
    text.trim().to_owned()
}

/// One name for what every container calls differently.
fn standard_name(tag: &StandardTag) -> Option<&'static str> {
    Some(match tag {
        StandardTag::Album(_) => "album",
        StandardTag::Artist(_) => "artist",
        StandardTag::Comment(_) => "comment",
        StandardTag::Composer(_) => "composer",
        StandardTag::Copyright(_) => "copyright",
        StandardTag::Encoder(_) => "encoder",
        StandardTag::Genre(_) => "genre",
        StandardTag::IdentIsrc(_) => "isrc",
        StandardTag::RecordingDate(_) => "recording_date",
        StandardTag::ReleaseDate(_) => "release_date",
        StandardTag::TrackNumber(_) => "track_number",
        StandardTag::TrackTitle(_) => "track_title",
        _ => return None,
    })
}
