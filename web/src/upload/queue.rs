//! Uploads one after another, in the order in which they were asked for.

use leptos::{prelude::*, task::spawn_local};

use super::{
    analysis, files,
    item::{Item, Sending},
    send,
};
use crate::preview::{bridge, protocol::Command};

/// The chosen files and the upload that runs. One for the whole visit: uploads go on while other pages are shown.
#[derive(Clone, Copy)]
pub struct Queue {
    /// The files in the order of choosing.
    pub items: RwSignal<Vec<Item>>,
    busy: RwSignal<bool>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { items: RwSignal::new(Vec::new()), busy: RwSignal::new(false) }
    }
}

impl Queue {
    /// The queue of this visit.
    pub fn of_visit() -> Self {
        use_context().unwrap_or_default()
    }

    /// Files that wait, are being sent, or are being stored.
    pub fn on_the_way(self) -> usize {
        self.items.with(|items| items.iter().filter(|item| item.is_on_its_way()).count())
    }

    /// Asks for the upload of a file.
    pub fn submit(self, item: &Item) {
        if !untrack(|| item.can_submit()) {
            return;
        }
        item.sending.set(Sending::Waiting);
        self.go_on();
    }

    /// Asks for the upload of every file that may be sent.
    pub fn submit_all(self) {
        for item in self.items.get_untracked() {
            self.submit(&item);
        }
    }

    /// Stops the upload of a file, or takes it out of the line.
    pub fn cancel(self, item: &Item) {
        match item.sending.get_untracked() {
            Sending::Waiting => item.sending.set(Sending::Idle),
            _ => send::cancel(item.number),
        }
    }

    /// Takes a file off the page.
    pub fn remove(self, item: &Item) {
        send::cancel(item.number);
        analysis::end(item);
        files::forget(item.number);
        self.items.update(|items| items.retain(|other| other.number != item.number));
    }

    /// Number of the file after this one, or else of the one before it.
    pub fn neighbour(self, item: &Item) -> Option<u32> {
        self.items.with_untracked(|items| {
            let place = items.iter().position(|other| other.number == item.number)?;
            let neighbour = items.get(place + 1).or_else(|| items.get(place.checked_sub(1)?))?;
            Some(neighbour.number)
        })
    }

    fn go_on(self) {
        if self.busy.get_untracked() {
            return;
        }
        let waiting = |item: &&Item| item.sending.with_untracked(|sending| *sending == Sending::Waiting);
        let Some(item) = self.items.with_untracked(|items| items.iter().find(waiting).cloned()) else { return };
        self.busy.set(true);
        spawn_local(async move {
            transfer(&item).await;
            self.busy.set(false);
            self.go_on();
        });
    }
}

async fn transfer(item: &Item) {
    let Some(file) = files::get(item.number) else { return };
    item.sending.set(Sending::Going(0.0));
    let sending = item.sending.clone();
    let progress = move |share: f32| sending.set(if share < 1.0 { Sending::Going(share) } else { Sending::Storing });
    match send::send(item.number, file, progress).await {
        Ok(details) => {
            if let Some(channel) = item.channel.get_untracked() {
                bridge::send(channel, Command::Keep { sha256: details.recording.sha256.clone() }, None);
            }
            item.sending.set(Sending::Sent(Box::new(details)));
        }
        Err(problem) if problem.code == "cancelled" => item.sending.set(Sending::Idle),
        Err(problem) => item.sending.set(Sending::Refused(problem)),
    }
}
