//! What a client orders next, drawn from its own generator.

use crate::sounds::Noise;

/// Orders of a client between two kills, at most.
const ORDERS: usize = 12;
/// Longest delay of an upload, in milliseconds.
const LONGEST_DELAY_MS: u32 = 2_000;
const POLICIES: [&str; 5] = ["fifo", "priority", "fair_share", "shortest_first", "affinity"];
const OPERATIONS: [&str; 3] = ["mix", "resample?rate_hz=8000", "spectrogram"];

/// What is uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sound {
    /// Quickly analysed.
    Flac,
    Vorbis,
    /// Minutes of noise of this seed: analysed while the kill comes.
    Minutes(u32),
    /// Its end is missing.
    CutOff,
}

/// An order. A `pick` means one of what the client knows of by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Upload {
        sound: Sound,
        priority: i32,
        delay_ms: u32,
        keyed: bool,
    },
    /// The same upload under the same key once more.
    Resend {
        pick: u32,
    },
    Cancel {
        pick: u32,
    },
    Retry {
        pick: u32,
    },
    Delete {
        pick: u32,
    },
    Priority {
        pick: u32,
        priority: i32,
    },
    /// Every task of the client's user.
    CancelAll,
    Policy(&'static str),
    Pause,
    Resume,
    Call {
        operation: &'static str,
        seed: u32,
    },
    CancelCall {
        pick: u32,
    },
    DeleteCall {
        pick: u32,
    },
}

/// The orders of a client in one round. The first client alone pauses: what others order does not depend on who was quicker.
pub(super) fn draw(seed: u32, round: u32, client: u32) -> Vec<Order> {
    let mut random = Noise::new(seed.wrapping_mul(65_537) ^ round.wrapping_mul(257) ^ client.wrapping_mul(16_777_619));
    // Neighbouring seeds begin alike.
    for _ in 0..4 {
        random.next_u32();
    }
    // Of the last round, whose answer the kill may have swallowed.
    let again = Order::Resend { pick: random.next_u32() };
    let mut orders = vec![again];
    orders.resize_with(ORDERS, || order(&mut random, client == 0));
    orders
}

/// Draws the same number of times whatever comes of it.
fn order(random: &mut Noise, may_pause: bool) -> Order {
    let (kind, pick, other) = (random.below(40), random.next_u32(), random.next_u32());
    let priority = (other % 201) as i32 - 100;
    match kind {
        0..3 => Order::Delete { pick },
        3..8 => Order::Cancel { pick },
        8..11 => Order::Retry { pick },
        11 => Order::Policy(POLICIES[other as usize % POLICIES.len()]),
        12..14 => Order::Priority { pick, priority },
        14..16 => Order::Resend { pick },
        16 => Order::CancelAll,
        17 if may_pause => Order::Pause,
        18 if may_pause => Order::Resume,
        17..23 => Order::Call { operation: OPERATIONS[other as usize % OPERATIONS.len()], seed: pick % 20 },
        23 => Order::CancelCall { pick },
        24 => Order::DeleteCall { pick },
        kind => {
            let sound = match kind {
                25..27 => Sound::CutOff,
                27..31 => Sound::Minutes(pick % 50),
                31..34 => Sound::Vorbis,
                _ => Sound::Flac,
            };
            let delay_ms = if other % 4 == 0 { other / 4 % LONGEST_DELAY_MS } else { 0 };
            Order::Upload { sound, priority, delay_ms, keyed: pick % 2 == 0 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_orders_for_each_client_by_itself() {
        assert_eq!(draw(1, 7, 2), draw(1, 7, 2));
        for other in [draw(2, 7, 2), draw(1, 8, 2), draw(1, 7, 1)] {
            assert_ne!(draw(1, 7, 2), other);
        }
    }

    #[test]
    fn every_kind_of_order_is_drawn() {
        let drawn: Vec<Order> =
            (0..200).flat_map(|round| (0..3).flat_map(move |client| draw(1, round, client))).collect();
        let has = |is: fn(&Order) -> bool| drawn.iter().any(is);
        assert!(has(|order| matches!(order, Order::Upload { keyed: true, delay_ms: 1.., .. })));
        assert!(has(|order| matches!(order, Order::Delete { .. })) && has(|order| matches!(order, Order::CancelAll)));
        assert!(has(|order| matches!(order, Order::Pause)) && has(|order| matches!(order, Order::Resume)));
        assert!(
            has(|order| matches!(order, Order::DeleteCall { .. })) && has(|order| matches!(order, Order::Policy(_)))
        );
    }
}
