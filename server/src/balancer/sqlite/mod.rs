//! Tasks in the tables of the SQLite database; the backend of one machine.
//!
//! The database is what counts: every change is a statement that names the state it expects, committed in groups
//! ([`GroupWriter`]). The open tasks also stand on a board in memory, which is brought up to date in the order of the
//! commits; policies choose from it, and heartbeats rarely touch the disk. Where the two disagree, the statement changes
//! nothing and the board forgets the task.

mod board;
mod explain;
mod minutes;
mod settings;
mod write;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;
use web::model::{AttemptView, BalancerView, Outlook, PolicyName, Problem, TaskClass, TaskCounts, TaskState, TaskView};

use super::{
    BackendError, Change, Companion, Fenced, Lease, MAX_CHECKPOINT_BYTES, NewTask, Progress, Seat, Standing,
    TaskBackend, TaskKind, Totals, Wish, backoff::pause_ms,
};
use crate::{
    db::{
        Db, DbError,
        attempt::{self, End},
        group::GroupWriter,
        now_ms, setting,
        task::{self, Back, Fence, Filter, TaskRow},
    },
    problem::Code,
};
use board::{Admission, Beat, Board, Dead};
use write::{Ended, Verdict, WriteError};

pub use settings::Settings;

/// Changes that a slow subscriber may be behind before it has to look the task up again.
const BACKLOG: usize = 4_096;
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

struct Shared {
    board: Mutex<Board>,
    forecasts: Mutex<explain::Forecasts>,
    changes: broadcast::Sender<Change>,
    added: [Notify; TaskClass::ALL.len()],
}

/// Nothing that can panic is done under a lock.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        held(&self.board)
    }

    /// Tells subscribers; nobody listening is fine.
    fn announce(&self, task: TaskView) {
        if self.changes.receiver_count() > 0 {
            let _ = self.changes.send(Change { subject: task.subject.clone(), task });
        }
    }

    fn wake(&self, classes: impl IntoIterator<Item = TaskClass>) {
        for class in classes {
            self.added[class as usize].notify_one();
        }
    }

    /// A task is back in the queue, or new there.
    fn queued(&self, board: &mut Board, row: &TaskRow, waits_for: Vec<String>) -> Result<TaskView, DbError> {
        board.put(row, waits_for, now_ms())?;
        self.wake([row.class()?]);
        let task = row.view()?;
        self.announce(task.clone());
        Ok(task)
    }

    /// A task has ended, and those that it took along.
    fn ended(&self, board: &mut Board, ended: &Ended) -> Result<TaskView, DbError> {
        for row in &ended.dependents {
            self.wake(board.ended(row, now_ms())?);
            self.announce(row.view()?);
        }
        self.wake(board.ended(&ended.row, now_ms())?);
        let task = ended.row.view()?;
        self.announce(task.clone());
        Ok(task)
    }
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
        let shared = Shared {
            board: Mutex::new(board),
            forecasts: Mutex::default(),
            changes: broadcast::channel(BACKLOG).0,
            added: Default::default(),
        };
        Ok(Self {
            group: GroupWriter::start(db.clone()),
            db,
            epoch: Uuid::now_v7().to_string().into(),
            shared: Arc::new(shared),
        })
    }

    /// Writes a renewal; `false` when the database knows of no such lease.
    async fn renew(&self, fence: Fence, expires_ms: i64, percent: Option<f32>) -> Result<bool, BackendError> {
        let (shared, renewed) = (Arc::clone(&self.shared), fence.clone());
        self.group
            .run(
                move |db| Box::pin(async move { write::renew(db, &renewed, expires_ms, percent).await }),
                move |written: Result<write::Renewal, DbError>| match written? {
                    write::Renewal::Held => Ok(true),
                    write::Renewal::NotHeld(row) => {
                        // Whoever took the lease away has told the board before; if it was another program, it has not.
                        let mut board = shared.board();
                        if board.is_running(&fence) {
                            board.take(&fence.id, now_ms());
                            if let Some(stored) = row {
                                shared.queued(&mut board, &stored.row, stored.waits_for)?;
                            }
                        }
                        Ok(false)
                    }
                },
            )
            .await?
    }

    /// Ends or puts back a running task under its lease.
    async fn settle(
        &self,
        fence: Fence,
        verdict: Verdict,
        end: End,
        note: Option<Problem>,
    ) -> Result<Fenced, BackendError> {
        let shared = Arc::clone(&self.shared);
        self.group
            .run(
                move |db| Box::pin(async move { write::settle(db, &fence, &verdict, end, note.as_ref()).await }),
                move |written: Result<Option<Ended>, WriteError>| {
                    let Some(ended) = accepted(written)? else { return Ok(Fenced::Refused) };
                    let mut board = shared.board();
                    if ended.row.state()? == TaskState::Queued {
                        if let Some(known) = board.take(&ended.row.id, now_ms())
                            && let board::Spot::Running(running) = known.spot
                        {
                            running.signal.lose();
                        }
                        shared.queued(&mut board, &ended.row, Vec::new())?;
                    } else {
                        shared.ended(&mut board, &ended)?;
                    }
                    Ok(Fenced::Accepted)
                },
            )
            .await?
    }

    /// Puts back an engine's task that was taken for dead, or gives it up.
    async fn give_back(&self, dead: Dead) -> Result<Fenced, BackendError> {
        let Dead { fence, attempt, isolated, end } = dead;
        let (max_attempts, stall_ms) = {
            let board = self.shared.board();
            (board.settings.max_attempts, board.settings.stall_ms)
        };
        let note = match end {
            End::Stalled => Some(Code::Stalled.limit(
                format!("The engine made no progress for {} s, so the task was put back.", stall_ms as f64 / 1e3),
                stall_ms as f64 / 1e3,
                None,
            )),
            End::Overdue => {
                Some(Code::Overdue.problem("The attempt took far longer than such tasks take, so it was stopped."))
            }
            End::ServerDied => Some(Code::ServerDied.problem("The server died while the task was running.")),
            _ => None,
        };
        tracing::warn!(task = %fence.id, number = fence.number, end = end.name(), "an engine is taken for dead");
        let verdict = if end == End::ServerDied && isolated {
            // Whatever the server died of, a task in a process of its own it was not.
            Verdict::Back(Back { uncounted: true, ..Back::default() })
        } else if attempt >= max_attempts {
            Verdict::Fail { problem: exhausted(attempt, max_attempts, note.as_ref()), crashes: 0, with: None }
        } else {
            // Should the task be what killed the server or made its engine hang, the next time it does so to a process of its
            // own, which can be killed.
            Verdict::Back(Back { isolate: true, ..Back::default() })
        };
        self.settle(fence, verdict, end, note).await
    }
}

