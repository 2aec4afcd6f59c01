//! File names as they may be shown and sent back.

use super::error::ServiceError;
use crate::problem::Code;

/// Longest name that is kept.
const MAX_CHARS: usize = 200;
/// What is kept of a name's ending when it is cut.
const MAX_EXTENSION_CHARS: usize = 12;

/// Strips folders, control characters and characters that turn the direction of text; shortens what is too long.
pub fn clean(raw: &str) -> Result<String, ServiceError> {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String =
        last.chars().filter(|&character| !character.is_control() && !is_invisible(character)).collect();
    let name = visible.trim();
    if name.chars().all(|character| character == '.' || character.is_whitespace()) {
        return Err(Code::BadName.problem("The file has no usable name. Name it like `recording.wav`.").into());
    }
    Ok(shorten(name))
}

/// Direction marks, zero-width characters, line separators and the byte order mark.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= MAX_CHARS {
        return name.to_owned();
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension)
        .filter(|extension| (1..=MAX_EXTENSION_CHARS).contains(&extension.chars().count()));
    match extension {
        Some(extension) => {
            let stem: String = name.chars().take(MAX_CHARS - 1 - extension.chars().count()).collect();
            format!("{}.{extension}", stem.trim_end())
        }
        None => name.chars().take(MAX_CHARS).collect::<String>().trim_end().to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_names() {
        for (raw, clean_name) in [
            ("a.wav", "a.wav"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Music\\b.flac", "b.flac"),
            (" c\u{0}\n\u{1b}[31m.wav ", "c[31m.wav"),
            ("\u{202E}vaw.exe", "vaw.exe"),
            ("Größe ♫.ogg", "Größe ♫.ogg"),
            ("a<script>.wav", "a<script>.wav"),
            ("..hidden", "..hidden"),
        ] {
            assert_eq!(clean(raw).unwrap(), clean_name, "{raw:?}");
        }
    }

    #[test]
    fn names_without_anything_in_them() {
        for raw in ["", " ", "/", "a/", "\\", "..", ".", "../..", "\u{0}\u{7f}", "\u{200B}", ". ."] {
            assert_eq!(clean(raw).unwrap_err().into_problem().code, "bad_name", "{raw:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = format!("{}.wav", "x".repeat(5_000));
        let name = clean(&long).unwrap();
        assert_eq!(name.chars().count(), MAX_CHARS);
        assert!(name.ends_with("x.wav"));
        assert_eq!(clean(&"é".repeat(5_000)).unwrap().chars().count(), MAX_CHARS);
        assert_eq!(clean(&format!("a.{}", "é".repeat(5_000))).unwrap().chars().count(), MAX_CHARS);
    }
}
