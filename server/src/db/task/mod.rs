//! Rows of `task`: what waits and is looked for, what engines write under their leases, what people order.

mod lease;
mod orders;
mod queue;

use sqlx::FromRow;
use web::model::{Problem, TaskClass, TaskState, TaskView};

use super::{DbError, rfc3339};

pub use lease::{Back, Claim, Fence, Note, checkpoint, claim, fail, finish, of_other_epochs, renew, requeue};
pub use orders::{
    Reasons, again, cancel, cancel_all, cancel_what_needs_cancelled, end_dependents, failed_dependency, remove,
    set_priority,
};
pub use queue::{
    Filter, Insert, counts, depend, dependencies, find, find_by_dedupe_key, find_by_subject, insert, list, of_subject,
    open, open_dependencies,
};

/// One task.
#[derive(Debug, Clone, FromRow)]
pub struct TaskRow {
    /// Order of arrival.
    pub ticket: i64,
    /// UUIDv7.
    pub id: String,
    /// What is to be done.
    pub kind: String,
    /// What it works on; the Balancer does not look into it.
    pub subject: String,
    class: String,
    /// Who submitted it.
    pub user: String,
    /// Higher is sooner.
    pub priority: i32,
    /// Amount of work in the unit of the kind.
    pub work: f64,
    memory_bytes: i64,
    /// Where its data may lie already.
    pub place: Option<String>,
    /// Longest time of an attempt, if it was stated.
    pub deadline_s: Option<f64>,
    state: String,
    /// Leases that count as tried.
    pub attempt: u32,
    /// All leases handed out so far.
    pub leases: u32,
    /// How often it was put back for a trouble that passes.
    pub troubles: u32,
    /// Processes of its own that died under it.
    pub crashes: u32,
    /// True when it must run in a process of its own.
    pub isolated: bool,
    /// Not to be leased before.
    pub not_before_ms: i64,
    /// What an attempt has left for the next.
    pub checkpoint: Option<Vec<u8>>,
    progress_percent: Option<f64>,
    problem: Option<String>,
    /// When it was accepted.
    pub queued_at_ms: i64,
    /// Since when it waits for its turn, but for `not_before_ms`: each turn begins anew.
    pub ready_at_ms: i64,
    started_at_ms: Option<i64>,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
}

impl TaskRow {
    /// The hardware it asks for.
    pub fn class(&self) -> Result<TaskClass, DbError> {
        TaskClass::from_name(&self.class).ok_or_else(|| self.unexpected("class"))
    }

    /// Its state.
    pub fn state(&self) -> Result<TaskState, DbError> {
        parse_state(&self.state, &self.id)
    }

    /// Memory that it is expected to use.
    pub fn memory_bytes(&self) -> u64 {
        self.memory_bytes.try_into().unwrap_or(0)
    }

    /// The row as it goes over the wire.
    pub fn view(&self) -> Result<TaskView, DbError> {
        let problem = self.problem.as_deref().map(serde_json::from_str::<Problem>).transpose();
        Ok(TaskView {
            id: self.id.clone(),
            kind: self.kind.clone(),
            subject: self.subject.clone(),
            class: self.class()?,
            user: self.user.clone(),
            priority: self.priority,
            state: self.state()?,
            attempt: self.attempt,
            progress_percent: self.progress_percent.map(|percent| percent as f32),
            problem: problem.map_err(|_| self.unexpected("problem"))?,
            queued_at: rfc3339(self.queued_at_ms),
            started_at: self.started_at_ms.map(rfc3339),
            finished_at: self.finished_at_ms.map(rfc3339),
        })
    }

    fn unexpected(&self, column: &'static str) -> DbError {
        DbError::Unexpected { table: "task", column, id: self.id.clone() }
    }
}

/// How the states are written down.
const STATES: [(&str, TaskState); 5] = [
    ("queued", TaskState::Queued),
    ("running", TaskState::Running),
    ("finished", TaskState::Finished),
    ("failed", TaskState::Failed),
    ("cancelled", TaskState::Cancelled),
];

/// Reads a state.
pub fn parse_state(text: &str, id: &str) -> Result<TaskState, DbError> {
    STATES.iter().find(|(name, _)| *name == text).map(|(_, state)| *state).ok_or_else(|| DbError::Unexpected {
        table: "task",
        column: "state",
        id: id.to_owned(),
    })
}

/// How a state is written down.
pub fn state_name(state: TaskState) -> &'static str {
    STATES.iter().find(|(_, known)| *known == state).map_or("", |(name, _)| name)
}

fn json(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}