/// What went through the group writer, with a companion whose object is gone taken for a lease that is gone.
fn accepted(written: Result<Option<Ended>, WriteError>) -> Result<Option<Ended>, BackendError> {
    match written {
        Ok(ended) => Ok(ended),
        Err(WriteError::Gone) => Ok(None),
        Err(WriteError::Backend(error)) => Err(error),
    }
}

fn exhausted(attempts: u32, limit: u32, last: Option<&Problem>) -> Problem {
    let last = last.map_or_else(
        || "The engine stopped without a word each time.".to_owned(),
        |problem| format!("The last one said: {}", problem.detail),
    );
    Code::AttemptsExhausted.limit(
        format!("The task was given up after {attempts} attempts. {last}"),
        f64::from(limit),
        Some(f64::from(attempts)),
    )
}

#[async_trait]
impl TaskBackend for SqliteBackend {
    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<TaskView>, BackendError> {
        self.shared.board().check(&tasks)?;
        let admission = Arc::new(Mutex::new(Admission::default()));
        let (shared, admitted) = (Arc::clone(&self.shared), Arc::clone(&admission));
        let applied = Arc::clone(&self.shared);
        self.group
            .run(
                move |db| {
                    Box::pin(async move {
                        // One after the other: of several with one key the first is stored when the next is looked at.
                        let unknown = write::unknown(&mut *db, &tasks).await?;
                        *held(&admitted) = shared.board().admit(unknown).map_err(WriteError::Backend)?;
                        write::enqueue(db, &tasks).await
                    })
                },
                move |written: Result<Vec<write::Stored>, WriteError>| {
                    let mut board = applied.board();
                    board.settle_admission(std::mem::take(&mut *held(&admission)));
                    let mut views = Vec::new();
                    for stored in written.map_err(WriteError::into_backend)? {
                        if stored.is_new {
                            board.minutes.enqueued(now_ms());
                            views.push(applied.queued(&mut board, &stored.row, stored.waits_for)?);
                        } else {
                            views.push(stored.row.view()?);
                        }
                    }
                    Ok(views)
                },
            )
            .await?
    }

    async fn check_room(&self, wish: &Wish) -> Result<(), BackendError> {
        let room = {
            let board = self.shared.board();
            board.check_class(wish.of_class())?;
            board.check_room(wish.of_user().as_str(), 1)
        };
        if room.is_err()
            && let Some(key) = wish.of_key()
            && task::find_by_dedupe_key(self.db.read(), key).await?.is_some()
        {
            return Ok(());
        }
        room
    }

