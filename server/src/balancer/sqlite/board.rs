//! The open tasks in memory: what waits where, who works on what. Pure: it is told the time and what the database has
//! accepted, in the order of the commits.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use web::model::{EngineView, PolicyName, TaskClass, TaskState, TaskView};

use super::{Settings, minutes::Minutes};
use crate::{
    balancer::{
        BackendError, Lease, NewTask, Progress, Seat, Signal, TaskError, TaskKind,
        costs::Costs,
        forecast,
        policy::{self, Because},
        usage::Usage,
        waiting::{Entry, Waiting},
    },
    db::{
        DbError,
        attempt::{End, Lesson},
        rfc3339,
        task::{Fence, TaskRow},
    },
};

/// A lease that was renewed this short a time ago is not written again.
const RENEW_EVERY_MS: i64 = 1_000;
/// The same as a part of a short lease.
const RENEWALS_OF_A_LEASE: i64 = 4;

/// Where an open task is.
#[derive(Debug)]
pub(super) enum Spot {
    /// Can be chosen.
    Ready,
    /// Is to start later.
    Delayed,
    /// Needs the result of others.
    Blocked,
    /// Was chosen; the database has not said yes yet.
    Reserved,
    /// Held by an engine.
    Running(Box<Running>),
}

/// A lease that is out.
#[derive(Debug)]
pub(super) struct Running {
    pub number: u32,
    pub attempt: u32,
    isolated: bool,
    pub engine: String,
    pub started_ms: i64,
    expires_ms: i64,
    written_ms: i64,
    deadline_ms: i64,
    done: u64,
    progressed_ms: i64,
    charged_s: f64,
    pub signal: Arc<Signal>,
    pub view: TaskView,
}

/// An open task.
#[derive(Debug)]
pub(super) struct Known {
    pub entry: Arc<Entry>,
    pub subject: String,
    pub not_before_ms: i64,
    deadline_s: Option<f64>,
    pub waits_for: HashSet<String>,
    pub spot: Spot,
}

/// An engine slot.
#[derive(Debug)]
pub(super) struct Slot {
    pub class: TaskClass,
    pub seat: Seat,
    pub since_ms: i64,
    pub task: Option<Arc<str>>,
}

/// What was reserved for an engine.
#[derive(Debug, Clone)]
pub(super) struct Picked {
    pub id: Arc<str>,
    pub policy: PolicyName,
    pub because: Because,
}

/// An engine that has to be taken for dead.
#[derive(Debug)]
pub(super) struct Dead {
    pub fence: Fence,
    pub attempt: u32,
    /// It ran in a process of its own.
    pub isolated: bool,
    pub end: End,
}

/// What a heartbeat found.
pub(super) enum Beat {
    /// The lease is gone.
    NotHeld,
    /// Go on; write the renewal if so asked.
    Held { view: Box<TaskView>, expires_ms: i64, write: bool },
}

/// Places in the queue that are promised to an enqueue on its way to the disk.
#[derive(Debug, Default)]
pub(super) struct Admission(HashMap<String, u32>);

pub(super) struct Board {
    pub settings: Settings,
    pub waiting: Waiting,
    pub known: HashMap<Arc<str>, Known>,
    /// Those of them that run or are reserved.
    busy: HashSet<Arc<str>>,
    delayed: BTreeSet<(i64, Arc<str>)>,
    dependents: HashMap<String, Vec<Arc<str>>>,
    pub slots: BTreeMap<String, Slot>,
    /// Engines that hang, by class.
    pub stuck: BTreeMap<TaskClass, u32>,
    pub policy: PolicyName,
    pub paused: BTreeSet<TaskClass>,
    pub hold: Option<String>,
    pub costs: Costs,
    pub minutes: Minutes,
    promised: HashMap<String, u32>,
    /// Tasks that wait, by user.
    queued: HashMap<Arc<str>, u32>,
    /// Grows with every change of what waits or runs.
    pub version: u64,
}

impl Board {
    pub fn new(settings: Settings, paused: Vec<TaskClass>) -> Self {
        let mut waiting = Waiting::default();
        waiting.usage =
            Usage::new(settings.weights.iter().map(|(user, weight)| (user.as_str().into(), *weight)).collect());
        Self {
            policy: settings.policy,
            settings,
            waiting,
            known: HashMap::new(),
            busy: HashSet::new(),
            delayed: BTreeSet::new(),
            dependents: HashMap::new(),
            slots: BTreeMap::new(),
            stuck: BTreeMap::new(),
            paused: paused.into_iter().collect(),
            hold: None,
            costs: Costs::default(),
            minutes: Minutes::default(),
            promised: HashMap::new(),
            queued: HashMap::new(),
            version: 0,
        }
    }

