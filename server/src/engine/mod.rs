//! The engines: one file for each kind of task, and what becomes of bad input.

pub mod analysis;
pub mod call;
mod isolated;
pub mod protocol;

use std::{path::PathBuf, sync::Arc};

use dsp::{Parameters, decode::Limits};
use web::model::Problem;

use crate::{
    balancer::{Engine, Fenced, Stop, TaskContext, TaskKind},
    db::{Db, recording},
    service::{
        catalog,
        companions::{DropSource, boxed},
        error::ServiceError,
    },
    storage::{BlobKey, Storage},
};

/// What every engine works with.
pub struct EngineContext {
    /// Rows.
    pub db: Db,
    /// Blobs.
    pub storage: Storage,
    /// Limits for sound.
    pub limits: Limits,
    /// How sound is analysed.
    pub parameters: Parameters,
    /// Every task in a process of its own; otherwise only those under which the server has died or an
    /// engine has hung.
    pub isolate: bool,
    /// The program that is started for them: this one.
    pub program: PathBuf,
}

/// This program, also after its file was replaced by a newer one.
pub fn this_program() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { running } else { std::env::current_exe().unwrap_or_else(|_| "das".into()) }
}

impl Engine for EngineContext {
    fn run(&self, task: &TaskContext) -> Result<(), Stop> {
        match task.kind() {
            TaskKind::Analysis => analysis::run(self, task).or_else(|failure| self.conclude(task, failure)),
            TaskKind::Call => call::run(self, task).or_else(|failure| self.conclude(task, failure)),
            TaskKind::Noop => {
                task.wait(task.complete(None)).map_err(ServiceError::from).map_err(stop_of)?;
                Ok(())
            }
        }
    }
}

/// Why an engine has no result.
#[derive(Debug)]
pub enum NoResult {
    /// The input is bad, and will be at the next try.
    Input(Box<Problem>),
    /// Something in the way that is not the input.
    Trouble(Box<ServiceError>),
    /// The work was to stop.
    Stopped(Stop),
}

impl<E: Into<ServiceError>> From<E> for NoResult {
    fn from(error: E) -> Self {
        Self::Trouble(Box::new(error.into()))
    }
}

impl From<Stop> for NoResult {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

/// A trouble as the Balancer sees it.
fn stop_of(error: ServiceError) -> Stop {
    tracing::error!(%error, "task in trouble");
    if error.passes() { Stop::Trouble } else { Stop::BrokeDown(Box::new(error.into_problem())) }
}

impl EngineContext {
    fn conclude(&self, task: &TaskContext, failure: NoResult) -> Result<(), Stop> {
        match failure {
            NoResult::Input(problem) => task.wait(self.fail(task, &problem)).map_err(stop_of),
            NoResult::Trouble(error) => Err(stop_of(*error)),
            NoResult::Stopped(stop) => Err(stop),
        }
    }

    async fn fail(&self, task: &TaskContext, problem: &Problem) -> Result<(), ServiceError> {
        match task.kind() {
            TaskKind::Call => call::fail(self, task, problem).await,
            TaskKind::Analysis | TaskKind::Noop => self.drop_bad_input(task, problem).await,
        }
    }

    /// Nothing of bad input stays but the row that says why.
    async fn drop_bad_input(&self, task: &TaskContext, problem: &Problem) -> Result<(), ServiceError> {
        tracing::info!(code = %problem.code, "bad input");
        let Some(row) = recording::find(self.db.read(), task.subject()).await? else { return Ok(()) };
        let key = BlobKey::parse(&row.summary()?.sha256)?;
        let writer = self.storage.lock().await;
        let with = boxed(DropSource(task.subject().to_owned()));
        if task.fail(problem, Some(with)).await? == Fenced::Accepted {
            catalog::remove_unreferenced(&self.db, &writer, [&key]).await?;
        }
        Ok(())
    }
}

/// Shares a context between engine threads.
pub fn shared(context: EngineContext) -> Arc<dyn Engine> {
    Arc::new(context)
}
