//! The tasks that can be chosen, in the orders that policies ask for. Pure: no clock, no database.
//!
//! Tasks stand in lanes, one for each class and user. A lane keeps its tasks by age, priority and cost, so that a policy only
//! compares the heads of the lanes: choosing takes time in proportion to the number of users, not of tasks. By place they
//! stand together, whoever has submitted them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use web::model::TaskClass;

use super::TaskKind;

/// Order of arrival.
pub type Ticket = i64;

/// A task as policies see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Order of arrival; never given twice.
    pub ticket: Ticket,
    /// Its id.
    pub id: Arc<str>,
    /// What is to be done.
    pub kind: TaskKind,
    /// The hardware it asks for.
    pub class: TaskClass,
    /// Who submitted it.
    pub user: Arc<str>,
    /// Higher is sooner.
    pub priority: i32,
    /// Engine time that it is expected to take, in seconds.
    pub cost_s: f64,
    /// One standard deviation of that.
    pub cost_error_s: f64,
    /// Amount of work in the unit of the kind.
    pub work: f64,
    /// Key of the data that it reads.
    pub place: Option<Arc<str>>,
    /// Memory that it is expected to use.
    pub memory_bytes: u64,
    /// When it could be chosen for the first time, or again.
    pub ready_at_ms: i64,
}

impl Entry {
    fn cost_key(&self) -> u64 {
        // Saturates; not a number becomes 0.
        (self.cost_s.max(0.0) * 1e6) as u64
    }
}

/// The tasks of one user for one class.
#[derive(Debug, Clone, Default)]
pub struct Lane {
    entries: BTreeMap<Ticket, Arc<Entry>>,
    by_priority: BTreeSet<(Reverse<i32>, Ticket)>,
    by_cost: BTreeSet<(u64, Ticket)>,
}

impl Lane {
    /// The task that waits longest.
    pub fn oldest(&self) -> Option<&Arc<Entry>> {
        self.entries.values().next()
    }

    /// The task with the highest priority, of those the oldest.
    pub fn most_urgent(&self) -> Option<&Arc<Entry>> {
        self.by_priority.first().and_then(|(_, ticket)| self.entries.get(ticket))
    }

    /// The task that is expected to cost least, of those the oldest.
    pub fn cheapest(&self) -> Option<&Arc<Entry>> {
        self.by_cost.first().and_then(|(_, ticket)| self.entries.get(ticket))
    }

    fn insert(&mut self, entry: Arc<Entry>) {
        self.by_priority.insert((Reverse(entry.priority), entry.ticket));
        self.by_cost.insert((entry.cost_key(), entry.ticket));
        self.entries.insert(entry.ticket, entry);
    }

    fn remove(&mut self, ticket: Ticket) -> Option<Arc<Entry>> {
        let entry = self.entries.remove(&ticket)?;
        self.by_priority.remove(&(Reverse(entry.priority), ticket));
        self.by_cost.remove(&(entry.cost_key(), ticket));
        Some(entry)
    }
}

/// The lanes of one class.
#[derive(Debug, Clone, Default)]
struct Hall {
    lanes: BTreeMap<Arc<str>, Lane>,
    by_place: HashMap<Arc<str>, BTreeMap<Ticket, Arc<Entry>>>,
    count: usize,
}

/// What a policy decides on.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    halls: [Hall; TaskClass::ALL.len()],
    places: HashMap<Ticket, (TaskClass, Arc<str>)>,
    /// Who has used the engines of late.
    pub usage: super::usage::Usage,
}

impl Waiting {
    /// Nothing waits; so much was used.
    pub fn new(usage: super::usage::Usage) -> Self {
        Self { usage, ..Self::default() }
    }

    /// Adds a task; one that is there already is replaced.
    pub fn insert(&mut self, entry: Arc<Entry>) {
        self.remove(entry.ticket);
        self.places.insert(entry.ticket, (entry.class, Arc::clone(&entry.user)));
        let hall = &mut self.halls[entry.class as usize];
        hall.count += 1;
        if let Some(place) = &entry.place {
            hall.by_place.entry(Arc::clone(place)).or_default().insert(entry.ticket, Arc::clone(&entry));
        }
        hall.lanes.entry(Arc::clone(&entry.user)).or_default().insert(entry);
    }

    /// Takes a task out.
    pub fn remove(&mut self, ticket: Ticket) -> Option<Arc<Entry>> {
        let (class, user) = self.places.remove(&ticket)?;
        let hall = &mut self.halls[class as usize];
        let lane = hall.lanes.get_mut(&user)?;
        let entry = lane.remove(ticket)?;
        hall.count -= 1;
        if lane.entries.is_empty() {
            hall.lanes.remove(&user);
        }
        if let Some(place) = &entry.place
            && let Some(entries) = hall.by_place.get_mut(place)
        {
            entries.remove(&ticket);
            if entries.is_empty() {
                hall.by_place.remove(place);
            }
        }
        Some(entry)
    }

    /// The lanes of a class with their users, none of them empty.
    pub fn lanes(&self, class: TaskClass) -> impl Iterator<Item = (&Arc<str>, &Lane)> {
        self.halls[class as usize].lanes.iter()
    }

    /// The task of a class that waits longest of those that read this data.
    pub fn oldest_at(&self, class: TaskClass, place: &str) -> Option<&Arc<Entry>> {
        self.halls[class as usize].by_place.get(place)?.values().next()
    }

    /// Number of tasks of a class.
    pub fn count(&self, class: TaskClass) -> usize {
        self.halls[class as usize].count
    }
}
