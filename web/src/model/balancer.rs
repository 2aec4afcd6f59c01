//! What the Balancer tells about its work.

use serde::{Deserialize, Serialize};

use super::{Problem, TaskView};

/// The hardware that a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum TaskClass {
    /// A processor of the server.
    #[default]
    Cpu,
    /// An accelerator of the server.
    Accelerator,
    /// A browser that offers its processor.
    Browser,
}

impl TaskClass {
    /// All of them with their names on the wire and in the database.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Cpu, "cpu"), (Self::Accelerator, "accelerator"), (Self::Browser, "browser")];

    /// Name on the wire and in the database.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| name)
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(class, _)| *class)
    }
}

/// How the next task is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum PolicyName {
    /// In the order of arrival.
    Fifo,
    /// Higher priority first, then in the order of arrival.
    Priority,
    /// The user that was served least in proportion to the weight, then as [`Self::Priority`].
    #[default]
    FairShare,
    /// The task that is expected to cost least.
    ShortestFirst,
    /// Work on bytes that the engine had before, then as [`Self::Fifo`].
    Affinity,
}

impl PolicyName {
    /// All of them with their names on the wire and in the settings.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Fifo, "fifo"),
        (Self::Priority, "priority"),
        (Self::FairShare, "fair_share"),
        (Self::ShortestFirst, "shortest_first"),
        (Self::Affinity, "affinity"),
    ];

    /// Name on the wire and in the settings.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(policy, _)| *policy == self).map_or("", |(_, name)| name)
    }

    /// Name in a sentence.
    pub fn spoken(self) -> &'static str {
        match self {
            Self::Fifo => "arrival",
            Self::Priority => "priority",
            Self::FairShare => "fair shares",
            Self::ShortestFirst => "shortest first",
            Self::Affinity => "affinity",
        }
    }

    /// The policy with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(policy, _)| *policy)
    }
}

/// What keeps a task from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum WaitCause {
    /// An engine is about to take it.
    Starting,
    /// Every engine of its class is busy.
    EnginesBusy,
    /// No engine of its class runs.
    NoEngine,
    /// An administrator has paused its class.
    Paused,
    /// It is to start later: a delay, or the pause before another attempt.
    Delayed,
    /// It needs the result of other tasks.
    Dependency,
    /// The memory for engines is in use.
    Memory,
    /// The disk is nearly full.
    Disk,
}

/// An engine and what it works on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct EngineView {
    /// Name of the slot, for example `cpu-0`.
    pub engine: String,
    /// Its hardware.
    pub class: TaskClass,
    /// The task it holds; `None` while it is idle.
    pub task_id: Option<String>,
    /// What the task works on: the id of a recording or a call.
    pub subject: Option<String>,
    /// Kind of the task.
    pub kind: Option<String>,
    /// Who submitted it.
    pub user: Option<String>,
    /// Work done, 0 to 100.
    pub progress_percent: Option<f32>,
    /// Since when it is busy or idle. RFC 3339, UTC.
    pub since: String,
}

/// Why a task waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WaitReason {
    /// What keeps it.
    pub cause: WaitCause,
    /// The same for people, with the numbers that matter.
    pub sentence: String,
    /// Place in the order of the policy, from 1; `None` while it cannot be chosen.
    pub position: Option<u32>,
    /// Tasks of its class that can be chosen.
    pub waiting: u32,
    /// The policy in force.
    pub policy: PolicyName,
    /// The hardware it asks for.
    pub class: TaskClass,
    /// Which engines of the class are busy, and with what.
    pub busy: Vec<EngineView>,
}

/// When a task is expected to end, from what earlier tasks of its kind took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Estimate {
    /// Seconds from now until it starts; 0 when it runs.
    pub start_in_s: f64,
    /// Seconds from now until it ends.
    pub end_in_s: f64,
    /// One standard deviation of `end_in_s`, in seconds.
    pub error_s: f64,
    /// Number of finished tasks that the estimate is learned from; 0 means that it is a guess.
    pub learned_from: u32,
}

/// What is ahead of a task.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Outlook {
    /// Why it waits, while it waits.
    pub wait: Option<WaitReason>,
    /// When it is expected to end.
    pub estimate: Option<Estimate>,
}

