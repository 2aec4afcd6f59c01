//! kill -9 at random instants under mixed load, again and again, and an account of everything that was promised.
//!
//! The same seed draws the same orders and the same instants; what the machine makes of them differs, the outcome must not.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, ensure};

use crate::{
    audit, fixtures,
    http::Http,
    server::{Das, Setup},
    sounds::{self, Noise},
    wait,
};

/// Clients that work side by side.
const CLIENTS: u32 = 3;
/// Orders of a client between two kills, at most.
const ORDERS: u32 = 12;
/// Longest time between the start of the load and the kill.
const LONGEST_MS: u32 = 350;

/// What the server has promised.
#[derive(Debug, Default)]
struct Ledger {
    /// Answered with 201 and not deleted since.
    accepted: BTreeSet<String>,
    /// Somebody asked to delete it and got no answer.
    unsure: BTreeSet<String>,
    /// Uploads without an answer: each may or may not be a recording.
    unanswered: u64,
    /// Calls of the engine answered with 202 that nobody has asked to delete.
    calls: BTreeSet<String>,
}

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Recordings that were accepted and had to be accounted for at the end.
    pub accepted: u64,
    /// Tasks that had a second lease or more: the kills hit something.
    pub interrupted: u64,
    /// Ends: finished, failed, cancelled.
    pub ends: [u64; 3],
}

/// Runs so many rounds.
pub fn run(rounds: u32, seed: u32) -> Result<Outcome> {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let mut das = Setup::new().with("DAS_ENGINE_SLOTS", 2).with("DAS_ENGINE_MAX_ATTEMPTS", 100).start()?;
    for round in 0..rounds {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (http, ledger) = (das.http()?, Arc::clone(&ledger));
                let random = Noise::new(seed.wrapping_mul(65_537) ^ (round * CLIENTS + client));
                Ok(thread::spawn(move || load(&http, &ledger, random)))
            })
            .collect::<Result<_>>()?;
        let pause_ms = Noise::new(seed.wrapping_add(round)).below(LONGEST_MS);
        thread::sleep(Duration::from_millis(pause_ms.into()));
        das.kill()?;
        for client in clients {
            client.join().map_err(|_| anyhow!("a client panicked"))?;
        }
        das.start_again().with_context(|| format!("round {round} of seed {seed}"))?;
    }
    let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = account(&das, &ledger).with_context(|| format!("{rounds} rounds of seed {seed}"))?;
    das.assert_no_panic()?;
    Ok(outcome)
}

/// Orders at random until the server is gone.
fn load(http: &Http, ledger: &Mutex<Ledger>, mut random: Noise) {
    for _ in 0..ORDERS {
        if order(http, ledger, &mut random).is_err() {
            return;
        }
    }
}

