//! Keeps rows and blobs together.

use crate::{
    db::{Db, blob},
    service::error::ServiceError,
    storage::{BlobKey, BlobWriter},
};

/// Removes those of the blobs that no row names any more. The caller holds the writer since before its transaction, so no row
/// can begin to name one in between.
pub async fn remove_unreferenced(
    db: &Db,
    writer: &BlobWriter,
    keys: impl IntoIterator<Item = &BlobKey>,
) -> Result<(), ServiceError> {
    for key in keys {
        if !blob::is_referenced(db.read(), key.as_str()).await? {
            writer.remove(key).await?;
        }
    }
    Ok(())
}
