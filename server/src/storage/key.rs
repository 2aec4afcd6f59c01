//! Name of a blob.

use std::fmt::{self, Display, Formatter, Write};

use super::StorageError;

/// SHA-256 of the blob's bytes, 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobKey(String);

impl BlobKey {
    const FOLDER_DIGITS: usize = 2;

    /// Checks that `text` is a key.
    pub fn parse(text: &str) -> Result<Self, StorageError> {
        let is_key = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_key { Ok(Self(text.to_owned())) } else { Err(StorageError::BadKey(text.chars().take(80).collect())) }
    }

    /// The key of a finished hash.
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in digest {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// All 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn folder(&self) -> &str {
        self.0.get(..Self::FOLDER_DIGITS).unwrap_or_default()
    }

    pub(super) fn file(&self) -> &str {
        self.0.get(Self::FOLDER_DIGITS..).unwrap_or_default()
    }
}

impl Display for BlobKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sha256_in_lower_case() {
        assert!(BlobKey::parse(&"a1".repeat(32)).is_ok());
        for bad in ["", "../x", &"A1".repeat(32), &"a1".repeat(31), &"g1".repeat(32), &"é".repeat(32)] {
            assert!(BlobKey::parse(bad).is_err(), "{bad}");
        }
        let key = BlobKey::from_digest(&[0xab; 32]);
        assert_eq!((key.folder(), key.file().len(), key.as_str().len()), ("ab", 62, 64));
    }
}
