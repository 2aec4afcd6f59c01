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

    /// Adds engine time that was used at this moment; negative takes back what was charged for it.
    pub fn charge(&mut self, user: &Arc<str>, seconds: f64, now_ms: i64) {
        let scale = self.scale(now_ms);
        self.add(user, seconds * scale);
    }

    /// Puts what was used from `since_ms` until now in place of what was charged at its beginning. Each second fades from when it
    /// was used: a long task does not end with a debt that has all but faded.
    pub fn settle(&mut self, user: &Arc<str>, charged_s: f64, since_ms: i64, now_ms: i64) {
        let end = self.scale(now_ms);
        let start = self.scale_at(since_ms);
        // The integral of the scale, which doubles with every half-life.
        let used = (end - start).max(0.0) * HALF_LIFE_MS as f64 / 1e3 / std::f64::consts::LN_2;
        self.add(user, used - charged_s * start);
    }

    fn add(&mut self, user: &Arc<str>, scaled: f64) {
        if scaled.is_finite() {
            let used = self.users.entry(Arc::clone(user)).or_default();
            *used = (*used + scaled).max(0.0);
        }
    }

    fn scale_at(&self, at_ms: i64) -> f64 {
        self.half_lives(at_ms).exp2()
    }

    /// The weight of what is used now; the scale moves on when it is time.
    fn scale(&mut self, now_ms: i64) -> f64 {
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
        self.scale_at(now_ms)
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
    fn what_was_charged_ahead_is_put_right_wherever_the_half_lives_end() {
        let ann: Arc<str> = "ann".into();
        // Cancelled after one half-life: what stays is what was used, each second faded from when it was.
        let mut usage = Usage::default();
        usage.charge(&ann, 7_200.0, 0);
        usage.settle(&ann, 7_200.0, 0, HALF_LIFE_MS);
        let half_life_s = HALF_LIFE_MS as f64 / 1e3;
        let expected_s = half_life_s * (1.0 - 0.5) / std::f64::consts::LN_2;
        assert!((usage.used_s("ann", HALF_LIFE_MS) - expected_s).abs() < 1e-6);
        // Charged as one lump it would be the same for what is short.
        let mut short = Usage::default();
        short.charge(&ann, 5.0, 1_000);
        short.settle(&ann, 5.0, 1_000, 3_000);
        assert!((short.used_s("ann", 3_000) - 2.0).abs() < 0.01);
        // A day of work by one who was alone: never more than fits into the memory of the sum.
        let mut long = Usage::default();
        long.charge(&ann, 60.0, 0);
        long.settle(&ann, 60.0, 0, 86_400_000);
        let most_s = half_life_s / std::f64::consts::LN_2;
        assert!((long.used_s("ann", 86_400_000) - most_s).abs() < 1e-3, "{}", long.used_s("ann", 86_400_000));
        // The scale has moved on in between.
        let mut moved = Usage::default();
        moved.charge(&ann, 60.0, 0);
        moved.charge(&"ben".into(), 1.0, 80_000_000);
        moved.settle(&ann, 60.0, 0, 86_400_000);
        assert!((moved.used_s("ann", 86_400_000) - most_s).abs() < 1e-3, "{}", moved.used_s("ann", 86_400_000));
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
