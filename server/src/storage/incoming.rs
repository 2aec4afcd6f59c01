//! Files that are being written: hashed and counted on the way in, gone again unless they become a blob.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::{
    fs::File,
    io::{AsyncWriteExt, BufWriter},
};
use uuid::Uuid;

use super::{BlobKey, INCOMING, Storage, StorageError, disk};

const BUFFER_BYTES: usize = 256 << 10;
/// How much may be written between two looks at the free space.
const CHECK_EVERY_BYTES: u64 = 16 << 20;

/// Removes the file when it goes out of scope, however that comes about.
#[derive(Debug)]
struct TemporaryFile {
    path: PathBuf,
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // A file that became a blob is not there any more.
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path.display(), %error, "a temporary file stays until the next start");
        }
    }
}

/// A file that is being written.
pub struct Incoming {
    storage: Storage,
    name: String,
    file: BufWriter<File>,
    temporary: TemporaryFile,
    hash: Sha256,
    size_bytes: u64,
    limit_bytes: u64,
    reserve_bytes: u64,
    checked_bytes: u64,
}

impl Storage {
    /// Starts an upload of at most `limit_bytes`.
    pub async fn incoming(&self, limit_bytes: u64) -> Result<Incoming, StorageError> {
        self.start(limit_bytes, self.min_free_bytes).await
    }

    async fn start(&self, limit_bytes: u64, reserve_bytes: u64) -> Result<Incoming, StorageError> {
        let name = Uuid::now_v7().simple().to_string();
        let path = self.root.join(INCOMING).join(&name);
        let temporary = TemporaryFile { path };
        let file = File::options().write(true).create_new(true).open(&temporary.path).await?;
        Ok(Incoming {
            storage: self.clone(),
            name,
            file: BufWriter::with_capacity(BUFFER_BYTES, file),
            temporary,
            hash: Sha256::new(),
            size_bytes: 0,
            limit_bytes,
            reserve_bytes,
            checked_bytes: 0,
        })
    }

    /// Stages a part of a result.
    pub async fn stage(&self, bytes: Vec<u8>) -> Result<Staged, StorageError> {
        let reserve_bytes = self.result_reserve_bytes();
        disk::check(&self.root, bytes.len() as u64, reserve_bytes)?;
        let mut incoming = self.start(u64::MAX, reserve_bytes).await?;
        incoming.write(&Bytes::from(bytes)).await?;
        incoming.finish().await
    }

    /// Stages a file that was written on this disk by moving it: nothing is copied. `each` hears how many bytes were hashed so
    /// far, piece by piece; with its error the file stays where it is. Reads the whole file: not for the async runtime.
    pub fn adopt<E: From<StorageError>>(
        &self,
        path: &Path,
        mut each: impl FnMut(u64) -> Result<(), E>,
    ) -> Result<Staged, E> {
        let failed = |error: std::io::Error| E::from(StorageError::from(error));
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; BUFFER_BYTES];
        let mut size_bytes = 0;
        loop {
            let length = file.read(&mut piece).map_err(failed)?;
            let Some(read) = piece.get(..length).filter(|read| !read.is_empty()) else { break };
            hash.update(read);
            size_bytes += length as u64;
            each(size_bytes)?;
        }
        file.sync_all().map_err(failed)?;
        let name = Uuid::now_v7().simple().to_string();
        let temporary = TemporaryFile { path: self.root.join(INCOMING).join(&name) };
        std::fs::rename(path, &temporary.path).map_err(failed)?;
        Ok(Staged { name, key: BlobKey::from_digest(&hash.finalize().into()), size_bytes, temporary })
    }
}

impl Incoming {
    /// Adds bytes; refuses the first that is over the limit, before it is written.
    pub async fn write(&mut self, chunk: &Bytes) -> Result<(), StorageError> {
        let size_bytes = self.size_bytes.saturating_add(chunk.len() as u64);
        if size_bytes > self.limit_bytes {
            return Err(StorageError::TooLarge { limit_bytes: self.limit_bytes });
        }
        if size_bytes - self.checked_bytes >= CHECK_EVERY_BYTES {
            disk::check(&self.storage.root, 0, self.reserve_bytes)?;
            self.checked_bytes = size_bytes;
        }
        self.hash.update(chunk);
        self.file.write_all(chunk).await?;
        self.size_bytes = size_bytes;
        Ok(())
    }

    /// Bytes so far.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Brings everything to the disk.
    pub async fn finish(mut self) -> Result<Staged, StorageError> {
        self.file.flush().await?;
        self.file.get_ref().sync_all().await?;
        Ok(Staged {
            name: self.name,
            key: BlobKey::from_digest(&self.hash.finalize().into()),
            size_bytes: self.size_bytes,
            temporary: self.temporary,
        })
    }
}

/// A complete file that is no blob yet.
#[derive(Debug)]
pub struct Staged {
    name: String,
    key: BlobKey,
    size_bytes: u64,
    temporary: TemporaryFile,
}

impl Staged {
    /// The key that it will have.
    pub fn key(&self) -> &BlobKey {
        &self.key
    }

    /// Length in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The file as it lies now.
    pub fn path(&self) -> &Path {
        &self.temporary.path
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}
