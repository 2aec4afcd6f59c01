//! The whole story in a real Chromium. Pictures of every page are kept under `target/screenshots/`.

use anyhow::{Context, Result, bail, ensure};
use tests::{
    browser::Browser,
    fixtures,
    page::{self, by},
    server::{Das, Setup},
    sounds,
};
use thirtyfour::By;

/// Colours that a canvas has at least when there is a spectrogram on it and not just a background.
const COLOURS: u64 = 16;

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_index_to_a_deleted_recording() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    let base = das.base()?;

    driver.goto(format!("{base}/")).await?;
    page::wait_for(&browser, "empty").await?;
    ensure!(driver.current_url().await?.path() == "/das");
    browser.screenshots("1-index-empty").await?;

    driver.find(By::Css("a[href='/das/upload']")).await?.click().await?;
    page::wait_for(&browser, "drop-zone").await?;
    browser.screenshots("2-upload").await?;

    let file = fixtures::ALL.iter().find(|fixture| fixture.name == "flac16.flac").context("no such fixture")?.path();
    page::choose(&browser, &[&file]).await?;
    page::wait_for_state(&browser, "preview-state", &["done"], &["failed"]).await?;
    ensure!(page::canvas(&browser, "preview-canvas").await?.1 >= COLOURS, "the preview is empty");
    ensure!(das.http()?.index()?.is_empty(), "the preview left the machine");
    browser.screenshots("3-upload-preview").await?;

    page::wait_for(&browser, "submit").await?.click().await?;
    page::wait_for(&browser, "recording-link").await?.click().await?;
    page::wait_for_state(&browser, "task-state", &["finished"], &["failed", "cancelled"]).await?;
    agree(&browser).await?;
    details(&browser).await?;
    browser.screenshots("4-details").await?;
    colours_and_range(&browser).await?;

    // The same page once more, as the server renders it.
    driver.refresh().await?;
    page::wait_for_state(&browser, "task-state", &["finished"], &["failed", "cancelled"]).await?;
    agree(&browser).await?;

    driver.goto(format!("{base}/das")).await?;
    page::wait_for(&browser, "recordings").await?;
    browser.screenshots("5-index").await?;
    page::wait_for(&browser, "recording-link").await?.click().await?;

    page::wait_for(&browser, "delete").await?.click().await?;
    page::wait_for(&browser, "delete-confirm").await?.click().await?;
    page::wait_for(&browser, "empty").await?;
    ensure!(das.http()?.index()?.is_empty(), "the recording is still there");
    browser.assert_quiet_console().await?;
    browser.quit().await
}

/// Waits for the browser's own analysis to agree with the server's; answers the largest difference.
async fn agree(browser: &Browser) -> Result<f64> {
    page::wait_for_state(browser, "parity", &["matches"], &["differs", "not_possible"]).await?;
    let script = "const badge = document.querySelector(\"[data-testid='parity']\"); \
        return [...badge.querySelectorAll('dt, dd')].map(e => e.textContent)";
    let said: Vec<String> = serde_json::from_value(browser.script(script).await?)?;
    let [a, largest, b, mean, c, tolerance] = said.as_slice() else { bail!("the badge says {said:?}") };
    ensure!([a, b, c] == ["Largest difference", "Mean difference", "Tolerance"], "the badge says {said:?}");
    let number = |text: &str| -> Result<f64> {
        let number = text.strip_suffix(" dB").with_context(|| format!("{text} is not in decibels"))?;
        Ok(number.trim_start_matches("< ").parse()?)
    };
    let (largest, mean, tolerance) = (number(largest)?, number(mean)?, number(tolerance)?);
    ensure!(mean <= largest && largest <= tolerance && tolerance < 1.0, "the badge says {said:?}");
    let exact = page::attribute(browser.driver(), "parity", "data-max-db").await?.context("no difference is told")?;
    let exact: f64 = exact.parse().with_context(|| format!("the largest difference is `{exact}`"))?;
    ensure!((exact - largest).abs() <= 0.001, "the badge says {largest} dB of {exact} dB");
    Ok(exact)
}

async fn details(browser: &Browser) -> Result<()> {
    for canvas in ["spectrogram", "waveform"] {
        let colours = if canvas == "waveform" { 2 } else { COLOURS };
        browser
            .until(&format!("{canvas} to be drawn"), async |_| {
                Ok((page::canvas(browser, canvas).await?.1 >= colours).then_some(()))
            })
            .await?;
    }
    let table = page::wait_for(browser, "analysis-table").await?.text().await?;
    ensure!(table.contains("Hz") && table.contains("dB"), "the table says: {table}");
    plays(browser).await
}

