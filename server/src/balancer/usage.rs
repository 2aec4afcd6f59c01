//! How much engine time each user had of late: a sum that halves with every half-life.
//!
//! All sums fade alike, so they are kept as if nothing faded and what comes later weighed more (forward decay, Cormode et al.,
//! "Forward Decay: A Practical Time Decay Model for Streaming Systems", 2009): comparing users needs no clock.

use std::{collections::HashMap, sync::Arc};

/// Half-life of what was used.
pub const HALF_LIFE_MS: i64 = 10 * 60_000;
/// The scale moves on before numbers get out of hand.
const MOST_HALF_LIVES: f64 = 64.0;

/// Engine time of all users, with their weights.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    users: HashMap<Arc<str>, f64>,
    weights: HashMap<Arc<str>, f64>,
    origin_ms: i64,
}

impl Usage {
    /// Nobody has used anything.
    pub fn new(weights: HashMap<Arc<str>, f64>) -> Self {
        Self { weights, ..Self::default() }
    }

    fn half_lives(&self, now_ms: i64) -> f64 {
        (now_ms.saturating_sub(self.origin_ms)) as f64 / HALF_LIFE_MS as f64
    }

    /// Adds engine time; negative takes back what was charged too much.
    pub fn charge(&mut self, user: &Arc<str>, seconds: f64, now_ms: i64) {
        if !seconds.is_finite() {
            return;
        }
        if self.users.is_empty() {
            self.origin_ms = now_ms;
        }
        if self.half_lives(now_ms) > MOST_HALF_LIVES {
            let faded = (-self.half_lives(now_ms)).exp2();
            self.users.retain(|_, used| {
                *used *= faded;
                *used > 1e-3
            });
            self.origin_ms = now_ms;
        }
        let scale = self.half_lives(now_ms).exp2();
        let used = self.users.entry(Arc::clone(user)).or_default();
        *used = (*used + seconds * scale).max(0.0);
    }

    /// Weight of a user; 1 unless set.
    pub fn weight(&self, user: &str) -> f64 {
        self.weights.get(user).copied().unwrap_or(1.0)
    }

    /// What a user had in proportion to the weight. Only good for comparing users.
    pub fn share(&self, user: &str) -> f64 {
        self.users.get(user).copied().unwrap_or(0.0) / self.weight(user)
    }

    /// What a user had, in seconds, faded until now.
    pub fn used_s(&self, user: &str, now_ms: i64) -> f64 {
        self.users.get(user).copied().unwrap_or(0.0) * (-self.half_lives(now_ms)).exp2()
    }

    /// Everybody who has used something.
    pub fn users(&self) -> impl Iterator<Item = &Arc<str>> {
        self.users.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_fades_by_half_and_ranks_stay() {
        let (ann, ben): (Arc<str>, Arc<str>) = ("ann".into(), "ben".into());
        let mut usage = Usage::new(HashMap::from([(Arc::clone(&ben), 2.0)]));
        usage.charge(&ann, 8.0, 0);
        usage.charge(&ben, 8.0, HALF_LIFE_MS);
        assert!((usage.used_s("ann", HALF_LIFE_MS) - 4.0).abs() < 1e-9);
        assert!((usage.used_s("ben", HALF_LIFE_MS) - 8.0).abs() < 1e-9);
        // Twice the use at twice the weight.
        assert!((usage.share("ann") - usage.share("ben")).abs() < 1e-9);
        assert_eq!(usage.share("nobody"), 0.0);
    }

    #[test]
    fn years_do_not_overflow() {
        let ann: Arc<str> = "ann".into();
        let mut usage = Usage::default();
        for day in 0..4_000 {
            usage.charge(&ann, 1.0, day * 86_400_000);
        }
        let now = 3_999 * 86_400_000;
        assert!((usage.used_s("ann", now) - 1.0).abs() < 1e-6, "{}", usage.used_s("ann", now));
        usage.charge(&ann, f64::NAN, now);
        usage.charge(&ann, -5.0, now);
        assert_eq!(usage.share("ann"), 0.0);
    }
}
