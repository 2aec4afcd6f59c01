//! What was promised about a recording or a call.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::http::Reply;

/// How a task must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum End {
    /// Either way.
    #[default]
    Any,
    /// A cancel was answered, and nothing asked for since.
    Cancelled,
}

/// What became of something that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It must be there, and end like this.
    There(End),
    /// Deleted without an answer: it is there or not.
    Unsure,
    /// Deleted, with an answer: it must not be there.
    Gone,
}

/// A recording or a call that was accepted.
#[derive(Debug, Clone)]
pub(super) struct Owned {
    pub id: String,
    pub task_id: String,
    pub fate: Fate,
    /// The priority that it must have; `None` when an order to change it was not answered.
    pub priority: Option<i32>,
}

impl Owned {
    pub fn new(view: &Value, id: &Value) -> Result<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned).context("no id");
        let priority = view["task"]["priority"].as_i64().and_then(|priority| i32::try_from(priority).ok());
        Ok(Self { id: text(id)?, task_id: text(&view["task"]["id"])?, fate: Fate::There(End::Any), priority })
    }

    /// A cancel that was answered with success stays; one that was refused changes nothing.
    pub fn cancelled(&mut self, reply: &Reply) {
        if reply.status == 200 {
            self.fate = Fate::There(End::Cancelled);
        }
    }
}

/// One of those that must be there.
pub(super) fn there(owned: &[Owned], pick: u32) -> Option<usize> {
    let there: Vec<usize> = (0..owned.len()).filter(|&index| matches!(owned[index].fate, Fate::There(_))).collect();
    there.get(pick as usize % there.len().max(1)).copied()
}
