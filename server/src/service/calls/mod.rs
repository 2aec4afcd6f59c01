//! One-off calls of the engine. A small sound comes in and its answer goes out, and nothing is stored; a large one becomes a
//! task.

mod expiry;
mod task;
pub mod work;

use std::{fmt::Display, ops::ControlFlow, path::PathBuf, thread};

use bytes::Bytes;
use dsp::{
    Parameters,
    decode::Limits,
    engine::{BatchRequest, Cancel, Operation, das_batch},
};
use futures::Stream;
use tokio::sync::oneshot;
use web::model::{CallView, Problem};

use self::work::NoOutput;
use super::{
    Services,
    error::{ServiceError, full_disk},
    estimate, name, uploads,
};
use crate::{
    balancer::{Memory, TaskKind, Wish},
    priority,
    problem::{Code, internal},
    storage::{Scratch, Storage, StorageError},
};

/// Pictures and spectrograms that need more memory than this become tasks, which are counted against the memory of the engines.
const MOST_PICTURE_BYTES: u64 = 32 << 20;

/// What is asked of a call.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is to be done.
    pub operation: Operation,
    /// How sound is analysed.
    pub parameters: Parameters,
    /// Name of the sound as it was sent, or nothing; its ending helps to tell the format.
    pub raw_name: String,
    /// As a task, however small the sound is.
    pub as_task: bool,
    /// Who asks, and how urgently; only tasks look at it.
    pub wish: Wish,
}

/// What becomes of a call.
#[derive(Debug)]
pub enum Called {
    /// The answer.
    Answer(Answer),
    /// The task that will have it.
    Task(Box<CallView>),
}

/// What a call has made: a file that is gone when this is.
#[derive(Debug)]
pub struct Answer {
    /// Where it is.
    pub path: PathBuf,
    /// What to call it when it is saved.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    _folder: Scratch,
}

/// Stops the work when nobody waits for it any more.
struct StopOnDrop(Cancel);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Services {
    /// Receives a sound and does one operation on it, or queues a task that will: where that is asked for, and where the sound
    /// is over the limits of calls that are answered at once. The limits of uploads hold in any case.
    pub async fn call<E: Display>(
        &self,
        call: Call,
        declared_bytes: Option<u64>,
        chunks: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Called, ServiceError> {
        call.operation.check().map_err(|error| Code::BadRequest.problem(format!("{}.", error.explained())))?;
        call.parameters.check().map_err(|error| Code::BadRequest.problem(format!("{error}.")))?;
        let name = if call.raw_name.is_empty() { "sound".to_owned() } else { name::checked(&call.raw_name)? };
        if call.as_task || declared_bytes.is_some_and(|bytes| bytes > self.calls.max_bytes) {
            self.check_room(&call.wish.clone().of_kind(TaskKind::Call)).await?;
        }
        self.check_declared(declared_bytes)?;
        let incoming = self.storage.incoming(self.limits.max_bytes).await?;
        let staged = uploads::write(incoming, self.silence, chunks).await?;
        if staged.size_bytes() == 0 {
            return Err(Code::Empty.problem("The file has no bytes.").into());
        }
        let info = self.probe(staged.path(), &name).await?;
        // Whose transform takes no longer than the usual one of the longest sound.
        let max_duration_s = self.calls.max_duration_s / work::overlap(&call.operation, &call.parameters);
        let is_long = info.duration_s().is_some_and(|duration_s| duration_s > max_duration_s);
        let memory_bytes = work::memory_bytes(&call.operation, &call.parameters, info.duration_s());
        let is_large = staged.size_bytes() > self.calls.max_bytes || memory_bytes > MOST_PICTURE_BYTES;
        // Waiting calls hold a file each; when all seats are taken, the queue of tasks is fair to whom comes next.
        let seat = self.call_seats.clone().try_acquire_owned().ok();
        let Some(seat) = seat.filter(|_| !(call.as_task || is_long || is_large)) else {
            return self.queue_call(call, name, staged, &info).await;
        };
        // A caller that has gone stops waiting by itself.
        let permit = self.call_slots.clone().acquire_owned().await.map_err(|_| internal())?;
        // Where tasks have all the memory, it waits for its share among them.
        let Some(memory) = Memory::take(&self.backend, estimate::memory_bytes(info.channels) + memory_bytes) else {
            return self.queue_call(call, name, staged, &info).await;
        };
        let folder = self.storage.scratch().await?;
        let limits =
            Limits { max_duration_s: max_duration_s.min(self.limits.max_duration_s), ..self.limits.for_decoder() };
        let request =
            work::request(call.operation.clone(), call.parameters.clone(), limits, staged.path(), &name, &folder)?;
        let cancel = Cancel::default();
        let _stop = StopOnDrop(cancel.clone());
        let (answered, staged) = {
            let (name, storage) = (name.clone(), self.storage.clone());
            apart(move || {
                let _seated = (seat, permit, memory);
                (answer(&storage, &request, &name, folder, &cancel), staged)
            })
            .await?
        };
        match answered {
            // Only now it shows how long it is; a task may be longer.
            Err(ServiceError::Problem(problem))
                if problem.code == Code::TooLong.name() && max_duration_s < self.limits.max_duration_s =>
            {
                self.queue_call(call, name, staged, &info).await
            }
            answered => answered.map(Called::Answer),
        }
    }
}

/// Does the work on a thread of its own, below the priority of those that answer everybody else.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ServiceError> {
    let (sender, receiver) = oneshot::channel();
    let run = move || {
        priority::lower();
        // Nobody waits for it any more: then it is dropped here.
        let _ = sender.send(work());
    };
    thread::Builder::new().name("call".to_owned()).spawn(run).map_err(StorageError::from)?;
    Ok(receiver.await.map_err(|_| internal())?)
}

fn answer(
    storage: &Storage,
    request: &BatchRequest,
    name: &str,
    folder: Scratch,
    cancel: &Cancel,
) -> Result<Answer, ServiceError> {
    // Results can be larger than what they are made from, and must not fill the disk.
    let mut space = Ok(());
    let watch = |_| {
        space = storage.check_result_space();
        if space.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let outcome = das_batch(request, cancel, watch).map_err(|error| refused(&error));
    space?;
    let output = work::output(request, outcome?, name).map_err(|failure| match failure {
        NoOutput::Input(problem) => *problem,
        NoOutput::Trouble(reason) | NoOutput::Fault(reason) => {
            tracing::error!(reason, "an engine call failed");
            if reason.starts_with("disk_full") { full_disk() } else { internal() }
        }
    })?;
    Ok(Answer { path: output.path, name: output.name, media_type: output.media_type, _folder: folder })
}

/// A request that the engine does not take.
fn refused(error: &dsp::engine::BatchError) -> Problem {
    Code::BadRequest.problem(format!("{error}."))
}
