//! Folders for work that leaves nothing behind.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{INCOMING, Storage, StorageError};

/// A folder that is removed with everything in it when it goes out of scope, or at the next start.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Storage {
    /// An empty folder beside the unfinished uploads.
    pub async fn scratch(&self) -> Result<Scratch, StorageError> {
        let path = self.root.join(INCOMING).join(format!("{}.work", Uuid::now_v7().simple()));
        tokio::fs::create_dir(&path).await?;
        Ok(Scratch { path })
    }
}

impl Scratch {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "a folder stays until the next start");
        }
    }
}