/// A click into the plot plays from there, and the playhead is where the player is.
async fn plays(browser: &Browser) -> Result<()> {
    let canvas = page::wait_for(browser, "spectrogram").await?;
    canvas.scroll_into_view().await?;
    let middle_s = fixtures::DURATION_S / 2.0;
    browser.driver().action_chain().move_to_element_center(&canvas).click().perform().await?;
    let player = "const p = document.querySelector(\"[data-testid='player']\");";
    browser
        .until("the sound to be heard from the middle on", async |_| {
            let now = browser.script(&format!("{player} return p.duration > 1 ? p.currentTime : 0")).await?;
            // It has moved on, so it plays.
            Ok((now.as_f64().unwrap_or_default() > middle_s + 0.1).then_some(()))
        })
        .await?;
    browser.script(&format!("{player} p.pause(); p.currentTime = 0.5")).await?;
    let playhead = "return document.querySelector('.plot-spectrogram .plot-playhead').style.left";
    browser
        .until("the playhead to follow the player", async |_| {
            let left = browser.script(playhead).await?;
            let left: f64 = left.as_str().unwrap_or_default().trim_end_matches('%').parse().unwrap_or_default();
            // Encoders pad: the sound may be longer than its fixture says.
            Ok(((left - 100.0 * 0.5 / fixtures::DURATION_S).abs() < 3.0).then_some(()))
        })
        .await
}

