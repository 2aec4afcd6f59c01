//! How evenly engine time was shared among those who waited for it.
//!
//! Time is cut into windows. In each, the users who had tasks waiting all the time are compared: whoever wants more than there
//! is should get what the others get, in proportion to the weight. The measure is Jain's index (Jain, Chiu, Hawe 1984) over the
//! engine time that they were given in the window by their weight, averaged over all windows with at least two such users.

/// Tasks that a user could expect in a window if all shared alike.
const TASKS_OF_A_WINDOW: f64 = 10.0;

#[derive(Debug, Clone, Copy)]
struct User {
    weight: f64,
    waiting: u32,
    /// Since when something has waited without a break.
    since_us: u64,
    /// Engine time given in this window.
    given_s: f64,
}

/// Watches a simulation.
#[derive(Debug)]
pub(super) struct Fairness {
    users: Vec<User>,
    window_us: u64,
    begun_us: u64,
    sum: f64,
    windows: u32,
}

impl Fairness {
    /// Takes the weights of all users.
    pub fn new(weights: Vec<f64>, engines: usize, mean_cost_s: f64) -> Self {
        let window_s = TASKS_OF_A_WINDOW * mean_cost_s * (weights.len() as f64 / engines.max(1) as f64).max(1.0);
        let user = |weight| User { weight, waiting: 0, since_us: 0, given_s: 0.0 };
        Self {
            users: weights.into_iter().map(user).collect(),
            window_us: super::us(window_s).max(1),
            begun_us: 0,
            sum: 0.0,
            windows: 0,
        }
    }

    /// The clock moves on.
    pub fn at(&mut self, now_us: u64) {
        if now_us < self.begun_us.saturating_add(self.window_us) {
            return;
        }
        let begun_us = self.begun_us;
        let backlogged = self.users.iter().filter(|user| user.waiting > 0 && user.since_us <= begun_us);
        let given: Vec<f64> = backlogged.map(|user| user.given_s / user.weight).collect();
        if given.len() >= 2 {
            self.sum += jain(&given);
            self.windows += 1;
        }
        for user in &mut self.users {
            user.given_s = 0.0;
        }
        self.begun_us = now_us;
    }

    pub fn arrived(&mut self, user: usize, now_us: u64) {
        if let Some(user) = self.users.get_mut(user) {
            if user.waiting == 0 {
                user.since_us = now_us;
            }
            user.waiting += 1;
        }
    }

    pub fn started(&mut self, user: usize, cost_s: f64) {
        if let Some(user) = self.users.get_mut(user) {
            user.waiting = user.waiting.saturating_sub(1);
            user.given_s += cost_s;
        }
    }

    /// The mean over all windows; `None` when never two users waited at once for a whole window.
    pub fn index(&self) -> Option<f64> {
        (self.windows > 0).then(|| self.sum / f64::from(self.windows))
    }
}

/// (Σx)² / (n Σx²): 1/n when one has everything, 1 when all have the same.
fn jain(shares: &[f64]) -> f64 {
    let (sum, squares) = shares.iter().fold((0.0, 0.0), |(sum, squares), share| (sum + share, squares + share * share));
    if squares > 0.0 { sum * sum / (shares.len() as f64 * squares) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jains_index() {
        assert_eq!(jain(&[0.0, 0.0]), 1.0);
        assert_eq!(jain(&[3.0, 3.0, 3.0]), 1.0);
        assert!((jain(&[1.0, 0.0, 0.0, 0.0]) - 0.25).abs() < 1e-12);
        assert!((jain(&[1.0, 2.0]) - 0.9).abs() < 1e-12);
    }

    #[test]
    fn only_those_who_waited_all_the_time_are_compared() {
        let mut fairness = Fairness::new(vec![1.0; 3], 3, 0.1);
        for user in [0, 0, 1, 1] {
            fairness.arrived(user, 0);
        }
        fairness.started(0, 3.0);
        // Comes late, gets much: not compared.
        fairness.arrived(2, 500_000);
        fairness.arrived(2, 500_000);
        fairness.started(2, 9.0);
        assert_eq!(fairness.index(), None);
        fairness.at(1_000_000);
        assert_eq!(fairness.index(), Some(0.5), "one of two had everything");
    }

    #[test]
    fn what_users_get_is_seen_in_proportion_to_their_weights() {
        let mut fairness = Fairness::new(vec![1.0, 3.0], 2, 0.1);
        for user in [0, 0, 1, 1] {
            fairness.arrived(user, 0);
        }
        fairness.started(0, 1.0);
        fairness.started(1, 3.0);
        fairness.at(1_000_000);
        assert_eq!(fairness.index(), Some(1.0));
    }
}
