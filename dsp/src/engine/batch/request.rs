//! What a batch is asked for, as a value and as JSON.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    super::{EngineError, analysis},
    Operation,
};
use crate::{Parameters, decode::Limits};

/// Most files of a batch.
const MAX_FILES: usize = 1_000_000;
/// Most operations on one file.
const MAX_OPERATIONS: usize = 64;
/// Most threads.
const MAX_THREADS: u32 = 256;

/// A list of operations over a list of files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchRequest {
    /// Files to read, at most 1,000,000.
    pub files: Vec<PathBuf>,
    /// What to do with each, 1 to 64.
    pub operations: Vec<Operation>,
    /// Folder for the outputs; it must be there. Outputs of the same name are replaced.
    pub output_folder: PathBuf,
    /// Parameters of spectrogram and analysis. In JSON, keys that are missing have their defaults, and everything is
    /// measured.
    #[serde(default = "analysis::full", deserialize_with = "parameters")]
    pub parameters: Parameters,
    /// Which files are accepted. In JSON, keys that are missing have their defaults.
    #[serde(default, deserialize_with = "limits")]
    pub limits: Limits,
    /// Files to work on at once, 1 to 256; 0 for one for each core.
    #[serde(default)]
    pub threads: u32,
}

/// A batch that cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The text is not a request.
    #[error("this is not a batch request: {0}")]
    Json(#[from] serde_json::Error),
    /// A number is out of range.
    #[error("a batch has {allowed} {name}, not {actual}")]
    Count {
        /// What is counted.
        name: &'static str,
        /// How many there may be.
        allowed: &'static str,
        /// How many there are.
        actual: u64,
    },
    /// The same operation would write the same output twice.
    #[error("operations {first} and {second} both write {suffix}")]
    SameOutput {
        /// Place of the first, from 0.
        first: usize,
        /// Place of the second.
        second: usize,
        /// End of the name of the output.
        suffix: String,
    },
    /// An operation or the parameters are out of range.
    #[error("operation {operation}: {source}")]
    Operation {
        /// Its name; `parameters` for those.
        operation: &'static str,
        /// What is wrong.
        source: EngineError,
    },
    /// The folder for the outputs is not there.
    #[error("{} is not a folder", .0.display())]
    OutputFolder(PathBuf),
}

impl BatchRequest {
    /// Reads a request from JSON; unknown keys are errors.
    pub fn from_json(text: &str) -> Result<Self, BatchError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Checks everything that can be known before work begins.
    pub fn check(&self) -> Result<(), BatchError> {
        let count = |name, allowed, actual: usize, most| match actual {
            1.. if actual <= most => Ok(()),
            _ => Err(BatchError::Count { name, allowed, actual: actual as u64 }),
        };
        count("files", "1 to 1000000", self.files.len(), MAX_FILES)?;
        count("operations", "1 to 64", self.operations.len(), MAX_OPERATIONS)?;
        if self.threads > MAX_THREADS {
            let actual = u64::from(self.threads);
            return Err(BatchError::Count { name: "threads", allowed: "0 to 256", actual });
        }
        for (second, operation) in self.operations.iter().enumerate() {
            let name = operation.name();
            operation.check().map_err(|source| BatchError::Operation { operation: name, source })?;
            let suffix = operation.suffix();
            if let Some(first) = self.operations[..second].iter().position(|other| other.suffix() == suffix) {
                return Err(BatchError::SameOutput { first, second, suffix });
            }
        }
        let parameters = self.parameters.check();
        parameters.map_err(|error| BatchError::Operation { operation: "parameters", source: error.into() })?;
        if !self.output_folder.is_dir() {
            return Err(BatchError::OutputFolder(self.output_folder.clone()));
        }
        Ok(())
    }
}

/// Parameters whose missing keys are those that measure everything.
fn parameters<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parameters, D::Error> {
    over(&analysis::full(), deserializer)
}

/// Limits whose missing keys are the defaults.
fn limits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Limits, D::Error> {
    over(&Limits::default(), deserializer)
}

/// Lays the keys that are given over `defaults`; a key that they do not have is an error.
fn over<'de, D: Deserializer<'de>, T: Serialize + DeserializeOwned>(
    defaults: &T,
    deserializer: D,
) -> Result<T, D::Error> {
    use serde::de::Error;
    let given = serde_json::Map::deserialize(deserializer)?;
    let mut value = serde_json::to_value(defaults).map_err(D::Error::custom)?;
    for (key, new) in given {
        let slot: Option<&mut Value> = value.get_mut(&key);
        *slot.ok_or_else(|| D::Error::custom(format!("unknown key {key:?}")))? = new;
    }
    serde_json::from_value(value).map_err(D::Error::custom)
}
