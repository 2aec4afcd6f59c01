//! The engines: one file for each kind of task, and what becomes of a task that does not finish.

pub mod analysis;

use std::{sync::Arc, time::Duration};

use dsp::{Parameters, decode::Limits};
use web::model::Problem;

use crate::{
    balancer::{Fenced, Lease, Standing, TaskBackend},
    db::Db,
    problem::Code,
    service::{catalog, error::ServiceError},
    storage::{BlobKey, Storage},
};

/// What every engine works with.
pub struct EngineContext {
    /// Where tasks come from and results go to.
    pub backend: Arc<dyn TaskBackend>,
    /// Rows.
    pub db: Db,
    /// Blobs.
    pub storage: Storage,
    /// Limits for sound.
    pub limits: Limits,
    /// How sound is analysed.
    pub parameters: Parameters,
    /// Time between heartbeats.
    pub heartbeat: Duration,
}

/// Why a task stopped before its result was stored.
#[derive(Debug)]
pub enum Stop {
    /// The input is bad, and will be at the next try.
    Input(Box<Problem>),
    /// Something in the way that is not the input.
    Trouble(Box<ServiceError>),
    /// The task was cancelled or deleted.
    Cancelled,
    /// The lease went to another engine.
    Lost,
    /// The program is shutting down.
    Shutdown,
    /// The engine's own code panicked.
    Panicked,
}

impl Stop {
    /// For the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Input(_) => "bad input",
            Self::Trouble(_) => "trouble",
            Self::Cancelled => "cancelled",
            Self::Lost => "lease lost",
            Self::Shutdown => "shutdown",
            Self::Panicked => "panic",
        }
    }
}

impl<E: Into<ServiceError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Trouble(Box::new(error.into()))
    }
}

impl From<Standing> for Result<(), Stop> {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Held => Ok(()),
            Standing::Cancelled => Err(Stop::Cancelled),
            Standing::Lost => Err(Stop::Lost),
        }
    }
}

/// Writes down how a task ended that has no result.
pub async fn settle(context: &EngineContext, lease: &Lease, stop: Stop) -> Result<(), ServiceError> {
    match stop {
        Stop::Cancelled | Stop::Lost => {}
        Stop::Shutdown => {
            context.backend.release(lease).await?;
        }
        Stop::Panicked => {
            let problem = Code::Internal.problem("The analysis broke down. The server's log says where.");
            context.backend.retry(lease, &problem).await?;
        }
        Stop::Input(problem) => drop_bad_input(context, lease, &problem).await?,
        Stop::Trouble(error) => {
            tracing::error!(%error, "task in trouble");
            if error.passes() {
                context.backend.postpone(lease).await?;
            } else {
                context.backend.retry(lease, &error.into_problem()).await?;
            }
        }
    }
    Ok(())
}

/// Nothing of bad input stays but the row that says why.
async fn drop_bad_input(context: &EngineContext, lease: &Lease, problem: &Problem) -> Result<(), ServiceError> {
    let Some(row) = crate::db::recording::find(context.db.read(), &lease.recording_id).await? else { return Ok(()) };
    let key = BlobKey::parse(&row.summary()?.sha256)?;
    let writer = context.storage.lock().await;
    if context.backend.fail(lease, problem, true).await? == Fenced::Accepted {
        catalog::remove_unreferenced(&context.db, &writer, [&key]).await?;
    }
    Ok(())
}
