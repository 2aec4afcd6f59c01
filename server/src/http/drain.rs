//! Lets a refused sender finish.
//!
//! A connection that is closed while bytes are still coming is reset, and the sender may never read why it was refused. So the
//! answer goes out at once, and the rest of the body is read and thrown away for a moment.

use std::{future::Future, time::Duration};

use futures::{Stream, StreamExt};

const PATIENCE: Duration = Duration::from_secs(5);

/// Throws the rest of a body away in the background.
pub fn drain<T>(mut rest: impl Stream<Item = T> + Send + Unpin + 'static) {
    drain_with(async move {
        while rest.next().await.is_some() {
            // A sender that is always ready must not keep the clock from being looked at.
            tokio::task::consume_budget().await;
        }
    });
}

/// The same for a body that is read by something else than a stream.
pub fn drain_with(reading: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(async move {
        // Time is the limit: a sender that takes longer is cut off.
        let _ = tokio::time::timeout(PATIENCE, reading).await;
    });
}
