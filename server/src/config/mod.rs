//! Settings: `das.toml`, then `DAS_*` from the environment, then the command line. Unknown keys are errors. What each setting
//! means stands once, in `keys`, from where `das config` prints it.

mod keys;
mod load;
mod print;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use web::model::PolicyName;

use crate::balancer::User;

pub use load::{Overrides, load};
pub use print::to_commented_toml;

/// Most engine threads.
const MOST_SLOTS: u32 = 256;

/// Processors that this program may use.
fn processors() -> u32 {
    std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(u32::MAX))
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the keys say it
pub struct Config {
    pub bind: SocketAddr,
    pub data: PathBuf,
    pub dist: PathBuf,
    #[serde(rename = "static")]
    pub static_files: PathBuf,
    pub allowed_hosts: Vec<String>,
    pub min_free_disk_bytes: u64,
    pub limits: Limits,
    pub calls: Calls,
    pub engine: Engine,
    pub balancer: Balancer,
}

/// What one-off calls of the engine answer at once; what is larger becomes a task, within the limits of uploads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the keys say it
pub struct Calls {
    pub max_bytes: u64,
    pub max_duration_s: f64,
    pub slots: u32,
    pub keep_s: f64,
}

impl Default for Calls {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_duration_s: 600.0, slots: 2, keep_s: 86_400.0 }
    }
}

/// What may be uploaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the keys say it
pub struct Limits {
    pub max_bytes: u64,
    pub max_duration_s: f64,
    pub max_channels: u32,
    pub max_sample_rate_hz: u32,
}

/// How tasks are run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the keys say it
pub struct Engine {
    pub slots: u32,
    pub lease_s: f64,
    pub heartbeat_s: f64,
    pub max_attempts: u32,
    pub isolate: bool,
    pub accelerator_slots: u32,
    pub stall_s: f64,
    pub memory_bytes: u64,
}

/// How tasks are chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the keys say it
pub struct Balancer {
    pub policy: PolicyName,
    pub weights: Vec<String>,
    pub max_queued: u32,
    pub max_queued_per_user: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data: "das-data".into(),
            dist: "dist".into(),
            static_files: "static".into(),
            allowed_hosts: Vec::new(),
            min_free_disk_bytes: 256 << 20,
            limits: Limits::default(),
            calls: Calls::default(),
            engine: Engine::default(),
            balancer: Balancer::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 2 << 30, max_duration_s: 6.0 * 3600.0, max_channels: 32, max_sample_rate_hz: 768_000 }
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            slots: processors().min(MOST_SLOTS),
            lease_s: 30.0,
            heartbeat_s: 0.25,
            max_attempts: 3,
            isolate: false,
            accelerator_slots: 0,
            stall_s: 60.0,
            memory_bytes: 4 << 30,
        }
    }
}

impl Default for Balancer {
    fn default() -> Self {
        Self { policy: PolicyName::default(), weights: Vec::new(), max_queued: 20_000, max_queued_per_user: 5_000 }
    }
}

impl Balancer {
    /// The weight of each user that has one; what cannot be read is left out, and refused when the settings are loaded.
    pub fn parsed_weights(&self) -> BTreeMap<String, f64> {
        self.weights.iter().filter_map(|text| weight(text)).collect()
    }
}

/// Reads `user=weight`.
pub(crate) fn weight(text: &str) -> Option<(String, f64)> {
    let (user, weight) = text.split_once('=')?;
    let user = User::parse(user.trim()).ok()?;
    let weight: f64 = weight.trim().parse().ok()?;
    (0.001..=1000.0).contains(&weight).then(|| (user.as_str().to_owned(), weight))
}

impl Limits {
    /// The same limits as the engine's decoder takes them.
    pub fn for_decoder(&self) -> dsp::decode::Limits {
        dsp::decode::Limits {
            max_bytes: self.max_bytes,
            max_duration_s: self.max_duration_s,
            max_channels: self.max_channels,
            max_sample_rate_hz: self.max_sample_rate_hz,
        }
    }
}

/// Why the settings are refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is not TOML, has an unknown key, or a value of the wrong type.
    #[error("{origin}: {reason}")]
    Syntax {
        /// File name or `settings`.
        origin: String,
        /// The parser's sentence, with line and column.
        reason: String,
    },
    /// An environment variable has the wrong type.
    #[error("{name}={value}: expected {expected}")]
    Environment {
        /// Name of the variable.
        name: String,
        /// What it holds.
        value: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// The address is reachable from other machines.
    #[error(
        "refusing to listen on {0}: there are no accounts yet, so everybody who reaches this address could read and delete \
         every recording; use a loopback address such as 127.0.0.1:3000"
    )]
    NotLoopback(SocketAddr),
    /// Not the weight of a user.
    #[error("balancer.weights: {0:?} is not user=weight with a weight of 0.001 to 1000")]
    Weight(String),
    /// A number is outside its range.
    #[error("{key} = {value} is out of range: {expected}")]
    Range {
        /// The key, with its section.
        key: &'static str,
        /// Its value.
        value: f64,
        /// The range, for people.
        expected: &'static str,
    },
}
