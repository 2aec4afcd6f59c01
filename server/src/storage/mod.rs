//! Blobs under the SHA-256 of their bytes, and the files that are still coming in.
//!
//! ```text
//! data/das.lock        held by the running program
//! data/das.sqlite      the database
//! data/incoming/ID     an upload or a result that is being written
//! data/incoming/ID.work  a folder of work that leaves nothing behind
//! data/blobs/ab/cdef…  finished blobs
//! ```
//!
//! A blob exists exactly as long as a row of the database names it. Whoever adds or removes blobs holds [`Storage::lock`]
//! from before the file operation until after the transaction; what a crash leaves in between is removed at the next start.

mod disk;
mod error;
mod incoming;
mod key;
mod lock;
mod reader;
mod scratch;
mod sweep;

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use object_store::{ObjectStoreExt, local::LocalFileSystem, path::Path as StorePath};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use error::StorageError;
pub use incoming::{Incoming, Staged};
pub use key::BlobKey;
pub use scratch::Scratch;
pub use sweep::{SweepError, Swept};

const INCOMING: &str = "incoming";
const BLOBS: &str = "blobs";
/// Results must leave the reserve of uploads divided by this.
const RESULT_RESERVE_DIVISOR: u64 = 8;

/// The data folder.
#[derive(Debug, Clone)]
pub struct Storage {
    root: PathBuf,
    store: Arc<LocalFileSystem>,
    writer: Arc<Mutex<()>>,
    min_free_bytes: u64,
    _program: Arc<lock::ProgramLock>,
}

/// The database file of a data folder.
pub fn database(folder: &Path) -> PathBuf {
    folder.join("das.sqlite")
}

impl Storage {
    /// Opens the folder, creates it if it is missing, and keeps every other program out of it.
    pub fn open(root: &Path, min_free_bytes: u64) -> Result<Self, StorageError> {
        let at = |source| StorageError::Folder { path: root.to_owned(), source };
        for folder in [root.to_owned(), root.join(INCOMING), root.join(BLOBS)] {
            // Recordings are private.
            DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(at)?;
        }
        let root = root.canonicalize().map_err(at)?;
        let program = Arc::new(lock::ProgramLock::acquire(&root.join("das.lock"))?);
        let store = Arc::new(LocalFileSystem::new_with_prefix(&root)?.with_fsync(true));
        Ok(Self { root, store, writer: Arc::default(), min_free_bytes, _program: program })
    }

    /// Path of the database file.
    pub fn database(&self) -> PathBuf {
        database(&self.root)
    }

    /// The right to add and remove blobs.
    pub async fn lock(&self) -> BlobWriter {
        BlobWriter { storage: self.clone(), _guard: Arc::clone(&self.writer).lock_owned().await }
    }

    /// An error when an upload of so many bytes would leave less than the reserve.
    pub fn check_space(&self, wanted_bytes: u64) -> Result<(), StorageError> {
        disk::check(&self.root, wanted_bytes, self.min_free_bytes)
    }

    /// An error while there is no room for further results.
    pub fn check_result_space(&self) -> Result<(), StorageError> {
        disk::check(&self.root, 0, self.result_reserve_bytes())
    }

    /// What results must leave free: a part of the reserve, so that an accepted recording always finds room for its result.
    fn result_reserve_bytes(&self) -> u64 {
        self.min_free_bytes / RESULT_RESERVE_DIVISOR
    }

    /// Path of a blob.
    pub fn local_path(&self, key: &BlobKey) -> PathBuf {
        self.root.join(BLOBS).join(key.folder()).join(key.file())
    }

    /// The blob as a local file.
    pub fn open_file(&self, key: &BlobKey) -> Result<std::fs::File, StorageError> {
        std::fs::File::open(self.local_path(key)).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => StorageError::Missing { key: key.clone() },
            _ => source.into(),
        })
    }

    fn path(key: &BlobKey) -> StorePath {
        StorePath::from_iter([BLOBS, key.folder(), key.file()])
    }
}

/// The right to add and remove blobs; at most one exists at a time.
#[derive(Debug)]
pub struct BlobWriter {
    storage: Storage,
    _guard: OwnedMutexGuard<()>,
}

impl BlobWriter {
    /// Makes a staged file a blob. The bytes are on disk already; the names are when this returns.
    pub async fn put(&self, staged: Staged) -> Result<BlobKey, StorageError> {
        let key = staged.key().clone();
        let (from, to) = (StorePath::from_iter([INCOMING, staged.name()]), Storage::path(&key));
        // Renaming onto an equal blob is harmless, but would pull the file from under whoever just opened it by name.
        match self.storage.store.head(&to).await {
            Ok(meta) if meta.size == staged.size_bytes() => {}
            Ok(_) | Err(object_store::Error::NotFound { .. }) => self.storage.store.rename(&from, &to).await?,
            Err(error) => return Err(error.into()),
        }
        Ok(key)
    }

    /// Removes a blob that nobody needs; one that is gone already is fine.
    pub async fn remove(&self, key: &BlobKey) -> Result<(), StorageError> {
        match self.storage.store.delete(&Storage::path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
