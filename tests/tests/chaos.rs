//! The chaos test of the suite; more of it: `cargo xtask chaos --rounds N --seed S`.

use std::time::Instant;

use anyhow::{Result, ensure};
use tests::chaos;

/// Rounds of kill -9 unless `DAS_CHAOS_ROUNDS` says otherwise.
const ROUNDS: u32 = 200;

fn number(name: &str, default: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn whatever_was_accepted_comes_to_exactly_one_end() -> Result<()> {
    let (rounds, seed) = (number("DAS_CHAOS_ROUNDS", ROUNDS), number("DAS_CHAOS_SEED", 1));
    let begun = Instant::now();
    let outcome = chaos::run(rounds, seed)?;
    println!("{rounds} rounds of seed {seed} in {:.0} s: {outcome:?}", begun.elapsed().as_secs_f64());
    // Were it none, the test would have shown nothing.
    ensure!(outcome.accepted > 0 && outcome.interrupted > 0, "{outcome:?}");
    // A few rounds may have no such orders.
    let promises = [outcome.kept_cancels, outcome.kept_deletes, outcome.recognized, outcome.killed_starting];
    ensure!(rounds < ROUNDS || promises.iter().all(|&kept| kept > 0), "{outcome:?}");
    Ok(())
}
