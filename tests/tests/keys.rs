//! The pages with the keyboard alone.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::{
    browser::Browser,
    page::{self, by},
    server::Das,
    sounds,
};
use thirtyfour::Key;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const SPACE: char = ' ';
const PAGE_UP: char = '\u{e00e}';
const PAGE_DOWN: char = '\u{e00f}';
const HOME: char = '\u{e011}';
const LEFT: char = '\u{e012}';
const UP: char = '\u{e013}';
const RIGHT: char = '\u{e014}';
const DOWN: char = '\u{e015}';

/// Where the keyboard is: the test id, the address of a link, or else the classes.
const FOCUSED: &str = "const e = document.activeElement; \
    return e.dataset.testid ?? e.getAttribute('href') ?? (e.id || e.className)";

/// The player's moment, and whether it plays.
const PLAYER: &str = "const p = document.querySelector(\"[data-testid='player']\"); return [p.currentTime, !p.paused]";

async fn focused(browser: &Browser) -> Result<String> {
    Ok(browser.script(FOCUSED).await?.as_str().unwrap_or_default().to_owned())
}

/// Presses Tab until the keyboard is there.
async fn tab_to(browser: &Browser, wanted: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..60 {
        page::press(browser, [TAB]).await?;
        let now = focused(browser).await?;
        if now == wanted {
            return Ok(());
        }
        passed.push(now);
    }
    anyhow::bail!("Tab does not lead to {wanted}: {passed:?}")
}

async fn picture(browser: &Browser) -> Result<u64> {
    Ok(page::canvas(browser, "spectrogram").await?.0)
}

/// Presses a key, and waits until the picture is `after`; of none, until it is another one.
async fn repaints(browser: &Browser, key: char, after: Option<u64>) -> Result<u64> {
    let before = picture(browser).await?;
    page::press(browser, [key]).await?;
    browser
        .until(&format!("{key:?} to change the picture"), async |_| {
            let now = picture(browser).await?;
            Ok(after.map_or(now != before, |after| now == after).then_some(now))
        })
        .await
}

