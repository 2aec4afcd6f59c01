//! Bad files on the upload page: each is named, can be read about, and is not stored.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tests::{
    audit,
    browser::Browser,
    fixtures,
    page::{self, by},
    server::{Das, Setup},
    sounds::{self, Encoding, Header},
};
use thirtyfour::By;

const MOST_BYTES: usize = 2_000_000;

/// A bad file: what it is called, what is in it, and what the page says.
struct Bad {
    name: &'static str,
    bytes: Vec<u8>,
    /// One of these: where exactly a cut file is found to be cut depends on its format.
    codes: &'static [&'static str],
    title: &'static str,
    sentence: &'static str,
}

fn bad(
    name: &'static str,
    bytes: Vec<u8>,
    codes: &'static [&'static str],
    title: &'static str,
    sentence: &'static str,
) -> Bad {
    Bad { name, bytes, codes, title, sentence }
}

fn half(name: &str) -> Result<Vec<u8>> {
    let mut bytes = fixtures::bytes(name)?;
    bytes.truncate(bytes.len() / 2);
    Ok(bytes)
}

/// Every kind of bad file that can lie in a folder.
fn table() -> Result<Vec<Bad>> {
    let plain = Header { encoding: Encoding::S16, channels: 2, sample_rate_hz: 44_100, data_bytes: 4_000 };
    let with_sound = |header: Header| [header.to_bytes(), vec![0; 4_000]].concat();
    let hours = Header { sample_rate_hz: 8_000, channels: 1, encoding: Encoding::U8, data_bytes: 8_000 * 3600 * 5 };
    let poisoned = |poison: f32| {
        let samples: Vec<f32> = sounds::sine(440.0, 44_100, 44_100)
            .enumerate()
            .map(|(at, level)| if at == 22_050 { poison } else { level })
            .collect();
        sounds::wav(Encoding::F32, 44_100, samples.into_iter())
    };
    let cut = &["truncated", "corrupt"];
    let good = fixtures::bytes("wav16.wav")?;
    Ok(vec![
        bad("empty.wav", Vec::new(), &["empty"], "The file is empty", "no "),
        bad(
            "text.wav",
            b"It was a dark and stormy night. ".repeat(300),
            &["not_audio"],
            "Not a sound file",
            "not a sound file",
        ),
        bad("cut.wav", half("wav16.wav")?, cut, "The file is ", "cut off"),
        bad("cut.flac", half("flac16.flac")?, cut, "The file is ", "The file is "),
        bad("cut.ogg", half("vorbis.ogg")?, cut, "The file is ", "The file is "),
        bad("cut.mp3", half("mp3.mp3")?, cut, "The file is ", "The file is "),
        bad(
            "crowd.wav",
            with_sound(Header { channels: 200, ..plain }),
            &["too_many_channels"],
            "Too many channels",
            "has 200 channels; at most 8 are accepted",
        ),
        bad(
            "still.wav",
            with_sound(Header { sample_rate_hz: 0, ..plain }),
            &["sample_rate"],
            "Sample rate out of range",
            "The sample rate is 0 Hz",
        ),
        bad(
            "hours.wav",
            with_sound(hours),
            &["too_long"],
            "The recording is too long",
            "is 18000.0 s long; at most 3600.0 s are accepted",
        ),
        bad("nan.wav", poisoned(f32::NAN), &["not_finite"], "Samples are not numbers", "22050"),
        bad("infinite.wav", poisoned(f32::INFINITY), &["not_finite"], "Samples are not numbers", "22050"),
        bad("large.wav", vec![0; MOST_BYTES + 1], &["too_large"], "The file is too large", "2000000"),
        bad(
            "back\\slash.wav",
            good.clone(),
            &["bad_name"],
            "The file name cannot be used",
            "a slash or a backslash in it",
        ),
        bad("bell\u{7}.wav", good.clone(), &["bad_name"], "The file name cannot be used", "a control character in it"),
        bad("tab\there.wav", good, &["bad_name"], "The file name cannot be used", "a control character in it"),
    ])
}

fn server() -> Result<Das> {
    Setup::new()
        .with("DAS_LIMITS_MAX_BYTES", MOST_BYTES)
        .with("DAS_LIMITS_MAX_DURATION_S", 3600)
        .with("DAS_LIMITS_MAX_CHANNELS", 8)
        .start()
}

