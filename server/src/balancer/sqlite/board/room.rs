//! Whether the queue has room for another task.

use std::collections::HashMap;

use web::model::TaskClass;

use super::{Admission, Board};
use crate::balancer::{BackendError, NewTask, Settings, TaskError, TaskKind};

impl Board {
    /// An error when tasks cannot be accepted as they are, or are too many whatever is stored already.
    pub fn check(&self, tasks: &[NewTask]) -> Result<(), BackendError> {
        let mut wanted: HashMap<&str, u32> = HashMap::new();
        for task in tasks {
            self.check_class(task.class())?;
            if !task.work.is_finite() || task.work < 0.0 {
                return Err(TaskError::Work(task.work).into());
            }
            // Whether another one needs a place is for the database to say.
            if task.dedupe_key().is_none() {
                *wanted.entry(task.user().as_str()).or_default() += 1;
            }
        }
        wanted.into_iter().try_for_each(|(user, count)| self.check_room(user, count))
    }

    /// Promises places in the queue, so many for each user, or says that it is full.
    pub fn admit(&mut self, wanted: HashMap<String, u32>) -> Result<Admission, BackendError> {
        for (user, count) in &wanted {
            self.check_room(user, *count)?;
        }
        for (user, count) in &wanted {
            *self.promised.entry(user.clone()).or_default() += count;
        }
        Ok(Admission(wanted))
    }

    /// An error when no engine serves the class.
    pub fn check_class(&self, class: TaskClass) -> Result<(), TaskError> {
        if self.settings.classes.contains(&class) { Ok(()) } else { Err(TaskError::NoEngine(class)) }
    }

    /// An error when so many more tasks of a user would be too many.
    pub fn check_room(&self, user: &str, count: u32) -> Result<(), BackendError> {
        let of_user = self.queued.get(user).copied().unwrap_or(0) + self.promised.get(user).copied().unwrap_or(0);
        let of_all = self.queued.values().sum::<u32>() + self.promised.values().sum::<u32>();
        let full = |user: Option<&str>, waiting: u32, limit: u32| BackendError::QueueFull {
            user: user.map(str::to_owned),
            waiting,
            limit,
            retry_after_s: self.retry_after_s(waiting),
        };
        let Settings { max_queued, max_queued_per_user, .. } = self.settings;
        if of_user + count > max_queued_per_user {
            return Err(full(Some(user), of_user, max_queued_per_user));
        }
        if of_all + count > max_queued {
            return Err(full(None, of_all, max_queued));
        }
        Ok(())
    }

    fn retry_after_s(&self, waiting: u32) -> u32 {
        let mean_s = self.costs.predict(TaskKind::Analysis, 60.0).mean_s;
        let slots = self.slots.len().max(1) as f64;
        (mean_s * f64::from(waiting) / 2.0 / slots).clamp(1.0, 3_600.0) as u32
    }

    /// The promised places are taken, or not needed.
    pub fn settle_admission(&mut self, admission: Admission) {
        for (user, count) in admission.0 {
            if let Some(promised) = self.promised.get_mut(&user) {
                *promised = promised.saturating_sub(count);
                if *promised == 0 {
                    self.promised.remove(&user);
                }
            }
        }
    }
}
