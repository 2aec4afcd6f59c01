//! Calls of the engine that are tasks.

use serde::{Deserialize, Serialize};

use super::{AttemptView, Outlook, TaskView};

/// A call of the engine whose sound was too large to wait for the answer, or whose caller did not want to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CallView {
    /// Call id (UUIDv7), the `{id}` of the routes.
    pub id: String,
    /// Name of the sound, without path and control characters.
    pub name: String,
    /// What is done with it: its name under the key `operation`, and the values in force.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub operation: serde_json::Value,
    /// Length of the sound's file in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the sound's file, lower-case hexadecimal.
    pub sha256: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// Its task: state, progress, problem.
    pub task: TaskView,
    /// Why it waits, and when it is expected to end.
    pub outlook: Outlook,
    /// Its leases, oldest first.
    pub attempts: Vec<AttemptView>,
    /// What it has made, once it is finished.
    pub result: Option<CallResult>,
    /// When it is removed by itself, once it has ended. RFC 3339, UTC.
    pub expires_at: Option<String>,
    /// Where to go from here.
    pub links: CallLinks,
}

/// What a call has made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CallResult {
    /// What to call the file.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// Addresses of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CallLinks {
    /// GET: how it stands; DELETE: remove it.
    pub call: String,
    /// GET: the result; `None` until there is one.
    pub result: Option<String>,
    /// POST: cancel it; `None` once it has ended.
    pub cancel: Option<String>,
    /// GET: its task, as the Balancer sees it.
    pub task: String,
}
