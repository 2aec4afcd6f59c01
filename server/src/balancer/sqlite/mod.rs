//! Tasks in the tables of the SQLite database; the backend of one machine.
//!
//! The database is what counts: every change is a statement that names the state it expects, committed in groups
//! ([`GroupWriter`]). The open tasks also stand on a board in memory, which is brought up to date in the order of the
//! commits; policies choose from it, and heartbeats rarely touch the disk. Where the two disagree, the statement changes
//! nothing and the board forgets the task.

mod admission;
mod board;
mod explain;
mod leases;
mod minutes;
mod orders;
mod shared;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::broadcast;
use uuid::Uuid;
use web::model::{
    AttemptView, BalancerView, Decision, Outlook, PolicyName, Problem, TaskClass, TaskCounts, TaskState, TaskView,
};

use super::{
    BackendError, Change, Companion, Fenced, Lease, MAX_CHECKPOINT_BYTES, NewTask, Progress, Seat, Settings, Standing,
    TaskBackend, Totals, Wish, backoff::pause_ms,
};
use crate::{
    db::{
        Db, DbError,
        attempt::{self, End},
        group::{GroupWriter, Undo},
        now_ms, setting,
        task::{self, Back, Fence, Filter, TaskRow},
    },
    problem::Code,
};
use board::{Beat, Board, Dead};
use leases::exhausted;
use shared::Shared;
use write::Verdict;

/// Leases from which costs and shares are learned at the start.
const LESSONS: u32 = 1_000;
/// A task is quarantined when its process has died so often.
const POISON: u32 = 2;

/// The backend of one machine.
pub struct SqliteBackend {
    db: Db,
    group: GroupWriter,
    /// Names this run of the program.
    epoch: Arc<str>,
    shared: Arc<Shared>,
}

impl SqliteBackend {
    /// A backend on an open database. Must be called inside the async runtime.
    pub async fn open(db: Db, settings: Settings) -> Result<Self, DbError> {
        let mut board = Board::new(settings, setting::paused(db.read()).await?);
        board.learn(&attempt::lessons(db.read(), LESSONS).await?);
        let mut waits_for: std::collections::HashMap<String, Vec<String>> = std::collections::HashMap::new();
        for (id, after) in task::open_dependencies(db.read()).await? {
            waits_for.entry(id).or_default().push(after);
        }
        for row in task::open(db.read()).await? {
            // What runs belongs to another run of the program, see `recover`.
            if row.state()? == TaskState::Queued {
                board.put(&row, waits_for.remove(&row.id).unwrap_or_default(), now_ms())?;
            }
        }
        Ok(Self {
            group: GroupWriter::start(db.clone()),
            db,
            epoch: Uuid::now_v7().to_string().into(),
            shared: Arc::new(Shared::new(board)),
        })
    }
}

#[async_trait]
impl TaskBackend for SqliteBackend {
    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<TaskView>, BackendError> {
        self.admit(tasks).await
    }

    async fn check_room(&self, wish: &Wish) -> Result<(), BackendError> {
        self.has_room(wish).await
    }

    async fn lease(&self, seat: &Seat) -> Result<Option<Lease>, BackendError> {
        self.hand_out(seat).await
    }

    async fn heartbeat(&self, lease: &Lease, progress: Progress) -> Result<Standing, BackendError> {
        let fence = lease.fence();
        let beat = self.shared.board().beat(&fence, progress, now_ms());
        if let Beat::Held { view, expires_ms, write } = beat
            && (!write || self.renew(fence, expires_ms, progress.percent).await?)
        {
            self.shared.announce(*view);
            return Ok(Standing::Held);
        }
        let state = self.get(&lease.task_id).await?.map(|task| task.state);
        Ok(if matches!(state, None | Some(TaskState::Cancelled)) { Standing::Cancelled } else { Standing::Lost })
    }

