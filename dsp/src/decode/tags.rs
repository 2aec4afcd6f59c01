//! Text tags.

use symphonia::core::meta::{MetadataRevision, RawValue, StandardTag, Tag as SourceTag};

use crate::analysis::Tag;

/// Longest value that is kept, in characters.
const MAX_VALUE_CHARS: usize = 1_024;
/// Most tags that are kept.
const MAX_TAGS: usize = 128;

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
    let value: String = text.chars().filter(|c| !c.is_control()).take(MAX_VALUE_CHARS).collect();
    let key = tag
        .std
        .as_ref()
        .and_then(standard_name)
        .map_or_else(|| tag.raw.key.chars().filter(|c| !c.is_control()).take(64).collect(), String::from);
    (!value.is_empty() && !key.is_empty()).then_some(Tag { key, value })
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
