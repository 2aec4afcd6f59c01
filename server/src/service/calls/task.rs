//! Calls that are tasks: queue, report, result, cancel, delete.

use dsp::decode::StreamInfo;
use uuid::Uuid;
use web::model::{CallLinks, CallResult, CallView, TaskState, TaskView};

use super::{Call, Called, work};
use crate::{
    balancer::{NewTask, TaskKind},
    db::{
        DbError,
        call::{self, CallRow, NewCall, Output},
        rfc3339, task,
    },
    problem::{Code, internal},
    service::{
        Services, catalog,
        companions::{DeleteCall, StoreCall, boxed},
        error::{ServiceError, key_reused},
        estimate,
    },
    storage::{BlobKey, Staged},
};

fn not_found() -> ServiceError {
    Code::NotFound.problem("There is no call with this id. It may have been deleted, or have expired.").into()
}

impl Services {
    /// Stores a sound with the task that works on it.
    pub(super) async fn queue_call(
        &self,
        call: Call,
        name: String,
        staged: Staged,
        info: &StreamInfo,
    ) -> Result<Called, ServiceError> {
        let new = NewCall {
            id: Uuid::now_v7().to_string(),
            name,
            operation: call.operation,
            parameters: call.parameters,
            input_sha256: staged.key().as_str().to_owned(),
            input_bytes: staged.size_bytes(),
        };
        let operation = serde_json::to_value(&new.operation).map_err(ServiceError::Encode)?;
        let task = NewTask { wish: call.wish.of_kind(TaskKind::Call), ..task_of(new, info) };
        // A client that hangs up now must not leave a blob without its row: this runs to its end by itself.
        let services = self.clone();
        let view = tokio::spawn(async move { services.queue_call_now(staged, task, operation).await }).await??;
        Ok(Called::Task(Box::new(view)))
    }

    async fn queue_call_now(
        &self,
        staged: Staged,
        task: NewTask,
        operation: serde_json::Value,
    ) -> Result<CallView, ServiceError> {
        let key = staged.key().clone();
        let writer = self.storage.lock().await;
        let stored: Result<Vec<TaskView>, ServiceError> = async {
            writer.put(staged).await?;
            Ok(self.backend.enqueue(vec![task]).await?)
        }
        .await;
        // That of a refused task, and of one that was there under its key already.
        catalog::remove_unreferenced(&self.db, &writer, [&key]).await?;
        drop(writer);
        let task = stored?.into_iter().next().ok_or_else(internal)?;
        let view = self.call_view(&task.subject).await?;
        if view.sha256 != key.as_str() || view.operation != operation {
            return Err(key_reused("call").into());
        }
        Ok(view)
    }

    /// How a call stands.
    pub async fn call_view(&self, id: &str) -> Result<CallView, ServiceError> {
        let mut tx = self.db.read().begin().await.map_err(DbError::from)?;
        let row = call::find(&mut *tx, id).await?.ok_or_else(not_found)?;
        let task = task::find_by_subject(&mut *tx, id, TaskKind::Call.name()).await?.ok_or_else(not_found)?;
        drop(tx);
        let expires_at = task.finished_at_ms.map(|ended_ms| rfc3339(ended_ms.saturating_add(self.keep_calls_ms())));
        let task = task.view()?;
        let (outlook, attempts) = (self.backend.outlook(&task.id), self.backend.attempts(&task.id).await?);
        let output = row.output();
        Ok(CallView {
            operation: serde_json::to_value(row.operation()?).map_err(ServiceError::Encode)?,
            size_bytes: row.input_bytes(),
            created_at: rfc3339(row.created_at_ms),
            outlook,
            attempts,
            expires_at,
            links: CallLinks {
                call: address(id),
                result: output.as_ref().map(|_| format!("{}/result", address(id))),
                cancel: (!task.state.is_final()).then(|| format!("{}/cancel", address(id))),
                task: format!("/api/balancer/tasks/{}", task.id),
            },
            result: output.map(|Output { sha256, name, media_type, size_bytes }| CallResult {
                name,
                media_type,
                size_bytes,
                sha256,
            }),
            id: row.id,
            name: row.name,
            sha256: row.input_sha256,
            task,
        })
    }

    /// The result of a call, and its blob.
    pub async fn call_result(&self, id: &str) -> Result<(Output, BlobKey), ServiceError> {
        let row = call::find(self.db.read(), id).await?.ok_or_else(not_found)?;
        let Some(output) = row.output() else { return Err(self.no_result(id, &row).await) };
        let key = BlobKey::parse(&output.sha256)?;
        match self.storage.size_bytes(&key).await {
            Ok(size_bytes) => Ok((Output { size_bytes, ..output }, key)),
            // It can be deleted between the look at the row and the look at the file.
            Err(error) => match call::find(self.db.read(), id).await? {
                Some(_) => Err(error.into()),
                None => Err(not_found()),
            },
        }
    }

    async fn no_result(&self, id: &str, row: &CallRow) -> ServiceError {
        let task = match task::find_by_subject(self.db.read(), &row.id, TaskKind::Call.name()).await {
            Ok(task) => task.ok_or_else(not_found).and_then(|task| Ok(task.view()?)),
            Err(error) => Err(error.into()),
        };
        match task {
            Ok(TaskView { state: TaskState::Failed | TaskState::Cancelled, problem: Some(problem), .. }) => {
                Code::NotReady.problem(format!("There is no result: {}", problem.detail)).into()
            }
            Ok(_) => Code::NotReady
                .problem(format!("The call is not finished. GET {} says how it stands.", address(id)))
                .into(),
            Err(error) => error,
        }
    }

    /// Cancels the task of a call, whether it waits or runs, and gives up its sound.
    pub async fn cancel_call(&self, id: &str) -> Result<CallView, ServiceError> {
        let row = task::find_by_subject(self.db.read(), id, TaskKind::Call.name()).await?.ok_or_else(not_found)?;
        self.cancel_task(&row.id).await?;
        self.call_view(id).await
    }

    /// Deletes a call, its result, and the blobs that nobody else uses. A running task is cancelled.
    pub async fn delete_call(&self, id: &str) -> Result<(), ServiceError> {
        // Runs to its end even when the client hangs up.
        let (services, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move { services.delete_call_now(&id).await }).await?
    }

    pub(super) async fn delete_call_now(&self, id: &str) -> Result<(), ServiceError> {
        let writer = self.storage.lock().await;
        if call::find(self.db.read(), id).await?.is_none() {
            return Err(not_found());
        }
        let blobs = call::blobs(self.db.read(), id).await?;
        self.backend.remove(id, boxed(DeleteCall(id.to_owned()))).await?;
        let keys = blobs.iter().map(|sha256| BlobKey::parse(sha256)).collect::<Result<Vec<_>, _>>()?;
        catalog::remove_unreferenced(&self.db, &writer, &keys).await
    }
}

/// Where a call is found.
pub fn address(id: &str) -> String {
    format!("/api/engine/calls/{id}")
}

/// The task of a call, without wishes.
fn task_of(call: NewCall, info: &StreamInfo) -> NewTask {
    let duration_s = estimate::duration_s(info.duration_s(), call.input_bytes);
    NewTask {
        work: duration_s * work::weight(&call.operation, &call.parameters),
        memory_bytes: estimate::memory_bytes(info.channels)
            + work::memory_bytes(&call.operation, &call.parameters, info.duration_s()),
        place: Some(call.input_sha256.clone()),
        companion: Some(boxed(StoreCall(call.clone()))),
        ..NewTask::new(TaskKind::Call, call.id)
    }
}