    /// What earlier leases teach about costs and shares.
    pub fn learn(&mut self, lessons: &[Lesson]) {
        for lesson in lessons {
            let took_s = lesson.took_ms.max(0) as f64 / 1e3;
            self.waiting.usage.charge(&lesson.user.as_str().into(), took_s, lesson.ended_at_ms);
            if lesson.outcome == End::Finished.name()
                && let Some(kind) = TaskKind::from_name(&lesson.kind)
            {
                self.costs.learn(kind, lesson.work, took_s);
            }
        }
    }

    // ---- Into the queue ----

    /// An error when tasks cannot be accepted as they are, or are too many whatever is stored already.
    pub fn check(&self, tasks: &[NewTask]) -> Result<(), BackendError> {
        let mut wanted: HashMap<&str, u32> = HashMap::new();
        for task in tasks {
            self.check_class(task.class())?;
            if !task.work.is_finite() || task.work < 0.0 {
                return Err(TaskError::Work(task.work).into());
            }
            // Whether another one needs a place is for the database to say.
            if task.dedupe_key().is_none() {
                *wanted.entry(task.user().as_str()).or_default() += 1;
            }
        }
        wanted.into_iter().try_for_each(|(user, count)| self.check_room(user, count))
    }

    /// Promises places in the queue, so many for each user, or says that it is full.
    pub fn admit(&mut self, wanted: HashMap<String, u32>) -> Result<Admission, BackendError> {
        for (user, count) in &wanted {
            self.check_room(user, *count)?;
        }
        for (user, count) in &wanted {
            *self.promised.entry(user.clone()).or_default() += count;
        }
        Ok(Admission(wanted))
    }

    /// An error when no engine serves the class.
    pub fn check_class(&self, class: TaskClass) -> Result<(), TaskError> {
        if self.settings.classes.contains(&class) { Ok(()) } else { Err(TaskError::NoEngine(class)) }
    }

    /// An error when so many more tasks of a user would be too many.
    pub fn check_room(&self, user: &str, count: u32) -> Result<(), BackendError> {
        let of_user = self.queued.get(user).copied().unwrap_or(0) + self.promised.get(user).copied().unwrap_or(0);
        let of_all = self.queued.values().sum::<u32>() + self.promised.values().sum::<u32>();
        let full = |user: Option<&str>, waiting: u32, limit: u32| BackendError::QueueFull {
            user: user.map(str::to_owned),
            waiting,
            limit,
            retry_after_s: self.retry_after_s(waiting),
        };
        let Settings { max_queued, max_queued_per_user, .. } = self.settings;
        if of_user + count > max_queued_per_user {
            return Err(full(Some(user), of_user, max_queued_per_user));
        }
        if of_all + count > max_queued {
            return Err(full(None, of_all, max_queued));
        }
        Ok(())
    }

    fn retry_after_s(&self, waiting: u32) -> u32 {
        let mean_s = self.costs.predict(TaskKind::Analysis, 60.0).mean_s;
        let slots = self.slots.len().max(1) as f64;
        (mean_s * f64::from(waiting) / 2.0 / slots).clamp(1.0, 3_600.0) as u32
    }

    /// The promised places are taken, or not needed.
    pub fn settle_admission(&mut self, admission: Admission) {
        for (user, count) in admission.0 {
            if let Some(promised) = self.promised.get_mut(&user) {
                *promised = promised.saturating_sub(count);
                if *promised == 0 {
                    self.promised.remove(&user);
                }
            }
        }
    }

