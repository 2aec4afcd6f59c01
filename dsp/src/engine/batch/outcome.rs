//! What has become of every file and operation.

use std::path::PathBuf;

use super::super::EngineError;

/// The outcome of a batch, in the order of its request.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BatchOutcome {
    /// One entry for each file.
    pub files: Vec<FileOutcome>,
    /// Operations that have an output.
    pub succeeded: u64,
    /// Operations that have a problem.
    pub failed: u64,
}

/// What has become of one file.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FileOutcome {
    /// The file.
    pub input: PathBuf,
    /// One entry for each operation.
    pub items: Vec<BatchItem>,
}

/// What has become of one operation on one file: exactly one of `output` and `problem` is there.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BatchItem {
    /// Name of the operation.
    pub operation: String,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<PathBuf>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<Problem>,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// Stable name, see [`EngineError::code`].
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

impl From<&EngineError> for Problem {
    fn from(error: &EngineError) -> Self {
        Self { code: error.code().into(), message: error.explained() }
    }
}

impl BatchOutcome {
    pub(super) fn new(files: Vec<FileOutcome>) -> Self {
        let (mut succeeded, mut failed) = (0, 0);
        for item in files.iter().flat_map(|file| &file.items) {
            *if item.output.is_some() { &mut succeeded } else { &mut failed } += 1;
        }
        Self { files, succeeded, failed }
    }
}
