//! What a crash can leave behind, removed at the start.

use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path as StorePath};

use super::{BLOBS, BlobKey, INCOMING, Storage, StorageError};
use crate::db::{Db, DbError, blob};

/// What was found and removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Unfinished uploads and results.
    pub incoming: u64,
    /// Blobs that no row names.
    pub orphans: u64,
}

/// Why the sweep stopped.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// In the data folder.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// In the database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Storage {
    /// Removes every unfinished file and every blob that no row names. Only for the start, while nothing else runs.
    pub async fn sweep(&self, db: &Db) -> Result<Swept, SweepError> {
        let _writer = self.lock().await;
        let mut swept = Swept::default();
        let mut files = tokio::fs::read_dir(self.root.join(INCOMING)).await.map_err(StorageError::from)?;
        while let Some(file) = files.next_entry().await.map_err(StorageError::from)? {
            let is_folder = file.file_type().await.map_err(StorageError::from)?.is_dir();
            let removed = match is_folder {
                true => tokio::fs::remove_dir_all(file.path()).await,
                false => tokio::fs::remove_file(file.path()).await,
            };
            removed.map_err(StorageError::from)?;
            swept.incoming += 1;
        }
        let folder = StorePath::from(BLOBS);
        let mut blobs = self.store.list(Some(&folder));
        while let Some(found) = blobs.try_next().await.map_err(StorageError::from)? {
            let digits: String = found.location.parts().skip(1).map(|part| part.as_ref().to_owned()).collect();
            let is_needed = match BlobKey::parse(&digits) {
                Ok(key) => blob::is_referenced(db.read(), key.as_str()).await?,
                Err(_) => false,
            };
            if !is_needed {
                self.store.delete(&found.location).await.map_err(StorageError::from)?;
                swept.orphans += 1;
            }
        }
        Ok(swept)
    }
}
