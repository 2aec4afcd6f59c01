//! Byte ranges (RFC 9110, section 14): one range of `bytes`. Several ranges, other units and nonsense are ignored, as the
//! standard allows, and the whole is sent.

use std::ops::Range;

/// What a request wants of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// A part: never empty, inside of the file.
    Part(Range<u64>),
    /// A part that lies outside.
    Nothing,
}

/// Reads the value of a `Range` header against a file of `size_bytes`.
pub fn wanted(header: Option<&str>, size_bytes: u64) -> Wanted {
    let Some((first, last)) = header.and_then(spec) else { return Wanted::Whole };
    match (number(first), number(last)) {
        (Number::Is(first), Number::Is(last)) if first <= last => part(first, last.saturating_add(1), size_bytes),
        (Number::Is(first), Number::Absent) => part(first, size_bytes, size_bytes),
        (Number::Absent, Number::Is(suffix)) if suffix > 0 => {
            part(size_bytes.saturating_sub(suffix), size_bytes, size_bytes)
        }
        (Number::Absent, Number::Is(_)) => Wanted::Nothing,
        _ => Wanted::Whole,
    }
}

fn spec(header: &str) -> Option<(&str, &str)> {
    let (unit, ranges) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || ranges.contains(',') {
        return None;
    }
    let (first, last) = ranges.split_once('-')?;
    Some((first.trim(), last.trim()))
}

enum Number {
    Absent,
    Is(u64),
    Nonsense,
}

fn number(text: &str) -> Number {
    if text.is_empty() {
        return Number::Absent;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Number::Nonsense;
    }
    // More digits than fit are still a position: far behind the end.
    Number::Is(text.parse().unwrap_or(u64::MAX))
}

fn part(start: u64, end: u64, size_bytes: u64) -> Wanted {
    let end = end.min(size_bytes);
    if start < end { Wanted::Part(start..end) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        use Wanted::{Nothing, Part, Whole};
        for (header, expected) in [
            ("bytes=0-0", Part(0..1)),
            ("bytes=0-9", Part(0..10)),
            ("bytes=0-", Part(0..10)),
            ("bytes=9-", Part(9..10)),
            ("bytes=9-9", Part(9..10)),
            ("bytes=3-1000", Part(3..10)),
            ("bytes=3-99999999999999999999999", Part(3..10)),
            ("bytes=-1", Part(9..10)),
            ("bytes=-10", Part(0..10)),
            ("bytes=-1000", Part(0..10)),
            ("BYTES = 2 - 3 ", Part(2..4)),
            ("bytes=10-", Nothing),
            ("bytes=10-12", Nothing),
            ("bytes=99999999999999999999999-", Nothing),
            ("bytes=-0", Nothing),
            ("bytes=5-4", Whole),
            ("bytes=-", Whole),
            ("bytes=", Whole),
            ("bytes", Whole),
            ("", Whole),
            ("bytes=a-b", Whole),
            ("bytes=1-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=--1", Whole),
            ("bytes=0-1,3-4", Whole),
            ("lines=0-1", Whole),
        ] {
            assert_eq!(wanted(Some(header), 10), expected, "{header}");
        }
        assert_eq!(wanted(None, 10), Whole);
        assert_eq!(wanted(Some("bytes=0-"), 0), Nothing);
        assert_eq!(wanted(Some("bytes=0-18446744073709551615"), u64::MAX), Part(0..u64::MAX));
    }
}
