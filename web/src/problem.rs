//! Problems that arise on this side of the wire, in the same shape as the server's.

use crate::model::Problem;

/// Builds a problem with a code and a sentence.
pub fn problem(status: u16, code: &str, title: &str, detail: impl Into<String>) -> Problem {
    Problem {
        kind: format!("/problems/{code}"),
        title: title.to_owned(),
        status,
        detail: detail.into(),
        code: code.to_owned(),
        limit: None,
        actual: None,
        offset_bytes: None,
        offset_frames: None,
        retry_after_s: None,
    }
}

/// Something that should not happen.
pub fn internal(detail: impl Into<String>) -> Problem {
    problem(500, "internal", title("internal"), detail)
}

/// The server could not be reached or did not answer in its own words.
pub fn network(detail: impl Into<String>) -> Problem {
    problem(0, "network", "No answer from the server", detail)
}

/// Reads the problem document of a refused request; whatever stands between may have answered in another way.
pub fn refusal(status: u16, text: &str) -> Problem {
    serde_json::from_str(text)
        .unwrap_or_else(|_| Problem { status, ..network(format!("The server answered with status {status}.")) })
}

/// The browser's own analysis refused the file.
pub fn sound(
    code: &str,
    detail: impl Into<String>,
    limit: Option<f64>,
    actual: Option<f64>,
    offset_frames: Option<u64>,
) -> Problem {
    Problem { limit, actual, offset_frames, ..problem(422, code, title(code), detail) }
}

/// Titles of the codes that arise on both sides of the wire, or on this one alone. The server's table takes them from here.
const TITLES: [(&str, &str); 15] = [
    ("empty", "The file is empty"),
    ("too_large", "The file is too large"),
    ("too_long", "The recording is too long"),
    ("too_many_channels", "Too many channels"),
    ("sample_rate", "Sample rate out of range"),
    ("not_audio", "Not a sound file"),
    ("unsupported_codec", "Unknown codec"),
    ("truncated", "The file is cut off"),
    ("corrupt", "The file is damaged"),
    ("not_finite", "Samples are not numbers"),
    ("bad_name", "The file name cannot be used"),
    ("cancelled", "Cancelled"),
    ("internal", "Internal problem"),
    ("folder", "This is a folder"),
    ("worker", "No sound worker"),
];

/// Short title of a code that can come up before a file is submitted.
pub const fn title(code: &str) -> &'static str {
    let mut row = 0;
    // Constant, for the server's table: there are no iterators then.
    while row < TITLES.len() {
        if is_same(TITLES[row].0.as_bytes(), code.as_bytes()) {
            return TITLES[row].1;
        }
        row += 1;
    }
    "Problem"
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_have_titles_and_unknown_codes_do_not_fail() {
        assert_eq!(title("truncated"), "The file is cut off");
        assert_eq!(title("something_new"), "Problem");
        for (code, known) in TITLES {
            assert_eq!(title(code), known);
            assert_eq!(title(&code[1..]), "Problem");
        }
    }
}
