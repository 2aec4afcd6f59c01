//! One-off calls of the engine on small sounds. Nothing is stored: the sound comes in, the answer goes out.

use std::{fmt::Display, ops::ControlFlow, path::PathBuf};

use bytes::Bytes;
use dsp::{
    Parameters,
    decode::Limits,
    engine::{BatchRequest, Cancel, Operation, das_batch},
};
use futures::Stream;

use super::{Services, error::ServiceError, name, uploads};
use crate::{
    problem::{Code, internal},
    storage::{Scratch, Staged},
};

/// What a call has made: a file that is gone when this is.
#[derive(Debug)]
pub struct Answer {
    /// Where it is.
    pub path: PathBuf,
    /// What to call it when it is saved.
    pub name: String,
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
    /// Receives a sound and does one operation on it. `raw_name` may be empty; its ending helps to tell the format.
    pub async fn call<E: Display>(
        &self,
        operation: Operation,
        parameters: Parameters,
        raw_name: &str,
        declared_bytes: Option<u64>,
        chunks: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Answer, ServiceError> {
        operation.check().map_err(|error| Code::BadRequest.problem(format!("{}.", error.explained())))?;
        let name = if raw_name.is_empty() { "sound".to_owned() } else { name::clean(raw_name)? };
        let max_bytes = self.calls.max_bytes.min(self.limits.max_bytes);
        if let Some(declared) = declared_bytes.filter(|&declared| declared > max_bytes) {
            return Err(too_large(max_bytes, Some(declared)).into());
        }
        self.storage.check_space(declared_bytes.unwrap_or(0))?;
        let staged = match uploads::write(self.storage.incoming(max_bytes).await?, self.silence, chunks).await {
            Err(ServiceError::Storage(crate::storage::StorageError::TooLarge { .. })) => {
                return Err(too_large(max_bytes, None).into());
            }
            staged => staged?,
        };
        if staged.size_bytes() == 0 {
            return Err(Code::Empty.problem("The file has no bytes.").into());
        }
        // Waiting calls hold a file each and no memory; a caller that has gone stops waiting by itself.
        let permit = self.call_slots.clone().acquire_owned().await;
        let folder = self.storage.scratch().await?;
        let limits = Limits {
            max_bytes,
            max_duration_s: self.calls.max_duration_s.min(self.limits.max_duration_s),
            ..self.limits.for_decoder()
        };
        let cancel = Cancel::default();
        let _stop = StopOnDrop(cancel.clone());
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(operation, parameters, limits, &name, &staged, folder, &cancel)
        })
        .await?
    }
}

fn work(
    operation: Operation,
    parameters: Parameters,
    limits: Limits,
    name: &str,
    staged: &Staged,
    folder: Scratch,
    cancel: &Cancel,
) -> Result<Answer, ServiceError> {
    let request = BatchRequest {
        files: vec![staged.path().to_owned()],
        operations: vec![operation],
        output_folder: folder.path().to_owned(),
        parameters,
        limits,
        threads: 1,
    };
    let outcome = das_batch(&request, cancel, |_| ControlFlow::Continue(()))
        .map_err(|error| Code::BadRequest.problem(format!("{error}.")))?;
    let item = outcome.files.into_iter().flat_map(|file| file.items).next().ok_or_else(internal)?;
    if let Some(problem) = item.problem {
        let Some(code) = Code::from_name(&problem.code).filter(|&code| code != Code::Internal) else {
            tracing::error!(code = problem.code, message = problem.message, "an engine call failed");
            return Err(internal().into());
        };
        return Err(code.problem(sentence(&problem.message)).into());
    }
    let path = item.output.ok_or_else(internal)?;
    // The engine names outputs after its input, which has a name of ours here.
    let suffix = path.file_name().and_then(|file| file.to_str()).and_then(|file| file.split_once('.'));
    let name = format!("{name}.{}", suffix.map_or("bin", |(_, suffix)| suffix));
    Ok(Answer { path, name, _folder: folder })
}

fn too_large(max_bytes: u64, actual: Option<u64>) -> web::model::Problem {
    let detail = format!(
        "One-off calls take sounds of at most {max_bytes} bytes. Longer ones are recordings: POST /api/das/upload queues their \
         analysis."
    );
    Code::TooLarge.limit(detail, max_bytes as f64, actual.map(|bytes| bytes as f64))
}

/// The engine's words as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    let text = format!("{first}{}", letters.as_str());
    if text.ends_with('.') { text } else { format!("{text}.") }
}
