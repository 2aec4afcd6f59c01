//! Whatever comes in: a named problem, nothing left behind, and a server that goes on.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tests::{
    audit, fixtures,
    http::{Http, check_problem},
    rude::RudeUpload,
    server::{Das, Setup},
    sounds::{self, Encoding, Header},
};

/// How far over the limit an upload may get: what is on its way when the server says no.
const MOST_OVER_BYTES: u64 = 4 << 20;

/// How an upload ended: with a problem, at once or after the analysis, or (damage can be harmless) with a result.
enum Ending {
    Problem(Value),
    Result,
}

/// Uploads and waits for the end. After a problem none of the bytes may be held.
fn upload(http: &Http, name: &str, bytes: &[u8]) -> Result<Ending> {
    let reply = http.upload(name, bytes)?;
    if reply.status != 201 {
        return Ok(Ending::Problem(reply.problem()?));
    }
    let id = reply.json()?["recording"]["id"].as_str().context("no id")?.to_owned();
    let task = http.settled(&id)?["task"].clone();
    let ending = match task["state"].as_str() {
        Some("finished") => Ending::Result,
        _ => {
            check_problem(&task["problem"])?;
            http.get(&format!("/api/das/{id}/spectrogram.png"))?.problem()?;
            Ending::Problem(task["problem"].clone())
        }
    };
    http.delete(&format!("/api/das/{id}"))?.expect(204)?;
    Ok(ending)
}

fn refused(http: &Http, name: &str, bytes: &[u8], codes: &[&str]) -> Result<Value> {
    match upload(http, name, bytes)? {
        Ending::Problem(problem) => {
            let code = problem["code"].as_str().unwrap_or_default();
            ensure!(codes.contains(&code), "{name}: expected {codes:?}, got {problem}");
            Ok(problem)
        }
        Ending::Result => anyhow::bail!("{name} was analysed"),
    }
}

/// The server works, and holds nothing.
fn nothing_left(das: &mut Das) -> Result<()> {
    ensure!(das.is_alive()?, "the server is gone");
    das.assert_no_panic()?;
    let http = das.http()?;
    ensure!(http.index()?.is_empty(), "recordings are left");
    let held = audit::check_when_calm(&das.data())?;
    ensure!(held == audit::Holdings { recordings: 0, results: 0, blobs: 0 }, "left behind: {held:?}");
    let id = http.accepted("after.wav", &fixtures::bytes("wav16.wav")?)?;
    http.finished(&id)?;
    http.delete(&format!("/api/das/{id}"))?.expect(204)?;
    Ok(())
}

#[test]
fn files_that_are_no_sound_are_named() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    let text = "It was a dark and stormy night; the rain fell in torrents.\n".repeat(100);
    refused(&http, "empty.wav", b"", &["empty"])?;
    refused(&http, "text.wav", text.as_bytes(), &["not_audio"])?;
    refused(&http, "zeros.mp3", &[0; 100_000], &["not_audio", "corrupt", "empty"])?;
    refused(&http, "page.ogg", b"<!doctype html><title>x</title>", &["not_audio"])?;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
    refused(&http, "picture.flac", png, &["not_audio"])?;
    nothing_left(&mut das)
}

#[test]
fn headers_that_promise_too_much_are_named() -> Result<()> {
    let mut das = Setup::new().with("DAS_LIMITS_MAX_DURATION_S", 3600).with("DAS_LIMITS_MAX_CHANNELS", 8).start()?;
    let http = das.http()?;
    let plain = Header { encoding: Encoding::S16, channels: 2, sample_rate_hz: 44_100, data_bytes: 4_000 };
    let with_sound = |header: Header| [header.to_bytes(), vec![0; 4_000]].concat();

    let hours = Header { sample_rate_hz: 8_000, channels: 1, encoding: Encoding::U8, data_bytes: 8_000 * 3600 * 5 };
    let problem = refused(&http, "hours.wav", &with_sound(hours), &["too_long"])?;
    ensure!(problem["limit"] == 3600.0 && problem["actual"] == 18_000.0, "{problem}");
    let problem = refused(&http, "crowd.wav", &with_sound(Header { channels: 200, ..plain }), &["too_many_channels"])?;
    ensure!(problem["limit"] == 8.0 && problem["actual"] == 200.0, "{problem}");
    refused(&http, "still.wav", &with_sound(Header { sample_rate_hz: 0, ..plain }), &["sample_rate"])?;
    let problem =
        refused(&http, "fast.wav", &with_sound(Header { sample_rate_hz: 3_000_000, ..plain }), &["sample_rate"])?;
    ensure!(problem["actual"] == 3_000_000.0, "{problem}");
    refused(
        &http,
        "nobody.wav",
        &with_sound(Header { channels: 0, ..plain }),
        &["not_audio", "corrupt", "unsupported_codec", "too_many_channels"],
    )?;
    refused(&http, "short.wav", &with_sound(Header { data_bytes: 400_000, ..plain }), &["truncated"])?;
    refused(&http, "header.wav", &Header { data_bytes: 0, ..plain }.to_bytes(), &["empty"])?;
    nothing_left(&mut das)
}