    async fn checkpoint(&self, lease: &Lease, bytes: Vec<u8>) -> Result<Fenced, BackendError> {
        if bytes.len() > MAX_CHECKPOINT_BYTES {
            return Err(super::TaskError::Checkpoint(bytes.len()).into());
        }
        let fence = lease.fence();
        let kept = self
            .group
            .run(
                Undo::Statement,
                move |db| Box::pin(async move { task::checkpoint(db, &fence, &bytes).await }),
                |written: Result<bool, DbError>| written,
            )
            .await??;
        Ok(if kept { Fenced::Accepted } else { Fenced::Refused })
    }

    async fn complete(&self, lease: &Lease, with: Option<Arc<dyn Companion>>) -> Result<Fenced, BackendError> {
        self.settle(lease.fence(), Verdict::Finish { with }, End::Finished, None).await
    }

    async fn fail(
        &self,
        lease: &Lease,
        problem: &Problem,
        with: Option<Arc<dyn Companion>>,
    ) -> Result<Fenced, BackendError> {
        let verdict = Verdict::Fail { problem: problem.clone(), crashes: 0, with };
        self.settle(lease.fence(), verdict, End::Failed, Some(problem.clone())).await
    }

    async fn retry(&self, lease: &Lease, problem: &Problem) -> Result<Fenced, BackendError> {
        let limit = self.shared.board().settings.max_attempts;
        let verdict = if lease.attempt >= limit {
            Verdict::Fail { problem: exhausted(lease.attempt, limit, Some(problem)), crashes: 0, with: None }
        } else {
            let pause_ms = pause_ms(&lease.task_id, lease.attempt.saturating_sub(1));
            Verdict::Back(Back { not_before_ms: now_ms().saturating_add(pause_ms), ..Back::default() })
        };
        self.settle(lease.fence(), verdict, End::BrokeDown, Some(problem.clone())).await
    }

    async fn crashed(&self, lease: &Lease, problem: &Problem) -> Result<Fenced, BackendError> {
        let crashes = lease.crashes.saturating_add(1);
        let verdict = if crashes >= POISON {
            let detail = format!(
                "The task killed its process {crashes} times and is not tried again. The last time: {}",
                problem.detail
            );
            let problem = Code::Quarantined.limit(detail, f64::from(POISON), Some(f64::from(crashes)));
            Verdict::Fail { problem, crashes: 1, with: None }
        } else {
            let not_before_ms = now_ms().saturating_add(pause_ms(&lease.task_id, lease.crashes));
            Verdict::Back(Back { crashes: 1, isolate: true, not_before_ms, ..Back::default() })
        };
        self.settle(lease.fence(), verdict, End::Crashed, Some(problem.clone())).await
    }

    async fn postpone(&self, lease: &Lease) -> Result<Fenced, BackendError> {
        let not_before_ms = now_ms().saturating_add(pause_ms(&lease.task_id, lease.troubles));
        let back = Back { uncounted: true, troubles: 1, not_before_ms, ..Back::default() };
        self.settle(lease.fence(), Verdict::Back(back), End::Postponed, None).await
    }

    async fn release(&self, lease: &Lease) -> Result<Fenced, BackendError> {
        let back = Back { uncounted: true, ..Back::default() };
        self.settle(lease.fence(), Verdict::Back(back), End::Released, None).await
    }

    async fn cancel(&self, task_id: &str) -> Result<TaskView, BackendError> {
        self.end_one(task_id).await
    }

    async fn cancel_all(&self, filter: &Filter) -> Result<u32, BackendError> {
        self.end_all(filter).await
    }

    async fn again(&self, task_id: &str) -> Result<TaskView, BackendError> {
        self.readmit(task_id).await
    }

    async fn set_priority(&self, task_id: &str, priority: i32) -> Result<TaskView, BackendError> {
        self.reorder(task_id, priority).await
    }

