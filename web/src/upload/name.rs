//! Names of files: which may be kept, and how the others may be shown. A name may hold anything, and some characters lie
//! about the others.

use crate::{model::Problem, problem};

/// Why a file cannot keep its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadName {
    /// There is nothing in it that can be seen, or only dots.
    Nothing,
    /// It has a slash or a backslash in it: somewhere it would be a path.
    Path,
    /// It has a control character in it.
    Control(char),
}

impl BadName {
    /// What is wrong and what to do about it.
    pub fn explained(self) -> String {
        let wrong = match self {
            Self::Nothing => return "The file has no usable name. Name it like `recording.wav`.".to_owned(),
            Self::Path => "The file's name has a slash or a backslash in it, as if it were a path".to_owned(),
            Self::Control(character) => {
                format!("The file's name has a control character in it (U+{:04X})", u32::from(character))
            }
        };
        format!("{wrong}. Rename the file, for example to `recording.wav`.")
    }

    /// The same as the browser's own problem.
    pub fn problem(self) -> Problem {
        problem::problem(400, "bad_name", problem::title("bad_name"), self.explained())
    }
}

/// The name as it may be kept: without invisible characters, among them those that turn the direction of text, and without
/// blanks around it.
pub fn checked(raw: &str) -> Result<String, BadName> {
    if let Some(control) = raw.chars().find(|character| character.is_control()) {
        return Err(BadName::Control(control));
    }
    if raw.contains(['/', '\\']) {
        return Err(BadName::Path);
    }
    let name = visible(raw);
    if name.chars().all(|character| character == '.' || character.is_whitespace()) {
        return Err(BadName::Nothing);
    }
    Ok(name)
}

/// Any name as it may be shown, also one that is refused.
pub fn shown(raw: &str) -> String {
    let name = visible(raw);
    if name.is_empty() { "Without a name".to_owned() } else { name }
}

fn visible(raw: &str) -> String {
    let visible: String =
        raw.chars().filter(|&character| !character.is_control() && !is_invisible(character)).collect();
    visible.trim().to_owned()
}

/// Direction marks, zero-width characters, line separators and the byte order mark.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_names_do_not_lie() {
        for (raw, name) in [
            ("a.wav", "a.wav"),
            ("\u{202E}vaw.exe", "vaw.exe"),
            ("\u{2066}x\u{2069}.ogg", "x.ogg"),
            (" c\u{0}\n\u{1b}[31m.wav ", "c[31m.wav"),
            ("Größe ♫ שיר.ogg", "Größe ♫ שיר.ogg"),
            ("a\\b.wav", "a\\b.wav"),
            ("\u{200B}", "Without a name"),
        ] {
            assert_eq!(shown(raw), name, "{raw:?}");
        }
    }

    #[test]
    fn harmless_names_are_kept() {
        for (raw, name) in [
            ("a.wav", "a.wav"),
            (" a b.wav ", "a b.wav"),
            ("\u{202E}vaw.exe", "vaw.exe"),
            ("Größe ♫.ogg", "Größe ♫.ogg"),
            ("a<script>.wav", "a<script>.wav"),
            ("..hidden", "..hidden"),
            ("a..wav", "a..wav"),
        ] {
            assert_eq!(checked(raw).as_deref(), Ok(name), "{raw:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said() {
        for (raw, why) in [
            ("../../etc/passwd", BadName::Path),
            ("C:\\Music\\b.flac", BadName::Path),
            ("/", BadName::Path),
            ("a/", BadName::Path),
            ("c\u{1b}[31m.wav", BadName::Control('\u{1b}')),
            ("line\r\nbreak.wav", BadName::Control('\r')),
            ("a/\u{7f}", BadName::Control('\u{7f}')),
            ("\u{85}", BadName::Control('\u{85}')),
            ("", BadName::Nothing),
            (" ", BadName::Nothing),
            (".", BadName::Nothing),
            ("..", BadName::Nothing),
            (". .", BadName::Nothing),
            ("\u{200B}", BadName::Nothing),
        ] {
            assert_eq!(checked(raw), Err(why), "{raw:?}");
        }
        assert!(BadName::Control('\n').explained().contains("(U+000A). Rename the file"));
        assert_eq!(BadName::Path.problem().title, "The file name cannot be used");
    }
}