    /// Puts a task where it belongs, as the database has it. `waits_for` are the tasks that must finish first.
    pub fn put(&mut self, row: &TaskRow, waits_for: Vec<String>, now_ms: i64) -> Result<(), DbError> {
        self.take(&row.id, now_ms);
        let Some(kind) = TaskKind::from_name(&row.kind) else {
            // Written by a later version; it may come back.
            tracing::warn!(task = %row.id, kind = %row.kind, "a task of a kind that this version does not know stays in the queue");
            return Ok(());
        };
        let id: Arc<str> = row.id.as_str().into();
        let cost = self.costs.predict(kind, row.work);
        let entry = Arc::new(Entry {
            ticket: row.ticket,
            id: Arc::clone(&id),
            kind,
            class: row.class()?,
            user: row.user.as_str().into(),
            priority: row.priority,
            cost_s: cost.mean_s,
            cost_error_s: cost.error_s,
            work: row.work,
            place: row.place.as_deref().map(Arc::from),
            memory_bytes: row.memory_bytes(),
            ready_at_ms: row.ready_at_ms.max(row.not_before_ms),
        });
        for after in &waits_for {
            self.dependents.entry(after.clone()).or_default().push(Arc::clone(&id));
        }
        *self.queued.entry(Arc::clone(&entry.user)).or_default() += 1;
        let known = Known {
            entry,
            subject: row.subject.clone(),
            not_before_ms: row.not_before_ms,
            deadline_s: row.deadline_s,
            waits_for: waits_for.into_iter().collect(),
            spot: Spot::Blocked,
        };
        self.known.insert(Arc::clone(&id), known);
        self.settle_spot(&id, now_ms);
        Ok(())
    }

    /// Ready, delayed or blocked.
    fn settle_spot(&mut self, id: &Arc<str>, now_ms: i64) {
        self.version += 1;
        let Some(known) = self.known.get_mut(id) else { return };
        known.spot = if !known.waits_for.is_empty() {
            Spot::Blocked
        } else if known.not_before_ms > now_ms {
            self.delayed.insert((known.not_before_ms, Arc::clone(id)));
            Spot::Delayed
        } else {
            self.waiting.insert(Arc::clone(&known.entry));
            Spot::Ready
        };
    }

    /// Makes what is due ready; answers the classes that have new work.
    pub fn promote(&mut self, now_ms: i64) -> BTreeSet<TaskClass> {
        let mut classes = BTreeSet::new();
        while let Some((due_ms, id)) = self.delayed.first().cloned()
            && due_ms <= now_ms
        {
            self.delayed.remove(&(due_ms, Arc::clone(&id)));
            if let Some(known) = self.known.get(&id) {
                classes.insert(known.entry.class);
            }
            self.settle_spot(&id, now_ms);
        }
        classes
    }

    /// Takes an open task off the board, wherever it is. What its engine used is put right.
    pub fn take(&mut self, id: &str, now_ms: i64) -> Option<Known> {
        let known = self.known.remove(id)?;
        self.busy.remove(id);
        self.version += 1;
        if !matches!(known.spot, Spot::Running(_))
            && let Some(queued) = self.queued.get_mut(&known.entry.user)
        {
            *queued = queued.saturating_sub(1);
            if *queued == 0 {
                self.queued.remove(&known.entry.user);
            }
        }
        match &known.spot {
            Spot::Ready => drop(self.waiting.remove(known.entry.ticket)),
            Spot::Delayed => drop(self.delayed.remove(&(known.not_before_ms, Arc::clone(&known.entry.id)))),
            Spot::Blocked => {
                for after in &known.waits_for {
                    if let Some(dependents) = self.dependents.get_mut(after) {
                        dependents.retain(|dependent| **dependent != *id);
                    }
                }
            }
            Spot::Reserved => {}
            Spot::Running(running) => {
                let used_s = (now_ms - running.started_ms).max(0) as f64 / 1e3;
                self.waiting.usage.charge(&known.entry.user, used_s - running.charged_s, now_ms);
                if let Some(slot) = self.slots.get_mut(&running.engine)
                    && slot.task.as_deref() == Some(id)
                {
                    (slot.task, slot.since_ms) = (None, now_ms);
                }
            }
        }
        Some(known)
    }

    /// A task has ended; answers the classes in which others may start now.
    pub fn ended(&mut self, row: &TaskRow, now_ms: i64) -> Result<BTreeSet<TaskClass>, DbError> {
        let state = row.state()?;
        let mut classes = BTreeSet::new();
        if let Some(known) = self.take(&row.id, now_ms)
            && let Spot::Running(running) = &known.spot
        {
            // Memory was set free.
            classes.extend(self.settings.classes.iter().copied());
            match state {
                TaskState::Finished => {
                    let took_s = (now_ms - running.started_ms).max(0) as f64 / 1e3;
                    self.costs.learn(known.entry.kind, known.entry.work, took_s);
                }
                TaskState::Cancelled => running.signal.cancel(),
                _ => running.signal.lose(),
            }
        }
        self.minutes.ended(now_ms, state == TaskState::Finished);
        let dependents = self.dependents.remove(&row.id).unwrap_or_default();
        if state == TaskState::Finished {
            for dependent in dependents {
                if let Some(known) = self.known.get_mut(&dependent) {
                    known.waits_for.remove(&row.id);
                    if known.waits_for.is_empty() {
                        classes.insert(known.entry.class);
                        let entry = Entry { ready_at_ms: now_ms, ..(*known.entry).clone() };
                        known.entry = Arc::new(entry);
                        self.settle_spot(&dependent, now_ms);
                    }
                }
            }
        }
        Ok(classes)
    }

