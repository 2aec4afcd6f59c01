//! The open tasks in memory: what waits where, who works on what. Pure: it is told the time and what the database has
//! accepted, in the order of the commits.

mod engines;
mod leases;
mod memory;
mod queue;
mod room;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Weak},
};

use web::model::{PolicyName, TaskClass, TaskView};

use super::minutes::Minutes;
use crate::{
    balancer::{
        Seat, Settings, Signal, TaskKind,
        costs::Costs,
        policy::Because,
        usage::Usage,
        waiting::{Entry, Waiting},
    },
    db::{
        attempt::{End, Lesson},
        task::Fence,
    },
};

/// Where an open task is.
#[derive(Debug)]
pub(in crate::balancer::sqlite) enum Spot {
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
pub(in crate::balancer::sqlite) struct Running {
    pub number: u32,
    pub attempt: u32,
    isolated: bool,
    pub engine: String,
    pub started_ms: i64,
    /// How long of it the machine or this process stood still.
    slept_ms: i64,
    expires_ms: i64,
    written_ms: i64,
    deadline_ms: i64,
    done: u64,
    progressed_ms: i64,
    charged_s: f64,
    pub signal: Arc<Signal>,
    pub view: TaskView,
}

impl Running {
    /// How long it has been worked on.
    pub fn worked_s(&self, now_ms: i64) -> f64 {
        (now_ms - self.started_ms - self.slept_ms).max(0) as f64 / 1e3
    }
}

/// An open task.
#[derive(Debug)]
pub(in crate::balancer::sqlite) struct Known {
    pub entry: Arc<Entry>,
    pub subject: String,
    pub not_before_ms: i64,
    deadline_s: Option<f64>,
    pub waits_for: HashSet<String>,
    /// How often the database failed at leasing it.
    faults: u32,
    pub spot: Spot,
}

/// An engine slot.
#[derive(Debug)]
pub(in crate::balancer::sqlite) struct Slot {
    pub class: TaskClass,
    pub seat: Seat,
    pub since_ms: i64,
    pub task: Option<Arc<str>>,
}

/// What was reserved for an engine.
#[derive(Debug, Clone)]
pub(in crate::balancer::sqlite) struct Picked {
    pub id: Arc<str>,
    pub policy: PolicyName,
    pub because: Because,
}

/// An engine that has to be taken for dead.
#[derive(Debug)]
pub(in crate::balancer::sqlite) struct Dead {
    pub fence: Fence,
    pub attempt: u32,
    /// It ran in a process of its own.
    pub isolated: bool,
    pub end: End,
}

/// What a heartbeat found.
pub(in crate::balancer::sqlite) enum Beat {
    /// The lease is gone.
    NotHeld,
    /// Go on; write the renewal if so asked.
    Held { view: Box<TaskView>, expires_ms: i64, write: bool },
}

/// Places in the queue that are promised to an enqueue on its way to the disk.
#[derive(Debug, Default)]
pub(in crate::balancer::sqlite) struct Admission(HashMap<String, u32>);

pub(in crate::balancer::sqlite) struct Board {
    pub settings: Settings,
    pub waiting: Waiting,
    pub known: HashMap<Arc<str>, Known>,
    /// Those of them that run or are reserved.
    busy: HashSet<Arc<str>>,
    /// Memory for leases that were taken away, in use until the engine has let go of its lease.
    leaving: Vec<(Weak<Signal>, u64)>,
    /// Memory that work uses that is no task.
    taken_bytes: u64,
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
    /// When leases were last looked at.
    looked_ms: Option<i64>,
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
            leaving: Vec::new(),
            taken_bytes: 0,
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
            looked_ms: None,
        }
    }

    /// What earlier leases teach about costs and shares.
    pub fn learn(&mut self, lessons: &[Lesson]) {
        for lesson in lessons {
            let took_s = lesson.took_ms.max(0) as f64 / 1e3;
            let began_ms = lesson.ended_at_ms.saturating_sub(lesson.took_ms.max(0));
            self.waiting.usage.settle(&lesson.user.as_str().into(), 0.0, began_ms, lesson.ended_at_ms);
            if lesson.outcome == End::Finished.name()
                && let Some(kind) = TaskKind::from_name(&lesson.kind)
            {
                self.costs.learn(kind, lesson.work, took_s);
            }
        }
    }
}
