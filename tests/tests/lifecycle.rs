//! Ending politely, many clients at once, deleting what is being worked on, and the doors that must be closed.

use std::{process::Command, thread};

use anyhow::{Context, Result, anyhow, ensure};
use tests::{
    audit, fixtures,
    http::Http,
    rude::RudeUpload,
    server::{Das, Setup},
    sounds, wait,
};

fn wait_until_running(http: &Http, id: &str) -> Result<()> {
    wait::until("the task to run", || {
        let state = http.details(id)?["task"]["state"].clone();
        ensure!(state != "finished", "the task finished before anything could be done to it");
        Ok((state == "running").then_some(()))
    })
}

#[test]
fn sigterm_during_an_analysis_ends_and_resumes() -> Result<()> {
    let mut das = Setup::new().with("DAS_ENGINE_SLOTS", 1).start()?;
    let http = das.http()?;
    let first = http.accepted("first.wav", &sounds::minutes(60, 1))?;
    let second = http.accepted("second.wav", &sounds::minutes(5, 2))?;
    wait_until_running(&http, &first)?;
    // An open stream of events must not keep the server from ending.
    let listener = {
        let (http, first) = (http.clone(), first.clone());
        thread::spawn(move || http.events(&first))
    };
    let status = das.terminate()?;
    ensure!(status.success(), "ended with {status}");
    // Its stream ends, one way or the other.
    drop(listener.join());
    das.start_again()?;
    let http = das.http()?;
    for id in [&first, &second] {
        http.finished(id)?;
    }
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 2, results: 2, blobs: 6 }, "{held:?}");
    das.assert_no_panic()
}

#[test]
fn sigterm_does_not_wait_for_a_client_that_never_ends() -> Result<()> {
    let mut das = Das::start()?;
    let mut upload = RudeUpload::promise(das.address()?, "never.wav", 1_000_000)?;
    upload.send(&[0; 1_000])?;
    let status = das.terminate()?;
    ensure!(status.success(), "ended with {status}");
    das.start_again()?;
    let held = audit::check(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 0, results: 0, blobs: 0 }, "{held:?}");
    Ok(())
}

#[test]
fn many_clients_at_once_get_what_is_theirs() -> Result<()> {
    let das = Das::start()?;
    let clients: Vec<_> = (0..8_u32)
        .map(|client| {
            let http = das.http()?;
            Ok(thread::spawn(move || one_client(&http, client)))
        })
        .collect::<Result<_>>()?;
    for client in clients {
        client.join().map_err(|_| anyhow!("a client panicked"))??;
    }
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held.recordings == 8 * 4 && held.results == 8 * 4, "{held:?}");
    das.assert_no_panic()
}

fn one_client(http: &Http, client: u32) -> Result<()> {
    for round in 0..4 {
        // Every other file is the same for all clients: their blobs meet.
        let seed = if round % 2 == 0 { 1_000 + round } else { client * 10 + round };
        let bytes = sounds::minutes(1, seed);
        let name = format!("client-{client}-{round}.wav");
        let id = http.accepted(&name, &bytes)?;
        let details = http.finished(&id)?;
        ensure!(details["recording"]["name"] == name.as_str(), "{details}");
        ensure!(http.get(&format!("/api/das/{id}/original"))?.expect(200)?.body == bytes, "other bytes");
    }
    Ok(())
}

#[test]
fn a_recording_can_be_deleted_while_it_is_analysed() -> Result<()> {
    let das = Setup::new().with("DAS_ENGINE_SLOTS", 1).start()?;
    let http = das.http()?;
    let running = http.accepted("running.wav", &sounds::minutes(60, 3))?;
    let waiting = http.accepted("waiting.wav", &sounds::minutes(1, 4))?;
    let kept = http.accepted("kept.wav", &sounds::minutes(1, 5))?;
    wait_until_running(&http, &running)?;
    for id in [&running, &waiting] {
        http.delete(&format!("/api/das/{id}"))?.expect(204)?;
        http.get(&format!("/api/das/{id}"))?.expect(404)?;
    }
    http.finished(&kept)?;
    ensure!(http.index()?.len() == 1);
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 1, results: 1, blobs: 3 }, "{held:?}");
    das.assert_no_panic()
}

#[test]
fn the_index_has_pages() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("vorbis.ogg")?;
    let mut uploaded: Vec<_> =
        (0..7).map(|number| http.accepted(&format!("{number}.ogg"), &bytes)).collect::<Result<_>>()?;
    uploaded.reverse();
    let mut seen = Vec::new();
    let mut path = "/api/das?limit=3".to_owned();
    loop {
        let page = http.get(&path)?.expect(200)?.json()?;
        ensure!(page["total"] == 7, "{page}");
        let items = page["items"].as_array().context("no items")?;
        ensure!(items.len() <= 3);
        seen.extend(items.iter().filter_map(|item| item["id"].as_str()).map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/das?limit=3&after={next}"),
            None => break,
        }
    }
    ensure!(seen == uploaded, "not newest first, or not each once");
    Ok(())
}

#[test]
fn without_accounts_only_loopback_is_served() -> Result<()> {
    let das = Das::start()?;
    // Through another name the server could be reached from a foreign page (DNS rebinding).
    let reply = das.http()?.get_with("/api/das", &[("host", "evil.example")])?;
    ensure!((400..500).contains(&reply.status), "{}", reply.status);
    ensure!(das.http()?.get("/healthz")?.status == 200);

    let refused = Setup::new().with("DAS_BIND", "0.0.0.0:0").start();
    let error = refused.err().context("the server listens to everybody")?.to_string();
    ensure!(error.to_lowercase().contains("loopback"), "{error}");
    Ok(())
}

#[test]
fn a_second_server_stays_off_the_same_data() -> Result<()> {
    let das = Das::start()?;
    let bin = std::env::var_os("DAS_BIN").unwrap_or_else(|| tests::root().join("target/debug/das").into());
    let output = Command::new(bin).args(["serve", "--port", "0"]).env("DAS_DATA", das.data()).output()?;
    ensure!(!output.status.success(), "two servers on one folder");
    das.http()?.get("/das")?.expect(200)?;
    Ok(())
}

#[test]
fn the_api_describes_itself() -> Result<()> {
    let das = Das::start()?;
    let api = das.http()?.get("/api/openapi.json")?.expect(200)?.json()?;
    ensure!(api["openapi"].as_str().unwrap_or_default().starts_with("3.1"), "{}", api["openapi"]);
    for path in ["/api/das", "/api/das/upload", "/api/das/{id}", "/api/das/{id}/events", "/api/das/{id}/original"] {
        ensure!(api["paths"][path].is_object(), "{path} is not described");
    }
    Ok(())
}