/// Presses keys and waits for a read-out near this one: within 2 ms, 1 Hz, and these decibels.
async fn reads(
    browser: &Browser,
    keys: &[char],
    place: (f64, f64),
    level_db: std::ops::RangeInclusive<f64>,
) -> Result<()> {
    page::press(browser, keys.iter().copied()).await?;
    let what = format!("the read-out at {} s, {} Hz, {level_db:?} dB", place.0, place.1);
    browser
        .until(&what, async |_| {
            let near = page::readout(browser).await?.is_some_and(|(time_s, frequency_hz, level)| {
                (time_s - place.0).abs() < 0.002 && (frequency_hz - place.1).abs() < 1.0 && level_db.contains(&level)
            });
            Ok(near.then_some(()))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plot_obeys_keys() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    // A tone where the cursor begins: in the middle of the time, at a quarter of 16 kHz. Twice as loud at the end.
    let tone = sounds::sine(4_000.0, 44_100, 6 * 44_100);
    let growing = tone.enumerate().map(|(frame, level)| if frame < 5 * 44_100 { level } else { 1.9 * level });
    let samples: Vec<f32> = growing.collect();
    let id = http.accepted("tone.wav", &sounds::wav(sounds::Encoding::S16, 44_100, samples.into_iter()))?;
    http.finished(&id)?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/{id}", das.base()?)).await?;
    browser
        .until("the spectrogram", async |_| Ok((page::canvas(&browser, "spectrogram").await?.1 >= 16).then_some(())))
        .await?;
    let whole = picture(&browser).await?;
    tab_to(&browser, "plot-stage").await?;

    // Half amplitude is -6.02 dB.
    reads(&browser, &[RIGHT], (3.06, 4_000.0), -6.3..=-5.8).await?;
    let spoken = browser.driver().find(by("readout-spoken")).await?;
    let sentence = spoken.prop("textContent").await?.unwrap_or_default();
    ensure!(sentence == "3.060 seconds, 4000 hertz, minus 6.0 decibels", "{sentence}");
    reads(&browser, &[LEFT, LEFT], (2.94, 4_000.0), -6.3..=-5.8).await?;
    reads(&browser, &[UP], (2.94, 4_160.0), -120.0..=-40.0).await?;
    reads(&browser, &[DOWN, DOWN], (2.94, 3_840.0), -120.0..=-40.0).await?;
    reads(&browser, &[UP], (2.94, 4_000.0), -6.3..=-5.8).await?;
    // With Shift ten times as far.
    let shifted = browser.driver().action_chain().key_down(Key::Shift).send_keys(Key::Right.value().to_string());
    shifted.key_up(Key::Shift).perform().await?;
    reads(&browser, &[], (3.54, 4_000.0), -6.3..=-5.8).await?;

    let half = repaints(&browser, '+', None).await?;
    let quarter = repaints(&browser, '+', None).await?;
    ensure!(![whole, half].contains(&quarter), "the second plus zooms no further");
    repaints(&browser, '-', Some(half)).await?;
    repaints(&browser, '0', Some(whole)).await?;
    repaints(&browser, '+', Some(half)).await?;
    repaints(&browser, HOME, Some(whole)).await?;
    repaints(&browser, '+', Some(half)).await?;
    let later = repaints(&browser, PAGE_DOWN, None).await?;
    ensure!(later != whole, "Page Down shows everything");
    repaints(&browser, PAGE_UP, None).await?;
    repaints(&browser, '0', Some(whole)).await?;

    // Enter plays from the cursor, the space bar stops.
    page::press(&browser, [ENTER]).await?;
    browser
        .until("Enter to play from the cursor", async |_| {
            let (now_s, plays): (f64, bool) = serde_json::from_value(browser.script(PLAYER).await?)?;
            ensure!(now_s == 0.0 || now_s >= 3.53, "it plays from {now_s} s");
            Ok((plays && now_s > 3.6).then_some(()))
        })
        .await?;
    page::press(&browser, [SPACE]).await?;
    browser
        .until("the space bar to stop it", async |_| {
            let (_, plays): (f64, bool) = serde_json::from_value(browser.script(PLAYER).await?)?;
            Ok((!plays).then_some(()))
        })
        .await?;
    page::press(&browser, [ESCAPE]).await?;
    browser
        .until("Escape to take the cursor away", async |_| Ok(page::readout(&browser).await?.is_none().then_some(())))
        .await?;
    ensure!(focused(&browser).await? == "plot-stage", "the keyboard has gone elsewhere");
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_chosen_and_submitted_with_keys() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    driver.goto(format!("{}/das/upload", das.base()?)).await?;
    page::started(&browser).await?;

    let mut order = Vec::new();
    for _ in 0..9 {
        page::press(&browser, [TAB]).await?;
        order.push(focused(&browser).await?);
    }
    let theme = "icon-button theme-toggle js-only";
    let expected = [
        "#content",
        "/das",
        "/das",
        "/das/upload",
        "/admin/balancer",
        theme,
        "file-input",
        "demo-button",
        "/api/openapi.json",
    ];
    ensure!(order == expected, "Tab goes through {order:?}");

    // The switch goes round.
    driver.refresh().await?;
    page::started(&browser).await?;
    tab_to(&browser, theme).await?;
    for (key, wanted) in [(ENTER, "light"), (SPACE, "dark"), (ENTER, "system")] {
        page::press(&browser, [key]).await?;
        browser
            .until(&format!("the theme {wanted}"), async |_| {
                let now = browser.script("return document.documentElement.dataset.theme ?? ''").await?;
                Ok((now == wanted).then_some(()))
            })
            .await?;
    }

    // The picker opens; here nobody answers it. A click that the browser makes of a key is a trusted one.
    browser.devtools("Page.setInterceptFileChooserDialog", json!({ "enabled": true })).await?;
    browser
        .script(
            "window.opened = 0; document.querySelector(\"[data-testid='file-input']\") \
             .addEventListener('click', event => { if (event.isTrusted) window.opened += 1 })",
        )
        .await?;
    page::press(&browser, [TAB]).await?;
    ensure!(focused(&browser).await? == "file-input");
    for (count, key) in (1..).zip([ENTER, SPACE]) {
        page::press(&browser, [key]).await?;
        browser
            .until("the file picker", async |_| {
                Ok((browser.script("return window.opened").await? == count).then_some(()))
            })
            .await?;
    }
    browser.devtools("Page.setInterceptFileChooserDialog", json!({ "enabled": false })).await?;

    page::press(&browser, [TAB, ENTER]).await?;
    let name = browser
        .until("the demo sound's preview", async |_| {
            let cards = page::cards(&browser).await?;
            Ok(cards.first().filter(|card| card.state == "done").map(|card| card.name.clone()))
        })
        .await?;
    tab_to(&browser, "submit").await?;
    page::press(&browser, [ENTER]).await?;
    page::wait_for(&browser, "recording-link").await?;
    ensure!(das.http()?.index()?.first().context("nothing arrived")?["name"] == name.as_str());
    // The button went away; the keyboard stayed with the card.
    let inside = "return document.activeElement.closest(\"[data-testid='file-card']\") !== null";
    browser
        .until("the keyboard on the card", async |_| {
            Ok(browser.script(inside).await?.as_bool().filter(|inside| *inside).map(drop))
        })
        .await?;
    tab_to(&browser, "recording-link").await?;
    page::press(&browser, [ENTER]).await?;
    page::wait_for_path(&browser, |path| path.starts_with("/das/") && path != "/das/upload").await?;
    page::wait_for_state(&browser, "task-state", &["finished"], &["failed", "cancelled"]).await?;
    // After a walk through a link the keyboard begins at the new content.
    ensure!(focused(&browser).await? == "content", "the keyboard is at {}", focused(&browser).await?);
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_tab_leads_past_the_navigation() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;
    page::wait_for(&browser, "drop-zone").await?;
    page::press(&browser, [TAB]).await?;
    ensure!(focused(&browser).await? == "#content", "the first Tab leads to {}", focused(&browser).await?);
    page::press(&browser, [ENTER, TAB]).await?;
    ensure!(focused(&browser).await? == "file-input", "past the navigation is {}", focused(&browser).await?);
    browser.quit().await
}