/// One lease of a task: which policy gave it to which engine, and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AttemptView {
    /// The task.
    pub task_id: String,
    /// Number of the lease, from 1. It only grows, and fences the writes of the engine.
    pub number: u32,
    /// The engine that was chosen.
    pub engine: String,
    /// The policy that chose it.
    pub policy: PolicyName,
    /// Why the task was the next.
    pub because: String,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// RFC 3339, UTC; `None` while it runs.
    pub ended_at: Option<String>,
    /// Length so far, in seconds.
    pub duration_s: f64,
    /// How it ended: `finished`, `failed`, `cancelled`, `broke_down`, `crashed`, `stalled`, `overdue`, `lease_expired`,
    /// `server_died`, `postponed`, `released`; `None` while it runs.
    pub end: Option<String>,
    /// What went wrong.
    pub problem: Option<Problem>,
}

/// All that the Balancer knows about a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TaskReport {
    /// The task.
    pub task: TaskView,
    /// What is ahead of it.
    pub outlook: Outlook,
    /// Its leases, oldest first.
    pub attempts: Vec<AttemptView>,
}

/// A page of tasks, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TaskPage {
    /// The tasks.
    pub items: Vec<TaskView>,
    /// Pass as `after` to get the next page; `None` on the last.
    pub next: Option<String>,
    /// Ids of those that have failed or were cancelled and cannot be tried again, because what they work on is not kept: bad
    /// files, and the sounds of calls.
    #[serde(default)]
    pub spent: Vec<String>,
}

/// One decision: which policy gave what to which engine, when and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Kind of the task.
    pub kind: String,
    /// What it works on.
    pub subject: String,
    /// Who submitted it.
    pub user: String,
    /// The lease that came of it, and what became of it.
    #[serde(flatten)]
    pub attempt: AttemptView,
}

/// Decisions, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DecisionLog {
    /// The decisions.
    pub items: Vec<Decision>,
}

/// The answer to an order that concerns several tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Affected {
    /// Number of tasks that were changed.
    pub tasks: u32,
}

/// Numbers of tasks by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TaskCounts {
    /// Waiting, whatever for.
    pub queued: u64,
    /// Held by an engine.
    pub running: u64,
    /// Ended well.
    pub finished: u64,
    /// Ended with a problem.
    pub failed: u64,
    /// Ended by somebody's order.
    pub cancelled: u64,
}

/// The queue of one class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ClassView {
    /// The class.
    pub class: TaskClass,
    /// True while nothing of it is started.
    pub paused: bool,
    /// Engine slots.
    pub slots: u32,
    /// Slots that hold a task.
    pub busy: u32,
    /// Engines that do not stop though their tasks were taken from them. Others have taken their slots as far as there may be
    /// more.
    pub stuck: u32,
    /// Tasks that can be chosen.
    pub ready: u32,
    /// Tasks that are to start later.
    pub delayed: u32,
    /// Tasks that need the result of others.
    pub blocked: u32,
    /// How long the task that waits longest has waited, in seconds.
    pub oldest_wait_s: Option<f64>,
}

/// What one user has in the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserShare {
    /// The user.
    pub user: String,
    /// Weight of the fair share.
    pub weight: f64,
    /// Engine time used lately, in seconds; halves with every half-life.
    pub used_s: f64,
    /// Tasks that wait.
    pub queued: u32,
    /// Tasks that run.
    pub running: u32,
}

/// What happened within one minute.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MinuteView {
    /// Minutes before now; 0 is the running minute.
    pub minutes_ago: u32,
    /// Tasks accepted.
    pub enqueued: u32,
    /// Tasks leased.
    pub started: u32,
    /// Tasks ended well.
    pub finished: u32,
    /// Tasks ended with a problem or by order.
    pub ended_otherwise: u32,
    /// Mean time from being ready to being leased, in seconds, of the tasks leased in this minute.
    pub mean_wait_s: f64,
    /// Longest such time, in seconds.
    pub max_wait_s: f64,
}

/// The Balancer as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BalancerView {
    /// The policy in force.
    pub policy: PolicyName,
    /// All policies that can be chosen.
    pub policies: Vec<PolicyName>,
    /// Why nothing at all is started, if so.
    pub hold: Option<String>,
    /// Tasks by state.
    pub counts: TaskCounts,
    /// The queues.
    pub classes: Vec<ClassView>,
    /// The engine slots.
    pub engines: Vec<EngineView>,
    /// The users with tasks in the queue or use of late, by name; of very many those with tasks and the most use.
    pub users: Vec<UserShare>,
    /// Users that are left out.
    pub more_users: u32,
    /// The last hour, oldest first.
    pub minutes: Vec<MinuteView>,
    /// Memory that running tasks may use together, in bytes; 0 means no limit.
    pub memory_limit_bytes: u64,
    /// Memory that running tasks are expected to use, in bytes.
    pub memory_used_bytes: u64,
    /// Most tasks that may wait.
    pub max_queued: u32,
    /// Most tasks of one user that may wait.
    pub max_queued_per_user: u32,
}
