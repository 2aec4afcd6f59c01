//! Free space.

use std::path::Path;

use super::StorageError;

pub(super) fn check(folder: &Path, wanted_bytes: u64, reserve_bytes: u64) -> Result<(), StorageError> {
    let disk = rustix::fs::statvfs(folder).map_err(std::io::Error::from)?;
    let free_bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free_bytes < wanted_bytes.saturating_add(reserve_bytes) {
        return Err(StorageError::DiskFull { free_bytes, wanted_bytes, reserve_bytes });
    }
    Ok(())
}
