//! Shared parts of the end-to-end tests: a real `das` process on a data folder of its own, plain and deliberately rude
//! HTTP clients, sounds, and a real browser. No test asserts a time; waiting has generous limits that only a hang reaches.

pub mod audit;
pub mod browser;
pub mod chaos;
pub mod fixtures;
pub mod http;
pub mod page;
pub mod rude;
pub mod server;
pub mod sounds;
pub mod wait;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}
