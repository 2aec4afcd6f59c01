//! What is no longer needed of calls: sounds whose task has ended, and calls that ended long ago.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{
    db::{call, now_ms},
    service::{Services, catalog, error::ServiceError},
    storage::BlobKey,
};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(30);

impl Services {
    /// How long a call stays after its end.
    pub(super) fn keep_calls_ms(&self) -> i64 {
        (self.calls.keep_s * 1e3) as i64
    }

    /// Removes what is no longer needed of calls; answers how many calls were removed.
    pub async fn tidy_calls(&self) -> Result<u64, ServiceError> {
        let mut removed = 0;
        for id in call::ended_before(self.db.read(), now_ms().saturating_sub(self.keep_calls_ms())).await? {
            match self.delete_call_now(&id).await {
                Ok(()) => removed += 1,
                // Somebody was faster.
                Err(_) if call::find(self.db.read(), &id).await?.is_none() => {}
                Err(error) => return Err(error),
            }
        }
        // The Balancer, which knows nothing of calls, may have given their tasks up.
        self.drop_spent_inputs().await?;
        Ok(removed)
    }

    /// Gives up the sounds of all calls whose task has ended.
    pub(in crate::service) async fn drop_spent_inputs(&self) -> Result<(), ServiceError> {
        for id in call::with_spent_input(self.db.read()).await? {
            self.drop_spent_input(&id).await?;
        }
        Ok(())
    }

    /// Gives up the sound of a call whose task has ended.
    pub(in crate::service) async fn drop_spent_input(&self, id: &str) -> Result<(), ServiceError> {
        let writer = self.storage.lock().await;
        if !call::has_spent_input(self.db.read(), id).await? {
            return Ok(());
        }
        let Some(row) = call::find(self.db.read(), id).await? else { return Ok(()) };
        let key = BlobKey::parse(&row.input_sha256)?;
        let mut tx = self.db.write().await?;
        call::drop_input(&mut *tx, id).await?;
        tx.commit().await.map_err(crate::db::DbError::from)?;
        catalog::remove_unreferenced(&self.db, &writer, [&key]).await
    }

    /// Tidies until told to stop.
    pub async fn keep_calls_tidy(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.tidy_calls().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "expired calls"),
                Err(error) => tracing::warn!(%error, "calls cannot be tidied"),
            }
            tokio::select! {
                () = sleep(EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }
}