    // ---- To the engines ----

    /// Chooses the next task for an engine and reserves it.
    pub fn pick(&mut self, seat: &Seat, now_ms: i64) -> Option<Picked> {
        self.promote(now_ms);
        if self.hold.is_some() || self.paused.contains(&seat.class) {
            return None;
        }
        let choice = policy::choose(self.policy, &self.waiting, seat, now_ms)?;
        // The chosen task waits for memory, and all others behind it: else small ones would starve it.
        if !self.fits(&choice.entry) {
            return None;
        }
        self.version += 1;
        self.waiting.remove(choice.entry.ticket);
        let id = Arc::clone(&choice.entry.id);
        if let Some(known) = self.known.get_mut(&id) {
            known.spot = Spot::Reserved;
        }
        self.busy.insert(Arc::clone(&id));
        Some(Picked { id, policy: self.policy, because: choice.because })
    }

    /// Whether the memory for engines has room for a task; a single one always runs.
    pub fn fits(&self, entry: &Entry) -> bool {
        forecast::fits(self.settings.memory_limit_bytes, self.memory_used(), entry.memory_bytes)
    }

    /// Tasks that use memory: those that run, or are about to.
    pub fn busy(&self) -> impl Iterator<Item = &Known> {
        self.busy.iter().filter_map(|id| self.known.get(id))
    }

    /// Memory that running tasks are expected to use.
    pub fn memory_used(&self) -> u64 {
        self.busy().fold(0, |used, known| used.saturating_add(known.entry.memory_bytes))
    }

    /// The database did not say yes: back to where it was.
    pub fn unreserve(&mut self, id: &Arc<str>, now_ms: i64) {
        if self.known.get(id).is_some_and(|known| matches!(known.spot, Spot::Reserved)) {
            self.busy.remove(id);
            self.settle_spot(id, now_ms);
        }
    }

    /// The database says that the reserved task does not wait; one that came back meanwhile stays.
    pub fn forget_reserved(&mut self, id: &Arc<str>, now_ms: i64) {
        if self.known.get(id).is_some_and(|known| matches!(known.spot, Spot::Reserved)) {
            self.take(id, now_ms);
        }
    }

    /// True while this very lease is out.
    pub fn is_running(&self, fence: &Fence) -> bool {
        let spot = self.known.get(fence.id.as_str()).map(|known| &known.spot);
        matches!(spot, Some(Spot::Running(running)) if running.number == fence.number)
    }

