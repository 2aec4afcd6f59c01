//! The lists of tasks, asked for again as the Balancer changes.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    browser::{focus, observe},
    model::TaskPage,
};

/// Shortest time between two questions: a list costs more than the event that asks for it.
const AT_MOST_EVERY_MS: i32 = 1_000;

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

impl List {
    /// Brings it up to date; `false` when the page has gone. A list stands still under the hand: nothing that is being typed
    /// is lost, and no other button comes to lie where one is about to be pressed.
    async fn refresh(self) -> bool {
        if focus::is_attended(self.id) {
            return true;
        }
        // What cannot be read now is asked for with the next change.
        let Ok(page) = api::tasks(self.state.to_owned()).await else { return true };
        match self.tasks.try_with_untracked(|shown| *shown == page) {
            Some(true) => true,
            Some(false) if focus::is_attended(self.id) => true,
            Some(false) => self.tasks.try_set(page).is_none(),
            None => false,
        }
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
    pub fn soon<const N: usize>(&self, lists: [List; N]) {
        self.is_due.set(true);
        if self.is_asking.replace(true) {
            return;
        }
        let (is_asking, is_due) = (Rc::clone(&self.is_asking), Rc::clone(&self.is_due));
        spawn_local(async move {
            while is_due.replace(false) {
                for list in lists {
                    if !list.refresh().await {
                        return;
                    }
                }
                observe::sleep(AT_MOST_EVERY_MS).await;
            }
            is_asking.set(false);
        });
    }
}
