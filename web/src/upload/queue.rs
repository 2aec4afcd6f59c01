//! Uploads one after another, in the order in which they were asked for.

use leptos::{prelude::*, task::spawn_local};

use super::{
    files,
    item::{Item, Sending},
    send,
};
use crate::preview::{bridge, protocol::Command};

/// The chosen files and the upload that runs.
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
        files::forget(item.number);
        self.items.update(|items| items.retain(|other| other.number != item.number));
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
            // The page may be gone; a transfer that has begun is finished all the same.
            if self.busy.try_set(false).is_none() {
                self.go_on();
            }
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
            files::forget(item.number);
            item.sending.set(Sending::Sent(Box::new(details)));
        }
        Err(problem) if problem.code == "cancelled" => item.sending.set(Sending::Idle),
        Err(problem) => item.sending.set(Sending::Refused(problem)),
    }
}
