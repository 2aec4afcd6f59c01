//! The tasks behind recordings: cancel, try again, report.

use std::collections::HashSet;

use web::model::{TaskReport, TaskState, TaskView};

use super::{
    Services,
    error::ServiceError,
    recordings::{ANALYSIS, not_found},
};
use crate::{
    balancer::{BackendError, TaskKind},
    db::{recording, task},
    problem::Code,
};

/// True when a task has ended in a way that another try may mend.
fn ended_badly(state: TaskState) -> bool {
    matches!(state, TaskState::Failed | TaskState::Cancelled)
}

/// True when a task works on something that is not kept beyond its end.
fn is_one_off(task: &TaskView) -> bool {
    task.kind == TaskKind::Call.name()
}

impl Services {
    /// Id of the task behind a recording.
    async fn task_of(&self, recording_id: &str) -> Result<String, ServiceError> {
        let row = task::find_by_subject(self.db.read(), recording_id, ANALYSIS).await?;
        Ok(row.ok_or_else(not_found)?.id)
    }

    /// Cancels the analysis of a recording, whether it waits or runs.
    pub async fn cancel(&self, recording_id: &str) -> Result<TaskView, ServiceError> {
        Ok(self.backend.cancel(&self.task_of(recording_id).await?).await?)
    }

    /// Tries the analysis of a recording again after it has failed or was cancelled.
    pub async fn retry(&self, recording_id: &str) -> Result<TaskView, ServiceError> {
        self.retry_task(&self.task_of(recording_id).await?).await
    }

    /// Tries a task again after it has failed or was cancelled.
    pub async fn retry_task(&self, task_id: &str) -> Result<TaskView, ServiceError> {
        let task = self.task(task_id).await?;
        if is_one_off(&task) {
            if !ended_badly(task.state) {
                return Err(BackendError::WrongState { state: task.state }.into());
            }
            let detail = "The sound of a call is not kept when its task has ended, so it cannot be tried again. Send it once more.";
            return Err(Code::SourceGone.problem(detail).into());
        }
        // Held until the task is back: the bytes cannot be given up in between.
        let _writer = self.storage.lock().await;
        if let Some(row) = recording::find(self.db.read(), &task.subject).await?
            && !row.source_stored
        {
            let detail =
                "The file was found to be bad and was not kept, so it cannot be tried again. Upload it once more.";
            return Err(Code::SourceGone.problem(detail).into());
        }
        Ok(self.backend.again(task_id).await?)
    }

    /// Ids of those tasks that have failed or were cancelled and that [`Self::retry_task`] would refuse for good.
    pub(super) async fn spent(&self, tasks: &[TaskView]) -> Result<Vec<String>, ServiceError> {
        let ended: Vec<_> = tasks.iter().filter(|task| ended_badly(task.state)).collect();
        let subjects: Vec<_> =
            ended.iter().filter(|task| !is_one_off(task)).map(|task| task.subject.as_str()).collect();
        let gone: HashSet<_> = recording::without_source(self.db.read(), &subjects).await?.into_iter().collect();
        let spent = ended.into_iter().filter(|task| is_one_off(task) || gone.contains(&task.subject));
        Ok(spent.map(|task| task.id.clone()).collect())
    }

    /// The task.
    pub async fn task(&self, task_id: &str) -> Result<TaskView, ServiceError> {
        let not_found = || Code::NotFound.problem("There is no task with this id. It may have been deleted.");
        Ok(self.backend.get(task_id).await?.ok_or_else(not_found)?)
    }

    /// All about the task behind a recording.
    pub async fn report(&self, recording_id: &str) -> Result<TaskReport, ServiceError> {
        self.report_task(&self.task_of(recording_id).await?).await
    }

    /// All about a task.
    pub async fn report_task(&self, task_id: &str) -> Result<TaskReport, ServiceError> {
        let task = self.task(task_id).await?;
        let attempts = self.backend.attempts(task_id).await?;
        Ok(TaskReport { outlook: self.backend.outlook(task_id), task, attempts })
    }
}