#[test]
fn samples_that_are_no_numbers_are_named() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    for (name, poison) in [("nan.wav", f32::NAN), ("inf.wav", f32::INFINITY), ("minus.wav", f32::NEG_INFINITY)] {
        let mut samples: Vec<f32> = sounds::sine(440.0, 44_100, 88_200).collect();
        if let Some(sample) = samples.get_mut(44_100) {
            *sample = poison;
        }
        let problem = refused(&http, name, &sounds::wav(Encoding::F32, 44_100, samples.into_iter()), &["not_finite"])?;
        ensure!(problem["offset_frames"] == 44_100, "{problem}");
    }
    nothing_left(&mut das)
}

#[test]
fn cut_off_files_of_every_format_end_well() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    for fixture in &fixtures::ALL {
        let bytes = fixture.bytes()?;
        for share in [0.02, 0.3, 0.7, 0.98] {
            let cut = bytes.get(..(bytes.len() as f64 * share) as usize).unwrap_or_default();
            match upload(&http, fixture.name, cut).with_context(|| format!("{} cut to {share}", fixture.name))? {
                Ending::Problem(problem) => {
                    let code = problem["code"].as_str().unwrap_or_default();
                    ensure!(sounds::DAMAGE_CODES.contains(&code), "{} cut to {share}: {problem}", fixture.name);
                }
                Ending::Result => bail!("{} cut to {share} passed for whole", fixture.name),
            }
        }
    }
    nothing_left(&mut das)
}

#[test]
fn damaged_files_of_every_format_end_well() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    for fixture in &fixtures::ALL {
        for seed in 0..12 {
            let mut bytes = fixture.bytes()?;
            sounds::damage(&mut bytes, seed);
            if let Ending::Problem(problem) =
                upload(&http, fixture.name, &bytes).with_context(|| format!("{} seed {seed}", fixture.name))?
            {
                let code = problem["code"].as_str().unwrap_or_default();
                ensure!(sounds::DAMAGE_CODES.contains(&code), "{} seed {seed}: {problem}", fixture.name);
            }
        }
    }
    nothing_left(&mut das)
}

#[test]
fn a_file_over_the_limit_is_refused_while_it_streams() -> Result<()> {
    let limit = 1_000_000;
    let mut das = Setup::new().with("DAS_LIMITS_MAX_BYTES", limit).start()?;
    let http = das.http()?;
    let too_large = vec![0; limit + 1];
    ensure!(http.upload("large.wav", &too_large)?.expect(413)?.problem()?["limit"] == limit as f64);
    ensure!(
        http.upload_form("/api/das/upload", &[("large.wav", &too_large)])?.expect(413)?.problem()?["code"]
            == "too_large"
    );

    // No length is told, and there is no end: only a server that counts while it reads can say no.
    let header = Header { encoding: Encoding::S16, channels: 2, sample_rate_hz: 44_100, data_bytes: u32::MAX };
    let endless = RudeUpload::chunked(das.address()?, "endless.wav")?;
    let answer = endless.send_without_end(&header.to_bytes(), &[0; 65_536], limit as u64, 1_000_000_000)?;
    println!("of an endless upload {} bytes were sent before the answer", answer.sent_bytes);
    ensure!(answer.sent_bytes < limit as u64 + MOST_OVER_BYTES, "the server took {} bytes", answer.sent_bytes);
    ensure!(answer.status == Some(413), "{:?}: {}", answer.status, answer.text);
    ensure!(answer.text.contains("application/problem+json"), "{}", answer.text);
    ensure!(answer.text.contains("\"code\":\"too_large\""), "{}", answer.text);
    nothing_left(&mut das)
}

#[test]
fn a_client_that_leaves_in_the_middle_leaves_nothing() -> Result<()> {
    let mut das = Das::start()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    for share in [0, 10, 50_000, 200_000] {
        let mut upload = RudeUpload::promise(das.address()?, "left.wav", bytes.len() as u64)?;
        upload.send(bytes.get(..share).unwrap_or_default())?;
    }
    nothing_left(&mut das)
}