    async fn remove(&self, subject: &str, with: Arc<dyn Companion>) -> Result<(), BackendError> {
        self.end_and_remove(subject, with).await
    }

    async fn get(&self, task_id: &str) -> Result<Option<TaskView>, BackendError> {
        let row = task::find(self.db.read(), task_id).await?;
        Ok(row.map(|row| row.view()).transpose()?)
    }

    async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<TaskView>, BackendError> {
        let rows = task::list(self.db.read(), filter, limit).await?;
        Ok(rows.iter().map(TaskRow::view).collect::<Result<_, _>>()?)
    }

    async fn counts(&self) -> Result<TaskCounts, BackendError> {
        Ok(task::counts(self.db.read()).await?)
    }

    async fn attempts(&self, task_id: &str) -> Result<Vec<AttemptView>, BackendError> {
        Ok(attempt::of_task(self.db.read(), task_id).await?)
    }

    async fn decisions(&self, limit: u32) -> Result<Vec<Decision>, BackendError> {
        Ok(attempt::latest(self.db.read(), limit).await?)
    }

    fn outlook(&self, task_id: &str) -> Outlook {
        explain::outlook(&self.shared, task_id, now_ms())
    }

    async fn overview(&self) -> Result<BalancerView, BackendError> {
        let counts = self.counts().await?;
        Ok(explain::overview(&self.shared.board(), counts, now_ms()))
    }

    fn totals(&self) -> Totals {
        self.shared.board().minutes.totals
    }

    async fn pause(&self, class: TaskClass, paused: bool) -> Result<(), BackendError> {
        self.set_paused(class, paused).await
    }

    fn hold(&self, reason: Option<String>) {
        let mut board = self.shared.board();
        if board.hold != reason {
            match &reason {
                Some(reason) => tracing::warn!(%reason, "nothing is started"),
                None => tracing::info!("tasks are started again"),
            }
            board.version += 1;
            board.hold = reason;
        }
    }

    fn set_policy(&self, policy: PolicyName) {
        let mut board = self.shared.board();
        tracing::info!(from = board.policy.name(), to = policy.name(), "policy");
        board.version += 1;
        board.policy = policy;
    }

    fn attend(&self, seat: &Seat, is_there: bool) {
        self.shared.board().attend(seat, is_there, now_ms());
    }

    fn take_memory(&self, bytes: u64) -> bool {
        self.shared.board().take_memory(bytes)
    }

    fn free_memory(&self, bytes: u64) {
        let mut board = self.shared.board();
        board.free_memory(bytes);
        self.shared.wake(board.settings.classes.iter().copied());
    }

    fn stuck(&self, class: TaskClass, engines: u32) {
        let mut board = self.shared.board();
        board.version += 1;
        board.stuck.insert(class, engines);
    }

    async fn recover(&self) -> Result<u64, BackendError> {
        let rows = task::of_other_epochs(self.db.read(), &self.epoch).await?;
        let mut revived = 0;
        for row in rows {
            let fence = Fence { id: row.id.clone(), number: row.leases };
            let dead = Dead { fence, attempt: row.attempt, isolated: row.isolated, end: End::ServerDied };
            revived += u64::from(self.give_back(dead).await? == Fenced::Accepted);
        }
        Ok(revived)
    }

    async fn tend(&self) -> Result<(), BackendError> {
        let now = now_ms();
        let (dead, due) = {
            let mut board = self.shared.board();
            (board.dead(now), board.promote(now))
        };
        self.shared.wake(due);
        for dead in dead {
            let id = dead.fence.id.clone();
            // One that cannot be put back keeps nobody else from it, and is tried again.
            if let Err(error) = self.give_back(dead).await {
                tracing::warn!(task = %id, %error, "the task of a dead engine cannot be put back");
            }
        }
        Ok(())
    }

    fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.shared.changes.subscribe()
    }

    async fn work_added(&self, class: TaskClass) {
        self.shared.added[class as usize].notified().await;
    }
}