/// Writes the files into a folder.
fn files(folder: &Path, table: &[Bad]) -> Result<Vec<PathBuf>> {
    table
        .iter()
        .map(|bad| {
            let path = folder.join(bad.name);
            std::fs::write(&path, &bad.bytes).with_context(|| format!("cannot write {path:?}"))?;
            Ok(path)
        })
        .collect()
}

impl Bad {
    /// Holds the code and the text of a notice to what they should be.
    fn check(&self, code: &str, notice: &str) -> Result<()> {
        ensure!(self.codes.contains(&code), "{:?} is {code}: {notice}", self.name);
        ensure!(notice.contains(self.title), "{:?}: no title {:?} in {notice}", self.name, self.title);
        ensure!(notice.contains(self.sentence), "{:?}: no sentence {:?} in {notice}", self.name, self.sentence);
        ensure!(notice.contains(code), "{:?}: no code {code} in {notice}", self.name);
        Ok(())
    }
}

/// The server lives and holds nothing.
fn nothing_stored(das: &mut Das) -> Result<()> {
    ensure!(das.is_alive()?, "the server is gone");
    das.assert_no_panic()?;
    ensure!(das.http()?.index()?.is_empty(), "recordings are left");
    // The audit has a runtime of its own.
    let held = tokio::task::block_in_place(|| audit::check_when_calm(&das.data()))?;
    ensure!(held == audit::Holdings { recordings: 0, results: 0, blobs: 0 }, "left behind: {held:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_file_is_named_on_its_card() -> Result<()> {
    let mut das = server()?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;
    let table = table()?;
    let folder = tempfile::tempdir()?;
    let paths = files(folder.path(), &table)?;
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page::choose(&browser, &paths).await?;
    let cards = page::ended_previews(&browser).await?;
    ensure!(cards.len() == table.len(), "{} cards of {} files", cards.len(), table.len());
    for (bad, card) in table.iter().zip(&cards) {
        ensure!(card.state == "failed", "{:?} is {}", bad.name, card.state);
        bad.check(&card.code, &card.problem)?;
        ensure!(!card.can_submit, "{:?} may be submitted", bad.name);
        let shown: String = bad.name.chars().filter(|character| !character.is_control()).collect();
        ensure!(card.name == shown, "{:?} is shown as {:?}", bad.name, card.name);
    }
    browser.screenshots("11-upload-refused").await?;
    ensure!(!page::wait_for(&browser, "submit-all").await?.is_enabled().await?, "all may be submitted");
    nothing_stored(&mut das)?;

    // The page goes on with a good one.
    page::choose(&browser, &[&tests::root().join("tests/fixtures/alac.m4a")]).await?;
    let cards = page::ended_previews(&browser).await?;
    ensure!(cards.last().is_some_and(|card| card.state == "done" && card.can_submit), "{:?}", cards.last());
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_file_is_named_by_the_form_without_scripts() -> Result<()> {
    let mut das = server()?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    browser.disable_scripts().await?;
    let table = table()?;
    let folder = tempfile::tempdir()?;
    let paths = files(folder.path(), &table)?;
    let http = das.http()?;
    for (bad, path) in table.iter().zip(&paths) {
        driver.goto(format!("{}/das/upload", das.base()?)).await?;
        driver.find(by("file-input")).await?.send_keys(path.display().to_string()).await?;
        driver.find(By::Css("form[action='/das/upload'] [type='submit']")).await?.click().await?;
        // What only shows while the sound is decoded is said on the recording's own page.
        let notice = browser
            .until(&format!("the problem of {:?}", bad.name), async |driver| {
                let notice = page::find(driver, "problem").await?;
                if notice.is_none() && driver.current_url().await?.path() != "/das/upload" {
                    driver.refresh().await?;
                }
                Ok(notice)
            })
            .await?;
        let code = notice.attr("data-code").await?.unwrap_or_default();
        bad.check(&code, &notice.text().await?)?;
        for recording in http.index()? {
            // It was found out late: the bytes are gone already, the row says why.
            ensure!(audit::blobs(&das.data())?.is_empty(), "the bytes of {:?} are kept", bad.name);
            http.delete(&format!("/api/das/{}", recording["id"].as_str().unwrap_or_default()))?.expect(204)?;
        }
    }
    nothing_stored(&mut das)?;
    browser.quit().await
}
