//! Out to the engines and back: leases, their renewal and their end.

use std::sync::Arc;

use web::model::{Problem, TaskState};

use super::{
    SqliteBackend,
    board::{self, Dead},
    write::{self, Ended, Verdict, WriteError},
};
use crate::{
    balancer::{BackendError, Fenced, Lease, Seat, Settings, TaskBackend, TaskKind},
    db::{
        DbError,
        attempt::End,
        group::Undo,
        now_ms,
        task::{Back, Fence, Note, TaskRow},
    },
    problem::Code,
};

impl SqliteBackend {
    /// See [`TaskBackend::lease`].
    pub(super) async fn hand_out(&self, seat: &Seat) -> Result<Option<Lease>, BackendError> {
        loop {
            self.tend().await?;
            let now = now_ms();
            let picked = {
                let mut board = self.shared.board();
                if board.have_left() {
                    self.shared.wake(board.settings.classes.iter().copied());
                }
                board.pick(seat, now)
            };
            let Some(picked) = picked else { return Ok(None) };
            let (shared, epoch, engine) = (Arc::clone(&self.shared), Arc::clone(&self.epoch), seat.engine.clone());
            let (expires_ms, isolate) = {
                let board = self.shared.board();
                (now.saturating_add(board.settings.lease_ms), board.settings.isolate)
            };
            let (id, by) = (Arc::clone(&picked.id), engine.clone());
            let leased = self
                .group
                .run(
                    Undo::Group,
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
                                let is_own_fault = !matches!(error, DbError::Shared(_));
                                board.unreserve(&id, is_own_fault, now_ms());
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

    /// Writes a renewal; `false` when the database knows of no such lease.
    pub(super) async fn renew(
        &self,
        fence: Fence,
        expires_ms: i64,
        percent: Option<f32>,
    ) -> Result<bool, BackendError> {
        let (shared, renewed) = (Arc::clone(&self.shared), fence.clone());
        self.group
            .run(
                Undo::Statement,
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
    pub(super) async fn settle(
        &self,
        fence: Fence,
        verdict: Verdict,
        end: End,
        note: Option<Problem>,
    ) -> Result<Fenced, BackendError> {
        let shared = Arc::clone(&self.shared);
        // What belongs to it may be gone; and one that cannot be taken from a dead engine is tried again and again, which must not
        // take others along each time.
        let is_taken_back = matches!(end, End::LeaseExpired | End::Overdue | End::Stalled | End::ServerDied);
        let left = fence.clone();
        let undo = if verdict.has_companion() || is_taken_back { Undo::Savepoint } else { Undo::Group };
        self.group
            .run(
                undo,
                move |db| {
                    Box::pin(async move {
                        let note = Note { end, problem: note.as_ref() };
                        write::settle(db, &fence, &verdict, note).await
                    })
                },
                move |written: Result<Option<Ended>, WriteError>| {
                    let Some(ended) = accepted(written)? else { return Ok(Fenced::Refused) };
                    let mut board = shared.board();
                    board.minutes.totals.lease_ended(end);
                    if is_taken_back {
                        board.leaves(&left);
                    }
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
    pub(super) async fn give_back(&self, dead: Dead) -> Result<Fenced, BackendError> {
        let Dead { fence, attempt, isolated, end } = dead;
        let Settings { max_attempts, stall_ms, lease_ms, .. } = self.shared.board().settings;
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
            End::LeaseExpired => Some(Code::Silent.limit(
                format!("The engine was silent for {} s, so the task was put back.", lease_ms as f64 / 1e3),
                lease_ms as f64 / 1e3,
                None,
            )),
            _ => None,
        };
        tracing::warn!(task = %fence.id, number = fence.number, end = end.name(), "an engine is taken for dead");
        let verdict = if end == End::ServerDied && isolated {
            // Whatever the server died of, a task in a process of its own it was not: that one would have died first.
            Verdict::Back(Back { uncounted: true, ..Back::default() })
        } else if attempt >= max_attempts {
            Verdict::Fail { problem: exhausted(attempt, max_attempts, note.as_ref()), crashes: 0, with: None }
        } else {
            // Should the task be what killed the server or made its engine hang, the next time it does so to a process of its
            // own, which can be killed. The server was the first process that died under it.
            Verdict::Back(Back { isolate: true, crashes: u32::from(end == End::ServerDied), ..Back::default() })
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

pub(super) fn exhausted(attempts: u32, limit: u32, last: Option<&Problem>) -> Problem {
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
