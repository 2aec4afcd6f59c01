//! kill -9 at random instants under mixed load, again and again, and an account of everything that was promised.
//!
//! What a seed reproduces: the orders of each client in each round, drawn before the round begins and from nothing but seed,
//! round and client; the rounds in which tasks run in processes of their own; how often and how far into its start a server is
//! killed; the pause between the start of the load and the kill. What it does not: how far each client comes before the kill,
//! which of its recordings an order for one of them means (it depends on those that were answered), and what the machine is
//! doing at the instant of a kill. The outcome must not depend on that.

mod client;
mod order;
mod promise;

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};

use self::{
    client::Client,
    promise::{End, Fate, Owned},
};
use crate::{
    audit,
    http::Http,
    server::{Das, Setup},
    sounds::Noise,
    wait,
};

/// Clients that work side by side.
const CLIENTS: u32 = 3;
/// Longest time between the start of the load and the kill.
const LONGEST_MS: u32 = 350;
/// One of so many rounds has its tasks in processes of their own.
const ISOLATED_EVERY: u32 = 8;
/// After one of so many kills the server is killed again while it starts.
const KILLED_STARTING_EVERY: u32 = 4;
const ISOLATE: &str = "DAS_ENGINE_ISOLATE";

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Recordings that were accepted and had to be accounted for at the end.
    pub accepted: u64,
    /// Tasks that had a second lease or more: the kills hit something.
    pub interrupted: u64,
    /// Ends: finished, failed, cancelled.
    pub ends: [u64; 3],
    /// Recordings and calls whose cancel was answered last, and which were found cancelled.
    pub kept_cancels: u64,
    /// Recordings and calls whose delete was answered, and which were found gone.
    pub kept_deletes: u64,
    /// Keys that were sent again and answered with the recording of before.
    pub recognized: u64,
    /// Kills while the server was starting.
    pub killed_starting: u64,
}

/// Runs so many rounds.
pub fn run(rounds: u32, seed: u32) -> Result<Outcome> {
    let mut das = Setup::new().with("DAS_ENGINE_SLOTS", 2).with("DAS_ENGINE_MAX_ATTEMPTS", 100).start()?;
    let mut clients: Vec<Client> = (0..CLIENTS).map(Client::new).collect();
    let mut random = Noise::new(seed);
    let mut killed_starting = 0;
    // How long a start takes here.
    let mut start = Duration::from_millis(100);
    for round in 0..rounds {
        let pause = Duration::from_millis(random.below(LONGEST_MS).into());
        let (is_isolated, is_hit) = (random.below(ISOLATED_EVERY) == 0, random.below(KILLED_STARTING_EVERY) == 0);
        let share = f64::from(random.below(1_000)) / 1e3;
        clients = load(&mut das, clients, seed, round, pause)?;
        let place = || format!("round {round} of seed {seed}");
        if is_hit {
            das.start_and_kill_after(start.mul_f64(share)).with_context(place)?;
            killed_starting += 1;
        }
        let begun = Instant::now();
        das.start_again_with(ISOLATE, is_isolated).with_context(place)?;
        start = begun.elapsed();
        if let Some(first) = clients.first_mut() {
            go_on(&das, first).with_context(place)?;
        }
        let violations: Vec<_> = clients.iter().flat_map(|client| &client.violations).collect();
        ensure!(violations.is_empty(), "{}: {violations:?}", place());
    }
    let outcome = account(&das, &clients).with_context(|| format!("{rounds} rounds of seed {seed}"))?;
    das.assert_no_panic()?;
    Ok(Outcome { killed_starting, ..outcome })
}

/// Clients at work, until the server is killed so much later.
fn load(das: &mut Das, clients: Vec<Client>, seed: u32, round: u32, pause: Duration) -> Result<Vec<Client>> {
    let threads: Vec<_> = clients
        .into_iter()
        .zip(0..)
        .map(|(mut client, number)| {
            let (http, orders) = (das.http()?, order::draw(seed, round, number));
            Ok(thread::spawn(move || {
                client.work(&http, round, &orders);
                client
            }))
        })
        .collect::<Result<_>>()?;
    thread::sleep(pause);
    das.kill()?;
    threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a client panicked"))).collect()
}

/// A pause that was answered has outlasted the kill; then it is lifted, so that there is work to interrupt.
fn go_on(das: &Das, client: &mut Client) -> Result<()> {
    if client.paused == Some(false) {
        return Ok(());
    }
    let http = das.http()?;
    let view = http.get("/api/balancer")?.expect(200)?.json()?;
    let cpu = view["classes"].as_array().into_iter().flatten().find(|class| class["class"] == "cpu");
    let paused = cpu.and_then(|class| class["paused"].as_bool()).context("no class cpu")?;
    ensure!(client.paused.is_none_or(|promised| promised == paused), "the pause of the class cpu was lost");
    client.pause(&http, false)
}

