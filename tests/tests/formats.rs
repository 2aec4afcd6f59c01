//! Every format, from upload to result, through the API of a real server.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tests::{
    audit, fixtures,
    fixtures::{DURATION_S, Fixture, PEAK_DBFS, SAMPLE_RATE_HZ, TONE_HZ},
    http::Http,
    server::Das,
    sounds,
};

#[test]
fn every_format_is_analysed() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    for fixture in &fixtures::ALL {
        check_fixture(&http, fixture).with_context(|| fixture.name)?;
    }
    ensure!(http.index()?.len() == fixtures::ALL.len());
    das.assert_no_panic()?;
    audit::check_when_calm(&das.data())?;
    Ok(())
}

fn check_fixture(http: &Http, fixture: &Fixture) -> Result<()> {
    let bytes = fixture.bytes()?;
    let id = http.accepted(fixture.name, &bytes)?;
    let last = http.events(&id)?.pop().context("no event")?;
    ensure!(last["state"] == "finished", "{last}");
    let details = http.finished(&id)?;
    check_recording(&details["recording"], fixture, bytes.len())?;
    check_analysis(&details["analysis"], fixture)?;
    let document = http.get(&format!("/api/das/{id}/analysis.json"))?.expect(200)?.json()?;
    ensure!(without_lists(document)? == details["analysis"], "the page's analysis is not that of the document");
    check_pictures(http, &id)?;
    check_original(http, &id, &bytes, fixture)
}

/// A document as pages have it: without what only programs read.
fn without_lists(mut document: Value) -> Result<Value> {
    let members = document.as_object_mut().context("the document is no object")?;
    ensure!(members.remove("series").is_some(), "the document has no series");
    for events in ["onsets", "beats"] {
        members["rhythm"][events]["times_s"] = Value::Array(Vec::new());
    }
    Ok(document)
}

fn check_recording(recording: &Value, fixture: &Fixture, size_bytes: usize) -> Result<()> {
    ensure!(recording["name"] == fixture.name, "{recording}");
    ensure!(recording["size_bytes"] == size_bytes, "{recording}");
    ensure!(recording["sample_rate_hz"] == SAMPLE_RATE_HZ, "{recording}");
    ensure!(recording["channels"] == 2, "{recording}");
    for (member, part) in [("container", fixture.container), ("codec", fixture.codec)] {
        let text = recording[member].as_str().unwrap_or_default();
        ensure!(text.contains(part), "{member} is `{text}`, expected `{part}`");
    }
    Ok(())
}

fn check_analysis(analysis: &Value, fixture: &Fixture) -> Result<()> {
    let number =
        |path: &str| analysis.pointer(path).and_then(Value::as_f64).with_context(|| format!("{path} in {analysis}"));
    ensure!(analysis["schema"] == 2, "{analysis}");
    ensure!(analysis["source"]["sample_rate_hz"] == SAMPLE_RATE_HZ, "{analysis}");
    let longer = number("/source/duration_s")? - DURATION_S;
    ensure!((-0.001..=fixture.padding_s).contains(&longer), "{longer} s longer");
    let peak = number("/level/peak_dbfs")?;
    ensure!((peak - PEAK_DBFS).abs() <= fixture.peak_tolerance_db, "peak at {peak} dBFS");
    let tone = number("/spectral/peak_frequency_hz")?;
    ensure!((tone - TONE_HZ).abs() < 2.0, "strongest partial at {tone} Hz");
    Ok(())
}

fn check_pictures(http: &Http, id: &str) -> Result<()> {
    let png = http.get(&format!("/api/das/{id}/spectrogram.png?width=300&height=200"))?.expect(200)?;
    ensure!(png.header("content-type") == "image/png");
    let size: Vec<_> = [16..20, 20..24]
        .into_iter()
        .filter_map(|range| Some(u32::from_be_bytes(png.body.get(range)?.try_into().ok()?)))
        .collect();
    ensure!(png.body.starts_with(b"\x89PNG\r\n\x1a\n") && size == [300, 200], "PNG of {size:?}");
    let other = http.get(&format!("/api/das/{id}/spectrogram.png?width=300&height=200&palette=gray"))?.expect(200)?;
    ensure!(other.body != png.body, "the palette makes no difference");
    let waveform = http.get(&format!("/api/das/{id}/waveform.json"))?.expect(200)?.json()?;
    for member in ["min", "max", "rms"] {
        let buckets = waveform[member].as_array().map_or(0, Vec::len);
        ensure!((1..=4096).contains(&buckets), "{buckets} buckets of {member}");
    }
    let grid = http.get(&format!("/api/das/{id}/spectrogram.bin"))?.expect(200)?;
    ensure!(grid.body.len() > 1000, "{} bytes of cells", grid.body.len());
    Ok(())
}

