//! A disk of the server that is full, with real writes that meet its end.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::{Result, ensure};
use tests::{audit, fixtures, http::percent_encoded, rude::RudeUpload, server::Setup, sounds, wait};

/// Fills the disk but for so many bytes.
fn fill(path: &Path, leave_bytes: u64) -> Result<()> {
    let mut file = File::create(path)?;
    let block = vec![0x55; 64 << 10];
    loop {
        match file.write(&block) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => break,
            Err(error) => return Err(error.into()),
        }
    }
    let size = file.metadata()?.len();
    OpenOptions::new().write(true).open(path)?.set_len(size.saturating_sub(leave_bytes))?;
    Ok(())
}

#[test]
fn a_result_that_finds_no_room_is_stored_later() -> Result<()> {
    let das = Setup::new()
        .with_disk(16_000_000)
        .with("DAS_MIN_FREE_DISK_BYTES", 0)
        .with("DAS_ENGINE_MAX_ATTEMPTS", 1)
        .start()?;
    let http = das.http()?;
    http.post("/api/balancer/drain", &[], &[])?.expect(200)?;
    let id = http.accepted("long.wav", &sounds::minutes(4, 7))?;
    // Room for a few rows, and not for a spectrogram.
    let filler = das.data().join("filler");
    fill(&filler, 400_000)?;
    http.post("/api/balancer/resume", &[], &[])?.expect(200)?;
    let postponed = wait::until("the result to find no room", || {
        let details = http.details(&id)?;
        let attempts = details["attempts"].as_array().cloned().unwrap_or_default();
        Ok(attempts.iter().any(|attempt| attempt["end"] == "postponed").then_some(details))
    })?;
    ensure!(postponed["analysis"].is_null() && postponed["task"]["state"] != "failed", "{postponed}");
    ensure!(audit::blobs(&das.data())?.len() == 1, "the sound alone");
    http.get("/das")?.expect(200)?;
    std::fs::remove_file(&filler)?;
    let details = http.finished(&id)?;
    ensure!(details["task"]["attempt"] == 1, "a full disk counts as no attempt: {details}");
    ensure!(audit::blobs(&das.data())?.len() == 3);
    das.assert_no_panic()
}

#[test]
fn a_full_disk_is_named_and_survived() -> Result<()> {
    // 12 MB of disk, all of which may be used: the writes themselves meet the end of it.
    let mut das = Setup::new().with_disk(12_000_000).with("DAS_MIN_FREE_DISK_BYTES", 0).start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    let held = http.accepted("held.wav", &bytes)?;
    http.finished(&held)?;

    let large = sounds::minutes(40, 1);
    let reply = http.upload("large.wav", &large)?.expect(507)?;
    ensure!(reply.problem()?["code"] == "disk_full", "{}", reply.text());
    // The length is not told in advance here.
    let chunked = RudeUpload::chunked(das.address()?, "chunked.wav")?;
    let answer =
        chunked.send_without_end(large.get(..1_000_000).unwrap_or_default(), &[128; 65_536], u64::MAX, 100_000_000)?;
    ensure!(answer.status == Some(507), "{:?}: {}", answer.status, answer.text);

    ensure!(das.is_alive()?);
    das.assert_no_panic()?;
    wait::until("incoming/ to be empty", || Ok(audit::incoming(&das.data())?.is_empty().then_some(())))?;
    ensure!(audit::blobs(&das.data())?.len() == 3, "blobs are left");
    ensure!(http.get(&format!("/api/das/{held}/original"))?.expect(200)?.body == bytes);
    let again = http.accepted(&percent_encoded("again.wav"), &fixtures::bytes("vorbis.ogg")?)?;
    http.finished(&again)?;
    Ok(())
}

#[test]
fn the_reserve_of_the_disk_is_kept() -> Result<()> {
    let das = Setup::new().with_disk(12_000_000).with("DAS_MIN_FREE_DISK_BYTES", 11_900_000).start()?;
    let reply = das.http()?.upload("a.wav", &fixtures::bytes("wav16.wav")?)?.expect(507)?;
    ensure!(reply.problem()?["code"] == "disk_full");
    das.http()?.get("/das")?.expect(200)?;
    Ok(())
}
