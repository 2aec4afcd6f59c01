//! Looks at a data folder from outside: whether database and blobs agree, and nothing lies about.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::wait;

/// What was found in a sound data folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Holdings {
    /// Recordings in the database.
    pub recordings: u64,
    /// Results in the database.
    pub results: u64,
    /// Blobs on disk.
    pub blobs: u64,
}

/// What the database must say about itself: a query that counts violations, and what a violation is.
const INVARIANTS: [(&str, &str); 12] = [
    (
        "a recording without exactly one task",
        "SELECT count(*) FROM recording r WHERE (SELECT count(*) FROM task t WHERE t.subject = r.id) <> 1",
    ),
    (
        "a finished analysis without exactly one result",
        "SELECT count(*) FROM task t WHERE t.state = 'finished' AND t.kind = 'analysis' \
         AND (SELECT count(*) FROM result x WHERE x.task_id = t.id AND x.recording_id = t.subject) <> 1",
    ),
    (
        "a result whose task is not finished",
        "SELECT count(*) FROM result x JOIN task t ON t.id = x.task_id WHERE t.state <> 'finished'",
    ),
    (
        "a task that works on nothing",
        "SELECT count(*) FROM task t WHERE t.subject NOT IN (SELECT id FROM recording UNION SELECT id FROM call)",
    ),
    (
        "a call without exactly one task",
        "SELECT count(*) FROM call c WHERE (SELECT count(*) FROM task t WHERE t.subject = c.id AND t.kind = 'call') <> 1",
    ),
    (
        "a call with a result that is not finished, or a finished one without",
        "SELECT count(*) FROM call c JOIN task t ON t.subject = c.id \
         WHERE (t.state = 'finished') <> (c.output_sha256 IS NOT NULL)",
    ),
    (
        "an open call whose sound was dropped",
        "SELECT count(*) FROM call c JOIN task t ON t.subject = c.id \
         WHERE t.state IN ('queued', 'running') AND c.input_stored = 0",
    ),
    (
        "a finished task that was not finished exactly once",
        "SELECT count(*) FROM task t WHERE t.state = 'finished' \
         AND (SELECT count(*) FROM attempt a WHERE a.task_id = t.id AND a.outcome = 'finished') <> 1",
    ),
    (
        "an attempt that goes on although its task does not run",
        "SELECT count(*) FROM attempt a JOIN task t ON t.id = a.task_id WHERE a.outcome IS NULL AND t.state <> 'running'",
    ),
    (
        "a running task without exactly one attempt",
        "SELECT count(*) FROM task t WHERE t.state = 'running' \
         AND (SELECT count(*) FROM attempt a WHERE a.task_id = t.id AND a.outcome IS NULL) <> 1",
    ),
    ("a failed task without a problem", "SELECT count(*) FROM task WHERE state = 'failed' AND problem IS NULL"),
    (
        "a finished recording whose original was dropped",
        "SELECT count(*) FROM task t JOIN recording r ON r.id = t.subject \
         WHERE t.state IN ('queued', 'running', 'finished') AND r.source_stored = 0",
    ),
];

/// Blobs that the database names.
const NAMED_BLOBS: &str = "SELECT sha256 FROM recording WHERE source_stored = 1 \
    UNION SELECT spectrogram_sha256 FROM result UNION SELECT waveform_sha256 FROM result \
    UNION SELECT input_sha256 FROM call WHERE input_stored = 1 \
    UNION SELECT output_sha256 FROM call WHERE output_sha256 IS NOT NULL";

/// Checks a data folder on which nobody works at the moment.
pub fn check(data: &Path) -> Result<Holdings> {
    let database = data.join("das.sqlite");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (named, recordings, results) = runtime.block_on(ask(&database))?;

    let found = blobs(data)?;
    for (name, path) in &found {
        let digest = Sha256::digest(fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        ensure!(&digest == name, "the blob {name} has other bytes, of SHA-256 {digest}");
    }
    let found: BTreeSet<String> = found.into_iter().map(|(name, _)| name).collect();
    let orphans: Vec<_> = found.difference(&named).collect();
    ensure!(orphans.is_empty(), "blobs that nothing names: {orphans:?}");
    let lost: Vec<_> = named.difference(&found).collect();
    ensure!(lost.is_empty(), "blobs that are named and not there: {lost:?}");
    let stale = incoming(data)?;
    ensure!(stale.is_empty(), "left in incoming/: {stale:?}");
    Ok(Holdings { recordings, results, blobs: found.len() as u64 })
}

/// Checks a data folder as soon as no upload or result is being written.
pub fn check_when_calm(data: &Path) -> Result<Holdings> {
    wait::until("incoming/ to be empty", || Ok(incoming(data)?.is_empty().then_some(())))?;
    check(data)
}

async fn ask(database: &Path) -> Result<(BTreeSet<String>, u64, u64)> {
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = SqliteConnection::connect_with(&options).await.context("cannot open the database")?;
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await?;
    ensure!(sound == "ok", "SQLite finds the database damaged: {sound}");
    for (violation, query) in INVARIANTS {
        let count: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await?;
        ensure!(count == 0, "{violation}: {count} times");
    }
    let named: Vec<String> = sqlx::query_scalar(NAMED_BLOBS).fetch_all(&mut connection).await?;
    let recordings: i64 = sqlx::query_scalar("SELECT count(*) FROM recording").fetch_one(&mut connection).await?;
    let results: i64 = sqlx::query_scalar("SELECT count(*) FROM result").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok((named.into_iter().collect(), u64::try_from(recordings)?, u64::try_from(results)?))
}

/// Every blob: `blobs/ab/cdef…` by its whole name.
pub fn blobs(data: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for folder in entries(&data.join("blobs"))? {
        for file in entries(&folder)? {
            found.push((format!("{}{}", name(&folder), name(&file)), file));
        }
    }
    Ok(found)
}

/// Files of uploads and results that are not complete.
pub fn incoming(data: &Path) -> Result<Vec<String>> {
    Ok(entries(&data.join("incoming"))?.iter().map(|path| name(path)).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = read.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