/// Every recording that was accepted has come to exactly one end, the one that was promised, and nothing else is there.
fn account(das: &Das, clients: &[Client]) -> Result<Outcome> {
    let http = das.http()?;
    let mut outcome = Outcome::default();
    let (mut sure, mut unsure) = (0, 0);
    for client in clients {
        outcome.recognized += client.recognized;
        unsure += client.unanswered;
        for recording in &client.recordings {
            match recording.fate {
                Fate::There(end) => {
                    sure += 1;
                    recorded(&http, recording, end, &mut outcome)?;
                }
                Fate::Unsure => unsure += 1,
                Fate::Gone => {
                    outcome.kept_deletes += 1;
                    for part in ["", "/task", "/original", "/analysis.json"] {
                        http.get(&format!("/api/das/{}{part}", recording.id))?.expect(404)?;
                    }
                }
            }
        }
    }
    outcome.accepted = sure;
    for recording in http.index()? {
        let id = recording["id"].as_str().context("no id")?;
        http.settled(id)?;
    }
    wait::until("the queue to be empty", || {
        let counts = http.get("/api/balancer")?.expect(200)?.json()?["counts"].clone();
        Ok((counts["queued"] == 0 && counts["running"] == 0).then_some(()))
    })?;
    for call in clients.iter().flat_map(|client| &client.calls) {
        called(&http, call, &mut outcome)?;
    }
    let held = audit::check_when_calm(&das.data())?;
    let most = sure + unsure;
    ensure!((sure..=most).contains(&held.recordings), "{} recordings, promised were {sure} to {most}", held.recordings);
    Ok(outcome)
}

fn recorded(http: &Http, recording: &Owned, end: End, outcome: &mut Outcome) -> Result<()> {
    let id = &recording.id;
    let details = http.settled(id)?;
    let task = &details["task"];
    outcome.interrupted += u64::from(details["attempts"].as_array().context("no attempts")?.len() > 1);
    let state = task["state"].as_str().unwrap_or_default();
    let index = ["finished", "failed", "cancelled"].iter().position(|name| *name == state);
    outcome.ends[index.with_context(|| format!("{id} ended as {state}"))?] += 1;
    if state == "failed" {
        let code = &task["problem"]["code"];
        ensure!(code == "truncated" || code == "corrupt", "{id} failed otherwise: {task}");
    }
    if end == End::Cancelled {
        ensure!(state == "cancelled", "the cancel of {id} was answered, and it ended as {state}: {details}");
        outcome.kept_cancels += 1;
    }
    if let Some(priority) = recording.priority {
        ensure!(task["priority"] == priority, "{id} was promised the priority {priority}: {task}");
    }
    Ok(())
}

fn called(http: &Http, call: &Owned, outcome: &mut Outcome) -> Result<()> {
    let (id, address) = (&call.id, format!("/api/engine/calls/{}", call.id));
    let end = match call.fate {
        Fate::There(end) => end,
        Fate::Unsure => return Ok(()),
        Fate::Gone => {
            outcome.kept_deletes += 1;
            http.get(&address)?.expect(404)?;
            http.get(&format!("{address}/result"))?.expect(404)?;
            return Ok(());
        }
    };
    let view = http.get(&address)?.expect(200)?.json()?;
    let state = view["task"]["state"].as_str().unwrap_or_default();
    ensure!(matches!(state, "finished" | "cancelled"), "the call {id} ended as {state}: {}", view["task"]);
    if end == End::Cancelled {
        ensure!(state == "cancelled", "the cancel of the call {id} was answered, and it ended as {state}: {view}");
        outcome.kept_cancels += 1;
    }
    let status = if state == "finished" { 200 } else { 409 };
    http.get(&format!("{address}/result"))?.expect(status)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sounds::{self, Encoding};

    #[test]
    fn a_broken_promise_is_found() -> Result<()> {
        let das = Das::start()?;
        let http = das.http()?;
        let id = http.accepted("tone.wav", &sounds::wav(Encoding::S16, 8_000, sounds::sine(440.0, 8_000, 800)))?;
        let task_id = http.finished(&id)?["task"]["id"].as_str().context("no id")?.to_owned();
        let objection = |fate, priority| {
            let mut client = Client::new(0);
            client.recordings.push(Owned { id: id.clone(), task_id: task_id.clone(), fate, priority });
            account(&das, &[client]).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(objection(Fate::There(End::Any), Some(0)), "");
        assert_eq!(objection(Fate::Unsure, None), "");
        for (fate, priority, expected) in [
            (Fate::There(End::Cancelled), None, "it ended as finished"),
            (Fate::Gone, None, "expected 404, got 200"),
            (Fate::There(End::Any), Some(7), "was promised the priority 7"),
        ] {
            let objection = objection(fate, priority);
            assert!(objection.contains(expected), "{fate:?}: {objection:?}");
        }
        assert!(account(&das, &[]).is_err(), "a recording that nobody was promised");
        Ok(())
    }
}