fn check_original(http: &Http, id: &str, bytes: &[u8], fixture: &Fixture) -> Result<()> {
    let path = format!("/api/das/{id}/original");
    let whole = http.get(&path)?.expect(200)?;
    ensure!(whole.body == bytes, "the original has other bytes");
    ensure!(whole.header("content-type").starts_with(fixture.media_type), "{}", whole.header("content-type"));
    ensure!(whole.header("accept-ranges") == "bytes");
    let head = http.head(&path)?.expect(200)?;
    ensure!(head.header("content-length") == bytes.len().to_string() && head.body.is_empty());
    let length = bytes.len();
    for (range, expected) in [
        ("bytes=0-0", bytes.get(..1)),
        ("bytes=100-199", bytes.get(100..200)),
        ("bytes=1000-", bytes.get(1000..)),
        ("bytes=-77", bytes.get(length - 77..)),
    ] {
        let part = http.get_with(&path, &[("range", range)])?.expect(206)?;
        ensure!(Some(part.body.as_slice()) == expected, "{range} has other bytes");
        ensure!(part.header("content-range").ends_with(&format!("/{length}")), "{}", part.header("content-range"));
    }
    let beyond = http.get_with(&path, &[("range", &format!("bytes={length}-"))])?.expect(416)?;
    ensure!(beyond.header("content-range") == format!("bytes */{length}"), "{}", beyond.header("content-range"));
    let download = http.get(&format!("{path}?download=1"))?.expect(200)?;
    let disposition = download.header("content-disposition");
    ensure!(disposition.starts_with("attachment") && disposition.contains(fixture.name), "{disposition}");
    Ok(())
}

#[test]
fn a_form_is_as_good_as_a_raw_body() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    let reply = http.upload_form("/api/das/upload", &[("wav16.wav", &bytes)])?.expect(201)?;
    let id = reply.json()?["recording"]["id"].as_str().context("no id")?.to_owned();
    let details = http.finished(&id)?;
    ensure!(details["recording"]["name"] == "wav16.wav" && details["recording"]["size_bytes"] == bytes.len());
    Ok(())
}

#[test]
fn the_same_bytes_twice_are_two_recordings_on_one_blob() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("flac16.flac")?;
    let first = http.accepted("one.flac", &bytes)?;
    let second = http.accepted("two.flac", &bytes)?;
    let (one, two) = (http.finished(&first)?, http.finished(&second)?);
    ensure!(one["recording"]["sha256"] == two["recording"]["sha256"]);
    ensure!(one["analysis"]["spectral"] == two["analysis"]["spectral"], "the same bytes gave other numbers");
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 2, results: 2, blobs: 3 }, "{held:?}");
    http.delete(&format!("/api/das/{first}"))?.expect(204)?;
    http.get(&format!("/api/das/{second}/original"))?.expect(200)?;
    http.delete(&format!("/api/das/{second}"))?.expect(204)?;
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 0, results: 0, blobs: 0 }, "{held:?}");
    Ok(())
}

#[test]
fn sound_of_any_length_is_analysed() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    // Shorter than one analysis window; digital silence; one frame.
    for (name, frames, amplitude) in [("short.wav", 700, 1.0), ("silence.wav", 8_000, 0.0), ("one.wav", 1, 1.0)] {
        let samples = sounds::sine(440.0, 8_000, frames).map(|sample| sample * amplitude).collect::<Vec<_>>();
        let id = http.accepted(name, &sounds::wav(sounds::Encoding::S16, 8_000, samples.into_iter()))?;
        let details = http.finished(&id)?;
        ensure!(details["analysis"]["source"]["frames"] == frames, "{details}");
        ensure!(details["analysis"]["level"]["peak_dbfs"].is_null() == (amplitude == 0.0 || frames == 1), "{details}");
        http.get(&format!("/api/das/{id}/spectrogram.png"))?.expect(200)?;
    }
    das.assert_no_panic()
}
