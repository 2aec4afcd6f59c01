//! `das balancer trace --data`: what has really happened, as a trace.

use std::{
    io,
    path::{Path, PathBuf},
};

use web::model::TaskClass;

use crate::{
    balancer::{
        TaskKind,
        simulate::{Arrival, MAX_TASKS},
    },
    db::{
        Db, DbError,
        trace::{self, PastRow},
    },
    storage,
};

/// Why a data folder tells nothing.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// Not the data folder of a server.
    #[error("{} has no database", .0.display())]
    NoDatabase(PathBuf),
    /// The database cannot be read. One of an earlier version has to be brought up to date by `das serve` first.
    #[error("{}: {source}", path.display())]
    Db {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: DbError,
    },
    /// Threads or runtime.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// The tasks that have finished in a data folder, also while a server works on it. Nothing is written there.
pub fn finished(folder: &Path) -> Result<Vec<Arrival>, PastError> {
    let path = storage::database(folder);
    if !path.is_file() {
        return Err(PastError::NoDatabase(folder.to_owned()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = runtime.block_on(async {
        let db = Db::look(&path).await?;
        let rows = trace::finished(&db, MAX_TASKS as u32).await;
        db.close().await;
        rows
    });
    Ok(arrivals(rows.map_err(|source| PastError::Db { path, source })?))
}

fn arrivals(rows: Vec<PastRow>) -> Vec<Arrival> {
    let Some(first_ms) = rows.first().map(|row| row.arrived_ms) else { return Vec::new() };
    let arrival = |row: PastRow| {
        Some(Arrival {
            at_s: (row.arrived_ms - first_ms).max(0) as f64 / 1e3,
            user: row.user.as_str().into(),
            // Those that only a later version knows are left out.
            class: TaskClass::from_name(&row.class)?,
            priority: row.priority,
            kind: TaskKind::from_name(&row.kind)?,
            work: row.work,
            cost_s: row.took_ms.max(0) as f64 / 1e3,
            // Blobs lie on the disk of the machine: no engine is nearer to them.
            read_s: 0.0,
            place: row.place.as_deref().map(Into::into),
            memory_bytes: 0,
            failures: 0,
        })
    };
    rows.into_iter().filter_map(arrival).collect()
}
