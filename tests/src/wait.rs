//! Waiting for something to become true.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// Far above what anything takes on a busy machine with two cores.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// Asks again until `probe` answers something; `what` completes "gave up waiting for ...".
pub fn until<T>(what: &str, mut probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(value) = probe()? {
            return Ok(value);
        }
        if begun.elapsed() > PATIENCE {
            bail!("gave up waiting for {what}");
        }
        sleep(Duration::from_millis(20));
    }
}