fn order(http: &Http, ledger: &Mutex<Ledger>, random: &mut Noise) -> Result<()> {
    let lock = || ledger.lock().unwrap_or_else(PoisonError::into_inner);
    let mut any = |ids: &BTreeSet<String>| {
        let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        ids.iter().nth(random.below(count) as usize).cloned()
    };
    let known = any(&lock().accepted);
    let known_call = any(&lock().calls);
    match (random.below(24), known) {
        (0..2, Some(id)) => {
            // From here on it may be gone, whatever the answer.
            let mut unsure = lock();
            unsure.accepted.remove(&id);
            unsure.unsure.insert(id.clone());
            drop(unsure);
            http.delete(&format!("/api/das/{id}"))?;
        }
        (2..6, Some(id)) => drop(http.post(&format!("/api/das/{id}/cancel"), &[], &[])?),
        (6..8, Some(id)) => drop(http.post(&format!("/api/das/{id}/retry"), &[], &[])?),
        (8, _) => {
            let policy = ["fifo", "priority", "fair_share", "shortest_first", "affinity"][random.below(5) as usize];
            let body = format!("{{\"policy\":\"{policy}\"}}");
            http.put("/api/balancer/policy", &[("content-type", "application/json")], body.as_bytes())?;
        }
        (20..23, _) => {
            let path = ["mix", "resample?rate_hz=8000", "spectrogram"][random.below(3) as usize];
            let headers = [("content-type", "application/octet-stream"), ("prefer", "respond-async")];
            let reply = http.post(&format!("/api/engine/{path}"), &headers, &sounds::minutes(1, random.below(20)))?;
            if reply.status == 202 {
                lock().calls.insert(reply.json()?["id"].as_str().context("no id")?.to_owned());
            }
        }
        (23, _) => {
            let Some(id) = known_call else { return Ok(()) };
            let address = format!("/api/engine/calls/{id}");
            if random.below(2) == 0 {
                lock().calls.remove(&id);
                http.delete(&address)?;
            } else {
                http.post(&format!("{address}/cancel"), &[], &[])?;
            }
        }
        (kind, _) => {
            let bytes = match kind {
                9 => fixtures::bytes("wav24.wav")?.into_iter().take(9_000).collect(),
                10..13 => sounds::minutes(2, random.below(50)),
                13..16 => fixtures::bytes("vorbis.ogg")?,
                _ => fixtures::bytes("flac16.flac")?,
            };
            let user = format!("user-{}", random.below(4));
            lock().unanswered += 1;
            let headers = [("content-type", "application/octet-stream"), ("das-user", user.as_str())];
            let reply = http.post("/api/das/upload?name=chaos.wav", &headers, &bytes)?;
            let mut ledger = lock();
            ledger.unanswered -= 1;
            if reply.status == 201 {
                let id = reply.json()?["recording"]["id"].as_str().context("no id")?.to_owned();
                ledger.accepted.insert(id);
            }
        }
    }
    Ok(())
}

/// Every recording that was accepted has come to exactly one end, and nothing else is there.
fn account(das: &Das, ledger: &Ledger) -> Result<Outcome> {
    let http = das.http()?;
    let mut outcome = Outcome { accepted: ledger.accepted.len() as u64, ..Outcome::default() };
    for id in &ledger.accepted {
        let details = http.settled(id)?;
        outcome.interrupted += u64::from(details["attempts"].as_array().context("no attempts")?.len() > 1);
        let state = details["task"]["state"].as_str().unwrap_or_default();
        let index = ["finished", "failed", "cancelled"].iter().position(|name| *name == state);
        outcome.ends[index.with_context(|| format!("{id} ended as {state}"))?] += 1;
        if state == "failed" {
            let code = &details["task"]["problem"]["code"];
            ensure!(code == "truncated" || code == "corrupt", "{id} failed otherwise: {}", details["task"]);
        }
    }
    for recording in http.index()? {
        let id = recording["id"].as_str().context("no id")?;
        http.settled(id)?;
    }
    wait::until("the queue to be empty", || {
        let counts = http.get("/api/balancer")?.expect(200)?.json()?["counts"].clone();
        Ok((counts["queued"] == 0 && counts["running"] == 0).then_some(()))
    })?;
    for id in &ledger.calls {
        let call = http.get(&format!("/api/engine/calls/{id}"))?.expect(200)?.json()?;
        let state = call["task"]["state"].as_str().unwrap_or_default();
        ensure!(matches!(state, "finished" | "cancelled"), "the call {id} ended as {state}: {}", call["task"]);
        let status = if state == "finished" { 200 } else { 409 };
        http.get(&format!("/api/engine/calls/{id}/result"))?.expect(status)?;
    }
    let held = audit::check_when_calm(&das.data())?;
    let sure = ledger.accepted.len() as u64;
    let most = sure + ledger.unsure.len() as u64 + ledger.unanswered;
    ensure!((sure..=most).contains(&held.recordings), "{} recordings, promised were {sure} to {most}", held.recordings);
    Ok(outcome)
}