#[test]
fn requests_that_make_no_sense_are_named() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    let code = |reply: tests::http::Reply| -> Result<String> {
        Ok(reply.problem()?["code"].as_str().unwrap_or_default().to_owned())
    };

    let wrong_type =
        http.post("/api/das/upload?name=a.wav", &[("content-type", "application/json")], b"{}")?.expect(415)?;
    ensure!(code(wrong_type)? == "unsupported_media_type");
    let no_boundary = http.post("/api/das/upload", &[("content-type", "multipart/form-data")], b"x")?;
    ensure!((400..500).contains(&no_boundary.status) && !code(no_boundary)?.is_empty());
    let no_file = http.upload_form("/api/das/upload", &[])?;
    ensure!((400..500).contains(&no_file.status) && !code(no_file)?.is_empty());
    let no_name = http.post("/api/das/upload", &[("content-type", "application/octet-stream")], &bytes)?.expect(400)?;
    ensure!(["bad_name", "bad_request"].contains(&code(no_name)?.as_str()));

    let unknown = "01890000-0000-7000-8000-000000000000";
    for path in ["", "/analysis.json", "/spectrogram.png", "/spectrogram.bin", "/waveform.json", "/original", "/events"]
    {
        ensure!(code(http.get(&format!("/api/das/{unknown}{path}"))?.expect(404)?)? == "not_found", "{path}");
    }
    ensure!(code(http.delete(&format!("/api/das/{unknown}"))?.expect(404)?)? == "not_found");
    ensure!((400..=404).contains(&http.get("/api/das/..%2F..%2Fetc%2Fpasswd")?.status));
    ensure!(code(http.get("/api/nothing")?.expect(404)?)? == "not_found");

    let id = http.accepted("a.wav", &bytes)?;
    http.finished(&id)?;
    for query in
        ["width=0", "width=1000000", "width=-1", "width=x", "palette=plaid", "low_db=nan", "low_db=0&high_db=-10"]
    {
        let reply = http.get(&format!("/api/das/{id}/spectrogram.png?{query}"))?.expect(400)?;
        ensure!(code(reply)? == "bad_request", "{query}");
    }
    http.delete(&format!("/api/das/{id}"))?.expect(204)?;
    nothing_left(&mut das)
}

#[test]
fn a_foreign_page_cannot_write() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    let headers = [("content-type", "application/octet-stream"), ("origin", "https://elsewhere.example")];
    let reply = http.post("/api/das/upload?name=a.wav", &headers, &bytes)?.expect(403)?;
    ensure!(reply.problem()?["code"] == "origin");
    nothing_left(&mut das)
}

#[test]
fn names_that_are_paths_or_hold_control_characters_are_named() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    for (name, why) in [
        ("../../etc/passwd.wav", "a slash or a backslash"),
        ("C:\\Users\\me\\a.wav", "a slash or a backslash"),
        ("/abs/a.wav", "a slash or a backslash"),
        ("a\0b.wav", "U+0000"),
        ("line\r\nbreak.wav", "U+000D"),
        ("\u{1b}[2Ja.wav", "U+001B"),
        ("..", "no usable name"),
        ("", "no usable name"),
        (" ", "no usable name"),
    ] {
        for reply in [http.upload(name, &bytes)?, http.upload_form("/api/das/upload", &[(name, &bytes)])?] {
            let problem = reply.expect(400)?.problem()?;
            ensure!(problem["code"] == "bad_name", "{name:?}: {problem}");
            let detail = problem["detail"].as_str().unwrap_or_default();
            // A form with a control character is refused before its name is known.
            ensure!(detail.contains(why) || detail.contains("a control character"), "{name:?}: {detail}");
            ensure!(detail.contains("`recording.wav`"), "{name:?}: {detail}");
        }
    }
    nothing_left(&mut das)
}

#[test]
fn other_names_are_made_harmless() -> Result<()> {
    let mut das = Das::start()?;
    let http = das.http()?;
    let bytes = fixtures::bytes("wav16.wav")?;
    let long = format!("{}.wav", "x".repeat(5_000));
    let short = format!("{}.wav", "x".repeat(196));
    for (name, shown) in [
        ("\u{202e}vaw.exe.wav", "vaw.exe.wav"),
        ("<script>alert(1)<script>.wav", "<script>alert(1)<script>.wav"),
        (" blanks around.wav ", "blanks around.wav"),
        ("say \"hi\"; filename=x.wav", "say \"hi\"; filename=x.wav"),
        (&long, &short),
    ] {
        let details = http.upload(name, &bytes)?.expect(201)?.json()?;
        ensure!(details["recording"]["name"] == shown, "{name:?} became {}", details["recording"]["name"]);
        let id = details["recording"]["id"].as_str().context("no id")?.to_owned();
        http.finished(&id)?;
        let download = http.get(&format!("/api/das/{id}/original?download=1"))?.expect(200)?;
        ensure!(!download.header("content-disposition").is_empty());
        let page = http.get(&format!("/das/{id}"))?.expect(200)?.text();
        ensure!(!page.contains("<script>alert(1)"), "the name became markup");
        http.delete(&format!("/api/das/{id}"))?.expect(204)?;
    }
    // Bytes that are no UTF-8 are not shown.
    let reply =
        http.post("/api/das/upload?name=%FF%FE.wav", &[("content-type", "application/octet-stream")], &bytes)?;
    let details = reply.expect(201)?.json()?;
    ensure!(details["recording"]["name"] == ".wav", "{details}");
    let id = details["recording"]["id"].as_str().context("no id")?.to_owned();
    http.finished(&id)?;
    http.delete(&format!("/api/das/{id}"))?.expect(204)?;
    nothing_left(&mut das)
}