    /// The lease is out.
    pub fn started(&mut self, row: &TaskRow, kind: TaskKind, engine: &str, now_ms: i64) -> Result<Lease, DbError> {
        let view = row.view()?;
        let signal = Arc::new(Signal::default());
        let lease_ms = self.settings.lease_ms;
        self.version += 1;
        if let Some(known) = self.known.get_mut(row.id.as_str()) {
            // An order that came in between (another priority) has put the reserved task back.
            match known.spot {
                Spot::Ready => drop(self.waiting.remove(known.entry.ticket)),
                Spot::Delayed => drop(self.delayed.remove(&(known.not_before_ms, Arc::clone(&known.entry.id)))),
                Spot::Blocked | Spot::Reserved | Spot::Running(_) => {}
            }
            self.busy.insert(Arc::clone(&known.entry.id));
            let charged_s = known.entry.cost_s;
            let stated = known.deadline_s.unwrap_or_else(|| self.costs.predict(kind, row.work).deadline_s());
            known.spot = Spot::Running(Box::new(Running {
                number: row.leases,
                attempt: row.attempt,
                isolated: row.isolated,
                engine: engine.to_owned(),
                started_ms: now_ms,
                expires_ms: now_ms.saturating_add(lease_ms),
                written_ms: now_ms,
                deadline_ms: now_ms.saturating_add((stated * 1e3) as i64),
                done: 0,
                progressed_ms: now_ms,
                charged_s,
                signal: Arc::clone(&signal),
                view,
            }));
            let (entry, user) = (Arc::clone(&known.entry), Arc::clone(&known.entry.user));
            if let Some(queued) = self.queued.get_mut(&user) {
                *queued = queued.saturating_sub(1);
                if *queued == 0 {
                    self.queued.remove(&user);
                }
            }
            self.waiting.usage.charge(&user, charged_s, now_ms);
            self.minutes.started(now_ms, now_ms.saturating_sub(entry.ready_at_ms));
            let slot = self.slots.entry(engine.to_owned()).or_insert_with(|| Slot {
                class: entry.class,
                seat: Seat::new(engine, entry.class),
                since_ms: now_ms,
                task: None,
            });
            (slot.task, slot.since_ms) = (Some(Arc::clone(&entry.id)), now_ms);
        }
        Ok(Lease {
            task_id: row.id.clone(),
            subject: row.subject.clone(),
            kind,
            attempt: row.attempt,
            number: row.leases,
            isolated: row.isolated,
            checkpoint: row.checkpoint.clone(),
            place: row.place.clone(),
            troubles: row.troubles,
            crashes: row.crashes,
            signal,
        })
    }

    /// Renews a lease in memory.
    pub fn beat(&mut self, fence: &Fence, progress: Progress, now_ms: i64) -> Beat {
        let lease_ms = self.settings.lease_ms;
        let Some(Known { spot: Spot::Running(running), .. }) = self.known.get_mut(fence.id.as_str()) else {
            return Beat::NotHeld;
        };
        if running.number != fence.number {
            return Beat::NotHeld;
        }
        if progress.done > running.done {
            (running.done, running.progressed_ms) = (progress.done, now_ms);
        }
        running.expires_ms = now_ms.saturating_add(lease_ms);
        running.view.progress_percent = progress.percent;
        let fresh_for = RENEW_EVERY_MS.min(lease_ms / RENEWALS_OF_A_LEASE);
        let write = now_ms.saturating_sub(running.written_ms) >= fresh_for;
        if write {
            running.written_ms = now_ms;
        }
        Beat::Held { view: Box::new(running.view.clone()), expires_ms: running.expires_ms, write }
    }

    /// Engines that have to be taken for dead.
    pub fn dead(&self, now_ms: i64) -> Vec<Dead> {
        let stall_ms = self.settings.stall_ms;
        let judged = self.busy.iter().filter_map(|id| {
            let known = self.known.get(id)?;
            let Spot::Running(running) = &known.spot else { return None };
            let end = if running.expires_ms <= now_ms {
                End::LeaseExpired
            } else if running.deadline_ms <= now_ms {
                End::Overdue
            } else if now_ms.saturating_sub(running.progressed_ms) >= stall_ms {
                End::Stalled
            } else {
                return None;
            };
            let fence = Fence { id: known.entry.id.to_string(), number: running.number };
            Some(Dead { fence, attempt: running.attempt, isolated: running.isolated, end })
        });
        judged.collect()
    }

    /// An engine slot is there, or gone.
    pub fn attend(&mut self, seat: &Seat, is_there: bool, now_ms: i64) {
        self.version += 1;
        if is_there {
            let since_ms = now_ms;
            let slot = self.slots.entry(seat.engine.clone()).or_insert_with(|| Slot {
                class: seat.class,
                seat: seat.clone(),
                since_ms,
                task: None,
            });
            slot.seat = seat.clone();
        } else {
            self.slots.remove(&seat.engine);
        }
    }

    /// An engine as it goes over the wire.
    pub fn engine_view(&self, name: &str, slot: &Slot) -> EngineView {
        let known = slot.task.as_ref().and_then(|id| self.known.get(id));
        let running = known.and_then(|known| match &known.spot {
            Spot::Running(running) => Some(running),
            _ => None,
        });
        EngineView {
            engine: name.to_owned(),
            class: slot.class,
            task_id: known.map(|known| known.entry.id.to_string()),
            subject: known.map(|known| known.subject.clone()),
            kind: known.map(|known| known.entry.kind.name().to_owned()),
            user: known.map(|known| known.entry.user.to_string()),
            progress_percent: running.and_then(|running| running.view.progress_percent),
            since: rfc3339(slot.since_ms),
        }
    }
}
