//! Who of the engine threads works on what, and which of them hang.
//!
//! A thread cannot be interrupted from outside. One that does not stop though its task was taken from it is stuck: another
//! takes its slot, if there are not too many of that kind already, and it leaves when it comes back after all.

use std::{
    thread::JoinHandle,
    time::{Duration, Instant},
};

use web::model::TaskClass;

use super::{Lease, Seat, Standing};

/// Names a thread for as long as the program runs.
pub(super) type Number = u64;

/// How a thread stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It works or is idle.
    Well,
    /// It does not stop, and nobody has its slot.
    Stuck,
    /// It does not stop, and another thread has its slot.
    Replaced,
}

#[derive(Debug)]
struct Post {
    number: Number,
    seat: Seat,
    thread: JoinHandle<()>,
    lease: Option<Lease>,
    /// Since when the lease is seen to be gone.
    gone: Option<Instant>,
    fate: Fate,
}

/// What a thread is to do when it has come to the end of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Ask for the next one.
    GoOn,
    /// The same, but announce the slot before: it was taken for stuck.
    Announce,
    /// End: another thread has the slot.
    Leave,
}

/// All engine threads of this process.
#[derive(Debug, Default)]
pub(super) struct Roster {
    posts: Vec<Post>,
    last: Number,
}

impl Roster {
    /// The number of the next thread.
    pub fn number(&mut self) -> Number {
        self.last += 1;
        self.last
    }

    /// A thread is there.
    pub fn add(&mut self, number: Number, seat: Seat, thread: JoinHandle<()>) {
        self.posts.push(Post { number, seat, thread, lease: None, gone: None, fate: Fate::Well });
    }

    /// A thread begins to work.
    pub fn begin(&mut self, number: Number, lease: Lease) {
        if let Some(post) = self.posts.iter_mut().find(|post| post.number == number) {
            (post.lease, post.gone) = (Some(lease), None);
        }
    }

    /// A thread has come to the end of its task.
    pub fn end(&mut self, number: Number) -> Then {
        let Some(post) = self.posts.iter_mut().find(|post| post.number == number) else { return Then::Leave };
        (post.lease, post.gone) = (None, None);
        match std::mem::replace(&mut post.fate, Fate::Well) {
            Fate::Well => Then::GoOn,
            Fate::Stuck => Then::Announce,
            Fate::Replaced => {
                self.posts.retain(|post| post.number != number);
                Then::Leave
            }
        }
    }

    /// Threads that are stuck since this look: their task was taken from them so long ago.
    pub fn look(&mut self, now: Instant, patience: Duration) -> Vec<(Number, Seat)> {
        let mut stuck = Vec::new();
        for post in &mut self.posts {
            let is_held = post.lease.as_ref().is_none_or(|lease| lease.standing() == Standing::Held);
            if is_held || post.fate != Fate::Well {
                continue;
            }
            let gone = *post.gone.get_or_insert(now);
            if now.saturating_duration_since(gone) >= patience {
                post.fate = Fate::Stuck;
                stuck.push((post.number, post.seat.clone()));
            }
        }
        stuck
    }

    /// Another thread has its slot.
    pub fn replaced(&mut self, number: Number) {
        if let Some(post) = self.posts.iter_mut().find(|post| post.number == number) {
            post.fate = Fate::Replaced;
        }
    }

    /// Stuck threads of a class, and how many of them were replaced.
    pub fn stuck(&self, class: TaskClass) -> (u32, u32) {
        let count = |is_meant: fn(Fate) -> bool| {
            self.posts.iter().filter(|post| post.seat.class == class && is_meant(post.fate)).count() as u32
        };
        (count(|fate| fate != Fate::Well), count(|fate| fate == Fate::Replaced))
    }

    /// True once every thread has ended but those that are stuck: their tasks are back in the queue already.
    pub fn is_through(&self) -> bool {
        self.posts.iter().all(|post| post.fate != Fate::Well || post.thread.is_finished())
    }
}
