//! Names of files as they may be shown. A name may hold anything, and some characters lie about the others.

/// Strips what the server strips: folders, control characters, and invisible characters, among them those that turn the
/// direction of text.
pub fn shown(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String =
        last.chars().filter(|&character| !character.is_control() && !is_invisible(character)).collect();
    let name = visible.trim();
    if name.is_empty() { "Without a name".to_owned() } else { name.to_owned() }
}

/// Direction marks, zero-width characters, line separators and the byte order mark.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_lie() {
        for (raw, name) in [
            ("a.wav", "a.wav"),
            ("\u{202E}vaw.exe", "vaw.exe"),
            ("\u{2066}x\u{2069}.ogg", "x.ogg"),
            (" c\u{0}\n\u{1b}[31m.wav ", "c[31m.wav"),
            ("Größe ♫ שיר.ogg", "Größe ♫ שיר.ogg"),
            ("\u{200B}", "Without a name"),
        ] {
            assert_eq!(shown(raw), name, "{raw:?}");
        }
    }
}
