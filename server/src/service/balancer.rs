//! What an administrator sees of the Balancer and orders it to do. Without accounts, everybody on this machine is one.

use uuid::Uuid;
use web::model::{Affected, BalancerView, DecisionLog, PolicyName, TaskClass, TaskPage, TaskState, TaskView};

use super::{Services, error::ServiceError, page::checked_limit};
use crate::{
    balancer::{TaskError, TaskKind, checked_priority},
    db::task::Filter,
    problem::Code,
};

/// Tasks or decisions of a page unless asked for otherwise.
pub const DEFAULT_PAGE: u32 = 50;
/// Most tasks or decisions of a page.
pub const MAX_PAGE: u32 = 500;

/// Which tasks are meant, in the words of a request.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Name of a state.
    pub state: Option<String>,
    /// Name of a class.
    pub class: Option<String>,
    /// A user.
    pub user: Option<String>,
}

/// The class with this name.
pub fn class(name: &str) -> Result<TaskClass, TaskError> {
    TaskClass::from_name(name).ok_or_else(|| TaskError::UnknownClass(name.chars().take(64).collect()))
}

impl Which {
    fn filter(self) -> Result<Filter, ServiceError> {
        let unknown = || {
            let detail = "The states are queued, running, finished, failed and cancelled; this is none of them.";
            ServiceError::from(Code::BadRequest.problem(detail))
        };
        let state = |name: String| serde_json::from_value::<TaskState>(name.into()).map_err(|_| unknown());
        let state = self.state.map(state).transpose()?;
        let class = self.class.as_deref().map(class).transpose()?;
        Ok(Filter { state, class, user: self.user, after: None })
    }
}

impl Services {
    /// Everything at a glance.
    pub async fn balancer(&self) -> Result<BalancerView, ServiceError> {
        Ok(self.backend.overview().await?)
    }

    /// Chooses another policy, until the next restart.
    pub async fn set_policy(&self, name: &str) -> Result<BalancerView, ServiceError> {
        let policy = PolicyName::from_name(name);
        let policy = policy.ok_or_else(|| TaskError::UnknownPolicy(name.chars().take(64).collect()))?;
        self.backend.set_policy(policy);
        self.balancer().await
    }

    /// Pauses a class, or lets it go on. What runs is finished.
    pub async fn pause(&self, name: &str, paused: bool) -> Result<BalancerView, ServiceError> {
        self.backend.pause(class(name)?, paused).await?;
        self.balancer().await
    }

    /// Pauses all classes, or lets them go on: what runs is finished, nothing else is started.
    pub async fn drain(&self, paused: bool) -> Result<BalancerView, ServiceError> {
        for (class, _) in TaskClass::ALL {
            self.backend.pause(class, paused).await?;
        }
        self.balancer().await
    }

    /// Tasks, newest first; after a task, only those that are older than it.
    pub async fn tasks(&self, which: Which, after: Option<&str>, limit: u32) -> Result<TaskPage, ServiceError> {
        let limit = checked_limit(limit, MAX_PAGE)?;
        let after = match after {
            Some(id) => Some(self.known_task(id).await?),
            None => None,
        };
        let filter = Filter { after, ..which.filter()? };
        let mut items = self.backend.list(&filter, limit + 1).await?;
        let has_more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| has_more).map(|task| task.id.clone());
        Ok(TaskPage { spent: self.spent(&items).await?, items, next })
    }

    /// The id of a task after which a page begins.
    async fn known_task(&self, id: &str) -> Result<String, ServiceError> {
        let no_id = |_| Code::BadRequest.problem("`after` is no id of a task. It takes `next` of the page before.");
        let id = Uuid::try_parse(id).map_err(no_id)?.hyphenated().to_string();
        if self.backend.get(&id).await?.is_none() {
            let detail =
                "There is no task with the id in `after`. It may have been deleted: begin with the first page again.";
            return Err(Code::BadRequest.problem(detail).into());
        }
        Ok(id)
    }

    /// The latest leases, newest first.
    pub async fn decisions(&self, limit: u32) -> Result<DecisionLog, ServiceError> {
        Ok(DecisionLog { items: self.backend.decisions(checked_limit(limit, MAX_PAGE)?).await? })
    }

    /// Cancels a task. The sound of a call is given up.
    pub async fn cancel_task(&self, task_id: &str) -> Result<TaskView, ServiceError> {
        let task = self.backend.cancel(task_id).await?;
        if task.kind == TaskKind::Call.name() {
            let (services, call_id) = (self.clone(), task.subject.clone());
            // Runs to its end even when the client hangs up. Whatever becomes of the sound, the task is cancelled.
            tokio::spawn(async move {
                if let Err(error) = services.drop_spent_input(&call_id).await {
                    tracing::warn!(%error, "the sound of a cancelled call is given up later");
                }
            })
            .await?;
        }
        Ok(task)
    }

    /// Cancels all tasks of a state, class or user. The sounds of calls are given up, for which nobody waits.
    pub async fn cancel_tasks(&self, which: Which) -> Result<Affected, ServiceError> {
        let tasks = self.backend.cancel_all(&which.filter()?).await?;
        let services = self.clone();
        tokio::spawn(async move {
            if let Err(error) = services.drop_spent_inputs().await {
                tracing::warn!(%error, "sounds of cancelled calls are given up later");
            }
        });
        Ok(Affected { tasks })
    }

    /// Changes the priority of a waiting task.
    pub async fn set_priority(&self, task_id: &str, priority: i64) -> Result<TaskView, ServiceError> {
        Ok(self.backend.set_priority(task_id, checked_priority(priority)?).await?)
    }
}
