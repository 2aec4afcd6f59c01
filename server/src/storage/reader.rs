//! Reading blobs.

use std::ops::Range;

use bytes::Bytes;
use futures::{Stream, stream};
use object_store::ObjectStoreExt;

use super::{BlobKey, Storage, StorageError};

/// What is held in memory for one reader.
const SLICE_BYTES: u64 = 256 << 10;

impl Storage {
    /// Length of a blob.
    pub async fn size_bytes(&self, key: &BlobKey) -> Result<u64, StorageError> {
        Ok(self.store.head(&Self::path(key)).await.map_err(|error| missing(key, error))?.size)
    }

    /// A whole blob in memory; for results, whose size is bounded.
    pub async fn read(&self, key: &BlobKey) -> Result<Bytes, StorageError> {
        let found = self.store.get(&Self::path(key)).await.map_err(|error| missing(key, error))?;
        Ok(found.bytes().await?)
    }

    /// A part of a blob, slice by slice.
    pub fn stream(
        &self,
        key: BlobKey,
        range: Range<u64>,
    ) -> impl Stream<Item = Result<Bytes, StorageError>> + Send + 'static {
        let storage = self.clone();
        stream::try_unfold(range, move |left| {
            let (storage, key) = (storage.clone(), key.clone());
            async move {
                if left.is_empty() {
                    return Ok(None);
                }
                let end = left.end.min(left.start.saturating_add(SLICE_BYTES));
                let bytes = storage
                    .store
                    .get_range(&Self::path(&key), left.start..end)
                    .await
                    .map_err(|error| missing(&key, error))?;
                Ok(Some((bytes, end..left.end)))
            }
        })
    }
}

fn missing(key: &BlobKey, error: object_store::Error) -> StorageError {
    match error {
        object_store::Error::NotFound { .. } => StorageError::Missing { key: key.clone() },
        error => error.into(),
    }
}