/// Colours and range change the picture without asking the server.
async fn colours_and_range(browser: &Browser) -> Result<()> {
    let requests = "return performance.getEntriesByType('resource').filter(e => e.name.includes('/api/')).length";
    let before = browser.script(requests).await?;
    let mut seen = vec![page::canvas(browser, "spectrogram").await?.0];
    for (control, value) in [("palette", "viridis"), ("palette", "gray"), ("low-db", "-60"), ("high-db", "-20")] {
        page::set_value(browser, control, value).await?;
        let picture = browser
            .until(&format!("{control} {value} to be seen"), async |_| {
                let picture = page::canvas(browser, "spectrogram").await?.0;
                Ok((seen.last() != Some(&picture)).then_some(picture))
            })
            .await?;
        seen.push(picture);
    }
    ensure!(browser.script(requests).await? == before, "the server was asked again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_and_server_agree_on_every_format() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    for fixture in &fixtures::ALL {
        let http = das.http()?;
        let id = http.accepted(fixture.name, &fixture.bytes()?)?;
        http.finished(&id)?;
        browser.driver().goto(format!("{}/das/{id}", das.base()?)).await?;
        let largest = agree(&browser).await.with_context(|| fixture.name)?;
        println!("{}: largest difference {largest} dB", fixture.name);
    }
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_good_and_bad() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;

    let folder = tempfile::tempdir()?;
    let text = folder.path().join("text.wav");
    std::fs::write(&text, "no sound, just words ".repeat(500))?;
    let cut = folder.path().join("cut.flac");
    let flac = fixtures::bytes("flac16.flac")?;
    std::fs::write(&cut, flac.get(..flac.len() / 2).unwrap_or_default())?;
    let [good, other] = ["wavf32.wav", "alac.m4a"].map(|name| tests::root().join("tests/fixtures").join(name));
    page::choose(&browser, &[&good, &text, &cut, &other]).await?;

    let states = "return [...document.querySelectorAll(\"[data-testid='file-card']\")].map(card => { \
        const state = card.querySelector(\"[data-testid='preview-state']\"); \
        return card.dataset.name + ' ' + state.dataset.state + ' ' + (state.dataset.code ?? '') }).sort()";
    let ended = browser
        .until("every preview to end", async |_| {
            let states: Vec<String> = serde_json::from_value(browser.script(states).await?)?;
            let open = states.iter().any(|state| state.contains(" queued ") || state.contains(" decoding "));
            Ok((!open).then_some(states))
        })
        .await?;
    let ended: Vec<_> = ended.iter().map(|state| state.trim()).collect();
    let cut_code = ended.get(1).copied().unwrap_or_default();
    ensure!(["cut.flac failed truncated", "cut.flac failed corrupt"].contains(&cut_code), "{ended:?}");
    ensure!(
        ended == ["alac.m4a done", cut_code, "text.wav failed not_audio", "wavf32.wav done"],
        "the previews ended otherwise: {ended:?}"
    );
    browser.screenshots("6-upload-several").await?;

    page::wait_for(&browser, "submit-all").await?.click().await?;
    browser
        .until("both good files to be sent", async |driver| {
            Ok((driver.find_all(by("recording-link")).await?.len() == 2).then_some(()))
        })
        .await?;
    ensure!(das.http()?.index()?.len() == 2, "the bad files were sent too");

    // What we synthesize ourselves is a file like any other.
    let cards = browser.driver().find_all(by("file-card")).await?.len();
    page::wait_for(&browser, "demo-button").await?.click().await?;
    browser
        .until("the demo sound's preview", async |_| {
            let states: Vec<String> = serde_json::from_value(browser.script(states).await?)?;
            let done = states.iter().filter(|state| state.contains(" done ")).count();
            Ok((states.len() == cards + 1 && done == 3).then_some(()))
        })
        .await?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_follows_the_analysis() -> Result<()> {
    let das = Setup::new().with("DAS_ENGINE_SLOTS", 1).start()?;
    let http = das.http()?;
    let browser = Browser::start().await?;
    http.accepted("first.wav", &sounds::minutes(30, 1))?;
    let id = http.accepted("second.wav", &sounds::minutes(10, 2))?;
    browser.driver().goto(format!("{}/das/{id}", das.base()?)).await?;
    page::wait_for_state(&browser, "task-state", &["finished"], &["failed", "cancelled"]).await?;
    browser
        .until("the spectrogram to appear by itself", async |driver| {
            if page::find(driver, "spectrogram").await?.is_none() {
                return Ok(None);
            }
            Ok((page::canvas(&browser, "spectrogram").await?.1 >= COLOURS).then_some(()))
        })
        .await?;

    // A recording that turns out to be damaged says so.
    let flac = fixtures::bytes("flac16.flac")?;
    let reply = http.upload("cut.flac", flac.get(..flac.len() / 2).unwrap_or_default())?;
    if reply.status == 201 {
        let id = reply.json()?["recording"]["id"].as_str().context("no id")?.to_owned();
        browser.driver().goto(format!("{}/das/{id}", das.base()?)).await?;
        page::wait_for_state(&browser, "task-state", &["failed"], &["finished"]).await?;
        let code = page::wait_for(&browser, "problem").await?.attr("data-code").await?.unwrap_or_default();
        ensure!(["truncated", "corrupt"].contains(&code.as_str()), "{code}");
        browser.screenshots("7-details-failed").await?;
    }
    browser.assert_quiet_console().await?;

    browser.driver().goto(format!("{}/das/01890000-0000-7000-8000-000000000000", das.base()?)).await?;
    let text = browser.driver().find(By::Css("main")).await?.text().await?;
    ensure!(text.contains("404"), "a recording that is not there: {text}");
    browser.screenshots("8-not-found").await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_analysis_is_cancelled_from_its_page() -> Result<()> {
    let das = Setup::new().with("DAS_ENGINE_SLOTS", 1).start()?;
    let http = das.http()?;
    let id = http.accepted("long.wav", &sounds::minutes(60, 7))?;
    let next = http.accepted("next.wav", &sounds::minutes(60, 8))?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    // What waits says why.
    driver.goto(format!("{}/das/{next}", das.base()?)).await?;
    let wait = page::wait_for(&browser, "task-wait").await?;
    ensure!(wait.attr("data-cause").await?.as_deref() == Some("engines_busy"), "{}", wait.text().await?);
    ensure!(wait.text().await?.contains("cpu-0"), "{}", wait.text().await?);
    browser.screenshots("waiting").await?;

    driver.goto(format!("{}/das/{id}", das.base()?)).await?;
    page::wait_for_state(&browser, "task-state", &["running"], &["finished", "failed"]).await?;
    let begun = std::time::Instant::now();
    page::wait_for(&browser, "cancel").await?.click().await?;
    page::wait_for_state(&browser, "task-state", &["cancelled"], &["finished", "failed"]).await?;
    println!("cancelled, as the page says, after {} ms", begun.elapsed().as_millis());
    let problem = page::wait_for(&browser, "problem").await?;
    ensure!(problem.text().await?.contains("while it was running"), "{}", problem.text().await?);
    browser.screenshots("cancelled").await?;
    http.post(&format!("/api/das/{next}/cancel"), &[], &[])?.expect(200)?;

    page::wait_for(&browser, "retry").await?.click().await?;
    page::wait_for_state(&browser, "task-state", &["running", "finished"], &["failed"]).await?;
    http.post("/api/balancer/tasks/cancel", &[], &[])?.expect(200)?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}
