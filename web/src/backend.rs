//! The port through which server-side rendering reaches the services. The server implements it and puts an
//! `Arc<dyn Backend>` into the context; the browser asks `/api` for the same types instead.

use std::{future::Future, pin::Pin};

use crate::model::{BalancerView, DecisionLog, Problem, RecordingDetails, RecordingPage, TaskPage, UploadRules};

/// A boxed answer of the backend.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// What the pages ask for.
pub trait Backend: Send + Sync + 'static {
    /// A page of the index, as `GET /api/das`.
    fn recordings(&self, after: Option<String>, limit: u32) -> Answer<'_, RecordingPage>;
    /// One recording, as `GET /api/das/{id}`.
    fn recording(&self, id: String) -> Answer<'_, RecordingDetails>;
    /// What may be uploaded, as `GET /api/das/upload`.
    fn upload_rules(&self) -> Answer<'_, UploadRules>;
    /// The Balancer at a glance, as `GET /api/balancer`.
    fn balancer(&self) -> Answer<'_, BalancerView>;
    /// The newest tasks in a state, as `GET /api/balancer/tasks?state=`.
    fn tasks(&self, state: String) -> Answer<'_, TaskPage>;
    /// The latest decisions, as `GET /api/balancer/decisions?limit=`.
    fn decisions(&self, limit: u32) -> Answer<'_, DecisionLog>;
}

/// The problem of a form that was refused: put into the context of the request that renders its page again.
#[derive(Debug, Clone, PartialEq)]
pub struct FormProblem(pub Problem);
