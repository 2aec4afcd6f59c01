//! A call of the engine: one operation on one sound, its result a file.

use std::{
    ops::ControlFlow,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use dsp::engine::{BatchError, BatchOutcome, BatchProgress, BatchRequest, Cancel, das_batch};
use web::model::Problem;

use super::{EngineContext, NoResult, isolated};
use crate::{
    balancer::{Fenced, Progress, Stop, TaskContext},
    db::call::{self, Output},
    problem::{Code, internal},
    service::{
        calls::work::{self, NoOutput},
        catalog,
        companions::{DropCallInput, FinishCall, boxed},
        error::ServiceError,
    },
    storage::{BlobKey, Staged, StorageError},
};

/// Longest silence of the engine between two looks at the task.
const LOOK: Duration = Duration::from_millis(50);

/// Works on the task until its result is stored.
pub fn run(context: &EngineContext, task: &TaskContext) -> Result<(), NoResult> {
    let row = task.wait(call::find(context.db.read(), task.subject()))?.ok_or(Stop::Cancelled)?;
    let input = BlobKey::parse(&row.input_sha256)?;
    // Opened to say so when it is missing.
    drop(context.storage.open_file(&input)?);
    let folder = task.wait(context.storage.scratch())?;
    let (path, limits) = (context.storage.local_path(&input), context.limits.clone());
    let request = work::request(row.operation()?, row.parameters()?, limits, &path, &row.name, &folder)?;

    let mut watch = Watch { context, task, last: Progress::default() };
    let outcome = match context.isolate || task.is_isolated() {
        true => isolated::call(&mut watch, &request)?,
        false => batch(&mut watch, &request)?,
    };
    let made = work::output(&request, outcome, &row.name).map_err(no_result)?;
    let done = watch.last.done;
    let staged = context
        .storage
        .adopt(&made.path, |bytes| watch.look(Progress { percent: Some(100.0), done: done.saturating_add(bytes) }))?;
    watch.beat()?;
    let output = Output {
        sha256: staged.key().as_str().to_owned(),
        name: made.name,
        media_type: made.media_type.to_owned(),
        size_bytes: staged.size_bytes(),
    };
    task.wait(store(context, task, staged, output, &input))
}

/// Keeps the lease alive, and looks whether the work is to stop.
pub(super) struct Watch<'a> {
    pub context: &'a EngineContext,
    pub task: &'a TaskContext,
    pub last: Progress,
}

impl Watch<'_> {
    /// The work is so far.
    pub fn look(&mut self, progress: Progress) -> Result<(), NoResult> {
        self.last = progress;
        // Results can be larger than what they are made from, and must not fill the disk.
        self.context.storage.check_result_space()?;
        Ok(self.task.progress(progress)?)
    }

    /// A full lease is ahead.
    fn beat(&mut self) -> Result<(), NoResult> {
        self.last = Progress { percent: Some(100.0), done: self.last.done.saturating_add(1) };
        Ok(self.task.beat(self.last)?)
    }
}

/// What the engine says of its share as the Balancer takes it: it has none where the length of the sound is unknown.
pub fn percent(share: f64) -> Option<f32> {
    (share > 0.0).then_some((share * 100.0) as f32)
}

/// Does the work on a thread of its own: this one keeps the lease alive, however long the engine is silent.
fn batch(watch: &mut Watch, request: &BatchRequest) -> Result<BatchOutcome, NoResult> {
    let cancel = Cancel::default();
    thread::scope(|scope| {
        let (sender, shares) = mpsc::channel();
        let stop = cancel.clone();
        let work = move || {
            let tell = |progress: BatchProgress| match sender.send(progress.share) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            das_batch(request, &stop, tell)
        };
        let worker =
            thread::Builder::new().name("call".into()).spawn_scoped(scope, work).map_err(StorageError::from)?;
        let watched = follow(watch, &shares);
        if watched.is_err() {
            // Within a block of sound.
            cancel.cancel();
        }
        let outcome = worker.join();
        watched?;
        outcome.map_err(|_| Stop::Panicked)?.map_err(|error| bad_request(&error))
    })
}

/// Follows the work until it is done.
fn follow(watch: &mut Watch, shares: &mpsc::Receiver<f64>) -> Result<(), NoResult> {
    loop {
        let progress = match shares.recv_timeout(LOOK) {
            Ok(share) => Progress { percent: percent(share), done: watch.last.done.saturating_add(1) },
            Err(RecvTimeoutError::Timeout) => watch.last,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        watch.look(progress)?;
    }
}

/// A request that the engine does not take, though it was checked when it came.
pub fn bad_request(error: &BatchError) -> NoResult {
    NoResult::Input(Box::new(Code::BadRequest.problem(format!("{error}."))))
}

fn no_result(failure: NoOutput) -> NoResult {
    match failure {
        NoOutput::Input(problem) => NoResult::Input(problem),
        NoOutput::Trouble(reason) => {
            tracing::warn!(reason, "a call could not read or write");
            Stop::Trouble.into()
        }
        NoOutput::Fault(reason) => {
            tracing::error!(reason, "a call failed");
            Stop::BrokeDown(Box::new(internal())).into()
        }
    }
}

/// Makes the result a blob and ends the task. The blob of a refused completion is removed again, else the sound.
async fn store(
    context: &EngineContext,
    task: &TaskContext,
    staged: Staged,
    output: Output,
    input: &BlobKey,
) -> Result<(), NoResult> {
    let key = staged.key().clone();
    let writer = context.storage.lock().await;
    let stored: Result<Fenced, ServiceError> = async {
        writer.put(staged).await?;
        let with = FinishCall { call_id: task.subject().to_owned(), output };
        Ok(task.complete(Some(boxed(with))).await?)
    }
    .await;
    // Either may be in use elsewhere.
    catalog::remove_unreferenced(&context.db, &writer, [&key, input]).await?;
    match stored? {
        Fenced::Accepted => Ok(()),
        Fenced::Refused => Err(Stop::Lost.into()),
    }
}

/// Ends the task of a sound that cannot be worked on, and gives the sound up.
pub(super) async fn fail(context: &EngineContext, task: &TaskContext, problem: &Problem) -> Result<(), ServiceError> {
    let Some(row) = call::find(context.db.read(), task.subject()).await? else { return Ok(()) };
    let key = BlobKey::parse(&row.input_sha256)?;
    let writer = context.storage.lock().await;
    let with = boxed(DropCallInput(task.subject().to_owned()));
    if task.fail(problem, Some(with)).await? == Fenced::Accepted {
        catalog::remove_unreferenced(&context.db, &writer, [&key]).await?;
    }
    Ok(())
}
