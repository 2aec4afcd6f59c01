//! What can go wrong in the data folder.

use std::{error::Error, io, path::PathBuf};

use super::BlobKey;

/// An error of the storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The data folder cannot be used.
    #[error("cannot use the data folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another program has the data folder.
    #[error("{} is held by another running das; stop it or choose another data folder", path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// Writing would leave too little space.
    #[error("{free_bytes} bytes are free, {wanted_bytes} are wanted and {reserve_bytes} must stay free")]
    DiskFull {
        /// Free space on the disk.
        free_bytes: u64,
        /// What was to be written.
        wanted_bytes: u64,
        /// What must stay free.
        reserve_bytes: u64,
    },
    /// The system says that the disk is full.
    #[error("no space left on the disk")]
    NoSpace(#[source] Box<dyn Error + Send + Sync>),
    /// More bytes than allowed.
    #[error("more than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// A blob that a row names is not there.
    #[error("blob {key} is missing")]
    Missing {
        /// Its key.
        key: BlobKey,
    },
    /// A key that is no SHA-256.
    #[error("{0:?} is no SHA-256")]
    BadKey(String),
    /// A file operation failed.
    #[error("file: {0}")]
    Io(#[source] io::Error),
    /// The object store failed.
    #[error("object store: {0}")]
    Store(#[source] Box<object_store::Error>),
}

impl StorageError {
    /// True when the same operation may succeed later.
    pub fn passes(&self) -> bool {
        match self {
            Self::Folder { .. } | Self::DiskFull { .. } | Self::NoSpace(_) | Self::Io(_) | Self::Store(_) => true,
            Self::InUse { .. } | Self::TooLarge { .. } | Self::Missing { .. } | Self::BadKey(_) => false,
        }
    }
}

fn is_no_space(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl From<io::Error> for StorageError {
    fn from(error: io::Error) -> Self {
        if is_no_space(&error) { Self::NoSpace(Box::new(error)) } else { Self::Io(error) }
    }
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            if inner.downcast_ref::<io::Error>().is_some_and(is_no_space) {
                return Self::NoSpace(Box::new(error));
            }
            cause = inner.source();
        }
        Self::Store(Box::new(error))
    }
}
