//! The types on the wire: what `/api` answers, and what the pages are made of. No `usize`, units in names.

use serde::{Deserialize, Serialize};

mod balancer;
mod call;

pub use balancer::*;
pub use call::*;
pub use dsp::analysis::Analysis;

/// Where a recording's analysis stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum TaskState {
    /// Accepted and durable, waiting for an engine.
    Queued,
    /// An engine holds the lease.
    Running,
    /// The result is stored.
    Finished,
    /// It ended with a problem that another try would not mend, or the attempts are used up.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
}

impl TaskState {
    /// True when nothing further will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Cancelled)
    }
}

/// A problem document (RFC 9457, `application/problem+json`) with the members that DAS adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Problem {
    /// URI of the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short title of the kind.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened here and what to do, one or two sentences.
    pub detail: String,
    /// Stable machine-readable code, for example `too_large`, `truncated`.
    pub code: String,
    /// The limit that was passed, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// The value that was found, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<f64>,
    /// Bytes before the place that the problem is about, where that is known: of an upload that broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_bytes: Option<u64>,
    /// Frames of sound before the damage, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_frames: Option<u64>,
    /// Seconds after which the same request may be accepted, where waiting helps. The header `Retry-After` says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

/// A task, such as the analysis of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TaskView {
    /// Task id (UUIDv7).
    pub id: String,
    /// What is to be done, for example `analysis`.
    pub kind: String,
    /// What it works on: the id of a recording, or of a call where the kind is `call`.
    pub subject: String,
    /// The hardware it asks for.
    pub class: TaskClass,
    /// Who submitted it.
    pub user: String,
    /// -100 to 100; higher is sooner where the policy looks at it.
    pub priority: i32,
    /// State of the task.
    pub state: TaskState,
    /// Number of leases that count towards the limit of attempts; trouble that passes (a full disk) does not.
    pub attempt: u32,
    /// Work done, 0 to 100; `None` while the length is unknown.
    pub progress_percent: Option<f32>,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// RFC 3339, UTC.
    pub queued_at: String,
    /// RFC 3339, UTC.
    pub started_at: Option<String>,
    /// RFC 3339, UTC.
    pub finished_at: Option<String>,
}

/// One line of the index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RecordingSummary {
    /// Recording id (UUIDv7), the `{id}` of the routes.
    pub id: String,
    /// Name of the file as it was submitted, without path and control characters.
    pub name: String,
    /// Length of the file in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// RFC 3339, UTC.
    pub uploaded_at: String,
    /// Container, from the header.
    pub container: String,
    /// Codec, from the header.
    pub codec: String,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Length where it is known: from the header until the analysis has counted.
    pub duration_s: Option<f64>,
    /// State of the analysis.
    pub state: TaskState,
    /// Work done, 0 to 100.
    pub progress_percent: Option<f32>,
}

/// A page of the index, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RecordingPage {
    /// The recordings of this page.
    pub items: Vec<RecordingSummary>,
    /// All recordings of the server.
    pub total: u64,
    /// Pass as `after` to get the next page; `None` on the last.
    pub next: Option<String>,
}

/// All about one recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RecordingDetails {
    /// What the index shows.
    pub recording: RecordingSummary,
    /// The task behind the analysis.
    pub task: TaskView,
    /// What is ahead of the task.
    pub outlook: Outlook,
    /// The leases of the task so far, oldest first.
    pub attempts: Vec<AttemptView>,
    /// The result, once the task is finished; without its series, which are in `analysis.json`.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Object>))]
    pub analysis: Option<Analysis>,
}

/// What the server accepts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UploadRules {
    /// Largest file.
    pub max_bytes: u64,
    /// Longest recording.
    pub max_duration_s: f64,
    /// Most channels.
    pub max_channels: u32,
    /// Highest sample rate.
    pub max_sample_rate_hz: u32,
    /// Names of the formats, for people.
    pub formats: Vec<String>,
    /// File name endings, without the dot.
    pub extensions: Vec<String>,
}

/// One server-sent event of `/api/das/{id}/events` (event name `task`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TaskEvent {
    /// The task as it is now.
    pub task: TaskView,
    /// What is ahead of it.
    pub outlook: Outlook,
}