    async fn lease(&self, seat: &Seat) -> Result<Option<Lease>, BackendError> {
        loop {
            self.tend().await?;
            let now = now_ms();
            let Some(picked) = self.shared.board().pick(seat, now) else { return Ok(None) };
            let (shared, epoch, engine) = (Arc::clone(&self.shared), Arc::clone(&self.epoch), seat.engine.clone());
            let (expires_ms, isolate) = {
                let board = self.shared.board();
                (now.saturating_add(board.settings.lease_ms), board.settings.isolate)
            };
            let (id, by) = (Arc::clone(&picked.id), engine.clone());
            let leased = self
                .group
                .run(
                    move |db| {
                        Box::pin(async move { write::lease(db, &picked, &by, &epoch, expires_ms, isolate).await })
                    },
                    move |written: Result<Option<TaskRow>, DbError>| {
                        let mut board = shared.board();
                        let row = match written {
                            Ok(Some(row)) => row,
                            Ok(None) => {
                                board.forget_reserved(&id, now_ms());
                                return Ok(None);
                            }
                            Err(error) => {
                                board.unreserve(&id, now_ms());
                                return Err(BackendError::from(error));
                            }
                        };
                        // Only known kinds are on the board.
                        let Some(kind) = TaskKind::from_name(&row.kind) else { return Ok(None) };
                        let lease = board.started(&row, kind, &engine, now_ms())?;
                        drop(board);
                        shared.announce(row.view()?);
                        Ok(Some(lease))
                    },
                )
                .await??;
            if leased.is_some() {
                return Ok(leased);
            }
        }
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
        let (shared, id) = (Arc::clone(&self.shared), task_id.to_owned());
        self.group
            .run(
                move |db| Box::pin(async move { write::cancel(db, &id).await }),
                move |written: Result<Ended, BackendError>| {
                    let ended = written?;
                    Ok(shared.ended(&mut shared.board(), &ended)?)
                },
            )
            .await?
    }

    async fn cancel_all(&self, filter: &Filter) -> Result<u32, BackendError> {
        let (shared, filter) = (Arc::clone(&self.shared), filter.clone());
        self.group
            .run(
                move |db| Box::pin(async move { write::cancel_all(db, &filter).await }),
                move |written: Result<Vec<Ended>, BackendError>| {
                    let (mut board, mut count) = (shared.board(), 0);
                    for ended in written? {
                        count += 1 + ended.dependents.len() as u32;
                        shared.ended(&mut board, &ended)?;
                    }
                    Ok(count)
                },
            )
            .await?
    }

    async fn again(&self, task_id: &str) -> Result<TaskView, BackendError> {
        let (shared, id) = (Arc::clone(&self.shared), task_id.to_owned());
        let user = self.get(task_id).await?.ok_or_else(|| BackendError::NotFound(id.clone()))?.user;
        self.shared.board().check_room(&user, 1)?;
        self.group
            .run(
                move |db| Box::pin(async move { write::again(db, &id).await }),
                move |written: Result<write::Stored, BackendError>| {
                    let stored = written?;
                    Ok(shared.queued(&mut shared.board(), &stored.row, stored.waits_for)?)
                },
            )
            .await?
    }

    async fn set_priority(&self, task_id: &str, priority: i32) -> Result<TaskView, BackendError> {
        let (shared, id) = (Arc::clone(&self.shared), task_id.to_owned());
        self.group
            .run(
                move |db| Box::pin(async move { write::set_priority(db, &id, priority).await }),
                move |written: Result<write::Stored, BackendError>| {
                    let stored = written?;
                    Ok(shared.queued(&mut shared.board(), &stored.row, stored.waits_for)?)
                },
            )
            .await?
    }

    async fn remove(&self, subject: &str, with: Arc<dyn Companion>) -> Result<(), BackendError> {
        let (shared, subject) = (Arc::clone(&self.shared), subject.to_owned());
        self.group
            .run(
                move |db| Box::pin(async move { write::remove(db, &subject, with.as_ref()).await }),
                move |written: Result<Vec<Ended>, WriteError>| {
                    let mut board = shared.board();
                    for ended in written.map_err(WriteError::into_backend)? {
                        shared.ended(&mut board, &ended)?;
                    }
                    Ok(())
                },
            )
            .await?
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

    async fn decisions(&self, limit: u32) -> Result<Vec<AttemptView>, BackendError> {
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
        let shared = Arc::clone(&self.shared);
        self.group
            .run(
                move |db| Box::pin(async move { setting::set_paused(db, class, paused).await }),
                move |written: Result<(), DbError>| {
                    written?;
                    let mut board = shared.board();
                    board.version += 1;
                    if paused {
                        board.paused.insert(class);
                    } else {
                        board.paused.remove(&class);
                        // Each that is woken asks for a task; those that find none sleep again.
                        for _ in 0..board.slots.len() {
                            shared.wake([class]);
                        }
                    }
                    Ok(())
                },
            )
            .await?
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
            self.give_back(dead).await?;
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
