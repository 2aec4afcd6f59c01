//! kill -9 at any instant: what was accepted is finished exactly once, what was not is gone.

use std::{thread::sleep, time::Duration};

use anyhow::{Context, Result, ensure};
use tests::{
    audit, fixtures,
    rude::RudeUpload,
    server::{Das, Setup},
    sounds::{self, Noise},
    wait,
};

/// One engine, so that some tasks wait while one runs.
fn one_engine() -> Setup {
    Setup::new().with("DAS_ENGINE_SLOTS", 1)
}

#[test]
fn killed_in_the_middle_of_uploads() -> Result<()> {
    let mut das = Das::start()?;
    let bytes = fixtures::bytes("wav24.wav")?;
    let kept = das.http()?.accepted("kept.wav", &bytes)?;
    for seed in 0..6 {
        let mut random = Noise::new(seed);
        let mut uploads = Vec::new();
        for _ in 0..3 {
            let mut upload = RudeUpload::promise(das.address()?, "slow.wav", bytes.len() as u64)?;
            upload.send(bytes.get(..random.below(bytes.len() as u32) as usize).unwrap_or_default())?;
            uploads.push(upload);
        }
        sleep(Duration::from_millis(u64::from(random.below(60))));
        das.kill()?;
        drop(uploads);
        das.start_again()?;
        let http = das.http()?;
        ensure!(http.index()?.len() == 1, "a part of a file became a recording (seed {seed})");
        http.finished(&kept)?;
        let held = audit::check(&das.data()).with_context(|| format!("seed {seed}"))?;
        ensure!(held == audit::Holdings { recordings: 1, results: 1, blobs: 3 }, "seed {seed}: {held:?}");
    }
    das.assert_no_panic()
}

#[test]
fn killed_while_uploads_are_being_accepted() -> Result<()> {
    let mut das = one_engine().start()?;
    for seed in 0..6_u32 {
        // A client that uploads one file after the other, and is cut off somewhere.
        let http = das.http()?;
        let client = std::thread::spawn(move || {
            let mut accepted = Vec::new();
            for number in 0..40 {
                let bytes = sounds::minutes(1, seed * 100 + number);
                match http.accepted("stream.wav", &bytes) {
                    Ok(id) => accepted.push(id),
                    Err(_) => break,
                }
            }
            accepted
        });
        sleep(Duration::from_millis(100 + u64::from(Noise::new(seed).below(500))));
        das.kill()?;
        let accepted = client.join().map_err(|_| anyhow::anyhow!("the client panicked"))?;
        das.start_again()?;
        let http = das.http()?;
        for id in &accepted {
            http.finished(id).with_context(|| format!("seed {seed}: accepted with 201"))?;
        }
        // At most one more: stored, but the answer did not get out.
        let index = http.index()?;
        ensure!(
            index.len() <= accepted.len() + 1,
            "seed {seed}: {} recordings from {} answers",
            index.len(),
            accepted.len()
        );
        for recording in &index {
            let id = recording["id"].as_str().context("no id")?;
            http.finished(id)?;
        }
        audit::check_when_calm(&das.data()).with_context(|| format!("seed {seed}"))?;
        for recording in &index {
            let id = recording["id"].as_str().context("no id")?;
            http.delete(&format!("/api/das/{id}"))?.expect(204)?;
        }
        let held = audit::check_when_calm(&das.data())?;
        ensure!(held == audit::Holdings { recordings: 0, results: 0, blobs: 0 }, "seed {seed}: {held:?}");
    }
    das.assert_no_panic()
}

#[test]
fn killed_in_the_middle_of_an_analysis() -> Result<()> {
    let mut interrupted = 0;
    for seed in 0..5 {
        let mut das = one_engine().start()?;
        let ids = (0..3)
            .map(|number| das.http()?.accepted("long.wav", &sounds::minutes(15, seed * 10 + number)))
            .collect::<Result<Vec<_>>>()?;
        // Twice, at instants that differ: at the beginning of a task, within it, while its result is stored.
        for round in 0..2 {
            let http = das.http()?;
            wait::until("a task to run", || {
                let states: Vec<_> = http.index()?.iter().map(|recording| recording["state"].clone()).collect();
                let busy =
                    states.iter().any(|state| state == "running") || states.iter().all(|state| state == "finished");
                Ok(busy.then_some(()))
            })?;
            sleep(Duration::from_millis(u64::from(Noise::new(seed * 2 + round).below(500))));
            das.kill()?;
            das.start_again()?;
        }
        let http = das.http()?;
        for id in &ids {
            let details = http.finished(id).with_context(|| format!("seed {seed}"))?;
            ensure!(details["analysis"]["source"]["sha256"] == details["recording"]["sha256"]);
            interrupted += u32::from(details["task"]["attempt"].as_u64().unwrap_or_default() > 1);
        }
        let held = audit::check_when_calm(&das.data()).with_context(|| format!("seed {seed}"))?;
        ensure!(held == audit::Holdings { recordings: 3, results: 3, blobs: 9 }, "seed {seed}: {held:?}");
        das.assert_no_panic()?;
    }
    // Were it none, the test would have shown nothing.
    ensure!(interrupted > 0, "no kill came while an engine was at work");
    println!("{interrupted} of 15 analyses were interrupted");
    Ok(())
}

#[test]
fn killed_while_recordings_are_deleted() -> Result<()> {
    let mut das = Das::start()?;
    for seed in 0..4_u32 {
        let http = das.http()?;
        let bytes = fixtures::bytes("vorbis.ogg")?;
        let ids: Vec<_> = (0..12).map(|_| http.accepted("a.ogg", &bytes)).collect::<Result<_>>()?;
        for id in &ids {
            http.finished(id)?;
        }
        let client = std::thread::spawn(move || {
            for id in ids {
                if http.delete(&format!("/api/das/{id}")).is_err() {
                    break;
                }
            }
        });
        sleep(Duration::from_millis(u64::from(Noise::new(seed).below(40))));
        das.kill()?;
        client.join().map_err(|_| anyhow::anyhow!("the client panicked"))?;
        das.start_again()?;
        audit::check_when_calm(&das.data()).with_context(|| format!("seed {seed}"))?;
    }
    das.assert_no_panic()
}

#[test]
fn stopped_for_longer_than_its_leases() -> Result<()> {
    // Each stop may cost the first task an attempt; giving up is not what is looked at here.
    let das = one_engine().with("DAS_ENGINE_LEASE_S", 1).with("DAS_ENGINE_MAX_ATTEMPTS", 10).start()?;
    let http = das.http()?;
    let ids: Vec<_> =
        (0..3).map(|seed| http.accepted("long.wav", &sounds::minutes(15, 900 + seed))).collect::<Result<_>>()?;
    for pause_ms in [0, 150, 300] {
        sleep(Duration::from_millis(pause_ms));
        // All leases run out while nobody can renew them; afterwards the engine and the watch race for the task.
        das.signal("STOP")?;
        sleep(Duration::from_millis(1_500));
        das.signal("CONT")?;
    }
    for id in &ids {
        let details = http.finished(id)?;
        ensure!(details["analysis"]["source"]["sha256"] == details["recording"]["sha256"]);
    }
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 3, results: 3, blobs: 9 }, "{held:?}");
    das.assert_no_panic()
}
