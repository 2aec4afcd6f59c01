//! The lists of tasks and of decisions, asked for again as the Balancer changes.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    browser::{focus, observe},
    model::{DecisionLog, Problem, TaskPage},
};

/// Shortest time between two questions: a list costs more than the event that asks for it.
const AT_MOST_EVERY_MS: i32 = 1_000;
/// Decisions that are shown.
pub const DECISIONS: u32 = 20;

/// A list of tasks on the page.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// Name of the state that its tasks are in.
    pub state: &'static str,
    /// Id of its element.
    pub id: &'static str,
    /// What it shows.
    pub tasks: RwSignal<TaskPage>,
}

/// The latest decisions on the page.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// Id of its element.
    pub id: &'static str,
    /// What it shows.
    pub decisions: RwSignal<DecisionLog>,
}

/// All lists of the page.
#[derive(Debug, Clone, Copy)]
pub struct Lists {
    /// Tasks that wait.
    pub waiting: List,
    /// Tasks that have failed.
    pub failed: List,
    /// Which task went to which engine.
    pub log: Log,
}

impl Lists {
    /// Brings them up to date; `false` when the page has gone. One that grows moves those below it, so all stand still while the
    /// hand is on one of them.
    async fn refresh(self) -> bool {
        if [self.waiting.id, self.failed.id, self.log.id].iter().any(|id| focus::is_attended(id)) {
            return true;
        }
        for List { state, id, tasks } in [self.waiting, self.failed] {
            if !refresh(id, tasks, || api::tasks(state.to_owned())).await {
                return false;
            }
        }
        refresh(self.log.id, self.log.decisions, || api::decisions(DECISIONS)).await
    }
}

/// Brings one up to date; `false` when the page has gone. A list stands still under the hand: nothing that is being typed is
/// lost, and no other button comes to lie where one is about to be pressed.
async fn refresh<T, F>(id: &str, shown: RwSignal<T>, ask: impl FnOnce() -> F) -> bool
where
    T: PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, Problem>>,
{
    if focus::is_attended(id) {
        return true;
    }
    // What cannot be read now is asked for with the next change.
    let Ok(now) = ask().await else { return true };
    match shown.try_with_untracked(|shown| *shown == now) {
        Some(true) => true,
        Some(false) if focus::is_attended(id) => true,
        Some(false) => shown.try_set(now).is_none(),
        None => false,
    }
}

/// What asks for lists again.
#[derive(Debug, Default)]
pub struct Refresh {
    is_asking: Rc<Cell<bool>>,
    is_due: Rc<Cell<bool>>,
}

impl Refresh {
    /// Something has changed. While an answer is on its way, or was just there, the question waits.
    pub fn soon(&self, lists: Lists) {
        self.is_due.set(true);
        if self.is_asking.replace(true) {
            return;
        }
        let (is_asking, is_due) = (Rc::clone(&self.is_asking), Rc::clone(&self.is_due));
        spawn_local(async move {
            while is_due.replace(false) {
                if !lists.refresh().await {
                    return;
                }
                observe::sleep(AT_MOST_EVERY_MS).await;
            }
            is_asking.set(false);
        });
    }
}

/// What is said below a list.
pub fn note(is_live: bool, is_all: bool) -> &'static str {
    match (is_live, is_all) {
        (false, true) => "As they stood when the page was loaded.",
        (false, false) => "As they stood when the page was loaded. These are not all: the API lists the others.",
        (true, true) => "Kept up to date, but for while you point at the list or type into it.",
        (true, false) => {
            "Kept up to date, but for while you point at the list or type into it. These are not all: the API lists the others."
        }
    }
}
