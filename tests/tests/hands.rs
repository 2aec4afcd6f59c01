//! What hands do: dragging files in, walking away while they are sent, paging, zooming, touching; keys are in `keys.rs`.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::{
    browser::Browser,
    fixtures,
    page::{self, by},
    server::Das,
    sounds,
};
use thirtyfour::By;

/// Recordings on one page of the index.
const PAGE_LENGTH: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn dragged_files_land_on_the_page() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;
    let folder = tempfile::tempdir()?;
    let files = ["wav16.wav", "flac16.flac"].map(|name| tests::root().join("tests/fixtures").join(name));
    let [first, second] = files.each_ref().map(|file| file.display().to_string());
    browser
        .until("the zone to say that it takes files", async |driver| {
            // A page whose scripts are not there yet does not listen: it is asked again.
            drag(&browser, &["dragEnter", "dragOver"], &[&first, &second]).await?;
            let classes = driver.find(by("drop-zone")).await?.class_name().await?.unwrap_or_default();
            Ok(classes.contains("drop-zone-over").then_some(()))
        })
        .await?;
    drag(&browser, &["drop"], &[&first, &second]).await?;
    previews(&browser, 2).await?;

    // A folder is no file, and says so.
    drag(&browser, &["dragEnter", "dragOver", "drop"], &[&folder.path().display().to_string()]).await?;
    let code = page::wait_for(&browser, "problem").await?.attr("data-code").await?;
    ensure!(code.as_deref() == Some("folder"), "{code:?}");
    ensure!(browser.driver().find_all(by("file-card")).await?.len() == 2);
    browser.assert_quiet_console().await?;
    browser.quit().await
}

/// Drags files from outside over the middle of the drop zone, as the system's file manager does.
async fn drag(browser: &Browser, events: &[&str], files: &[&str]) -> Result<()> {
    let zone = page::wait_for(browser, "drop-zone").await?.rect().await?;
    let (x, y) = (zone.x + zone.width / 2.0, zone.y + zone.height / 2.0);
    let items: [(); 0] = [];
    for event in events {
        let data = json!({ "items": items, "files": files, "dragOperationsMask": 1 });
        let parameters = json!({ "type": event, "x": x, "y": y, "data": data });
        browser.devtools("Input.dispatchDragEvent", parameters).await?;
    }
    Ok(())
}

/// Waits for so many finished previews.
async fn previews(browser: &Browser, count: usize) -> Result<()> {
    let what = format!("{count} previews");
    browser
        .until(&what, async |driver| {
            let done = driver.find_all(By::Css("[data-testid='preview-state'][data-state='done']")).await?;
            Ok((done.len() == count).then_some(()))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_go_on_while_one_looks_elsewhere() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    driver.goto(format!("{}/das/upload", das.base()?)).await?;
    // Slow enough that there is time to walk away.
    let slow = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 3 * 1024 * 1024 });
    browser.devtools("Network.enable", json!({})).await?;
    browser.devtools("Network.emulateNetworkConditions", slow).await?;

    let folder = tempfile::tempdir()?;
    let files = ["one.wav", "two.wav", "three.wav"].map(|name| folder.path().join(name));
    for (seed, file) in (1..).zip(&files) {
        std::fs::write(file, sounds::minutes(1, seed))?;
    }
    let paths: Vec<&Path> = files.iter().map(AsRef::as_ref).collect();
    page::choose(&browser, &paths).await?;
    page::wait_for(&browser, "submit-all").await?.click().await?;

    // The links of the page change it without loading a new one: what is being sent stays alive.
    driver.find(By::Css("header a[href='/das']")).await?.click().await?;
    page::wait_for_path(&browser, |path| path == "/das").await?;
    browser
        .until("the page to say that files are being sent", async |driver| {
            Ok(driver.find(by("sending-line")).await?.is_displayed().await?.then_some(()))
        })
        .await?;
    browser.screenshots("9-index-while-sending").await?;
    browser
        .until("all three to arrive", async |_| {
            // Asked of the server: the page in front need not know.
            Ok((das.http()?.index()?.len() == 3).then_some(()))
        })
        .await?;
    driver.find(By::Css("a[href='/das/upload']")).await?.click().await?;
    browser
        .until("the cards to know it when one comes back", async |driver| {
            Ok((driver.find_all(by("recording-link")).await?.len() == 3).then_some(()))
        })
        .await?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_index_has_pages() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    let count = PAGE_LENGTH + 3;
    for number in 0..count {
        let sound = sounds::sine(200.0 + 10.0 * number as f32, 8_000, 800);
        http.accepted(&format!("take-{number:03}.wav"), &sounds::wav(sounds::Encoding::S16, 8_000, sound))?;
    }
    let browser = Browser::start().await?;
    let driver = browser.driver();
    driver.goto(format!("{}/das", das.base()?)).await?;
    ensure!(names(&browser, PAGE_LENGTH).await?.first().map(String::as_str) == Some("take-052.wav"));
    let text = page::wait_for(&browser, "count").await?.text().await?;
    ensure!(text.contains("50") && text.contains("53"), "the index says: {text}");
    browser.screenshots("10-index-long").await?;

    driver.find(By::Css("a[rel='next']")).await?.click().await?;
    ensure!(names(&browser, 3).await? == ["take-002.wav", "take-001.wav", "take-000.wav"]);
    let text = page::wait_for(&browser, "count").await?.text().await?;
    ensure!(text.contains("51") && text.contains("53"), "the second page says: {text}");
    ensure!(driver.find_all(By::Css("a[rel='next']")).await?.is_empty(), "there is a page after the last");

    // The same page as the server renders it, and back.
    driver.refresh().await?;
    names(&browser, 3).await?;
    driver.back().await?;
    names(&browser, PAGE_LENGTH).await?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_changes_before_the_scripts_start_gets_its_page() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    // As if somebody went back while the bundle was on its way: the address changes, the HTML does not.
    let source = "document.addEventListener('readystatechange', () => { \
        if (document.readyState === 'interactive' && location.pathname === '/das/upload' && !sessionStorage.went) { \
            sessionStorage.went = 'back'; \
            history.replaceState(null, '', '/das'); \
        } })";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    let driver = browser.driver();
    driver.goto(format!("{}/das/upload", das.base()?)).await?;
    page::wait_for(&browser, "empty").await?;
    page::started(&browser).await?;
    ensure!(browser.script("return sessionStorage.went").await? == json!("back"), "the address did not change early");
    driver.find(By::Css("header a[href='/das/upload']")).await?.click().await?;
    page::wait_for(&browser, "drop-zone").await?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

/// Waits for a table of so many recordings; answers their names.
async fn names(browser: &Browser, count: usize) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(\"[data-testid='recordings'] [data-testid='recording-link']\")] \
        .map(link => link.textContent)";
    browser
        .until(&format!("{count} rows"), async |_| {
            let names: Vec<String> = serde_json::from_value(browser.script(script).await?)?;
            Ok((names.len() == count).then_some(names))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plot_obeys_buttons_wheel_and_fingers() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    let id = http.accepted("flac16.flac", &fixtures::bytes("flac16.flac")?)?;
    http.finished(&id)?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/{id}", das.base()?)).await?;
    browser
        .until("the spectrogram", async |_| Ok((page::canvas(&browser, "spectrogram").await?.1 >= 16).then_some(())))
        .await?;
    let whole = page::canvas(&browser, "spectrogram").await?.0;
    changed(&browser, whole, "the zoom button", async || {
        page::wait_for(&browser, "zoom-in").await?.click().await?;
        Ok(())
    })
    .await?;
    let zoomed = page::canvas(&browser, "spectrogram").await?.0;
    changed(&browser, zoomed, "panning", async || {
        page::wait_for(&browser, "pan-right").await?.click().await?;
        Ok(())
    })
    .await?;
    page::wait_for(&browser, "zoom-reset").await?.click().await?;
    same(&browser, whole).await?;

    let canvas = page::wait_for(&browser, "spectrogram").await?;
    canvas.scroll_into_view().await?;
    let place = browser
        .script(
            "const r = document.querySelector(\"[data-testid='spectrogram']\").getBoundingClientRect(); \
             return [r.x + r.width / 2, r.y + r.height / 2]",
        )
        .await?;
    let (x, y): (f64, f64) = serde_json::from_value(place)?;
    changed(&browser, whole, "the wheel", async || {
        let turn = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": -240, "modifiers": 2 });
        browser.devtools("Input.dispatchMouseEvent", turn).await.map(drop)
    })
    .await?;
    page::wait_for(&browser, "zoom-reset").await?.click().await?;
    same(&browser, whole).await?;

    // A finger that rests shows what is under it.
    let touch = |kind: &str, points: &[(f64, f64)]| {
        let points: Vec<_> =
            points.iter().enumerate().map(|(id, (x, y))| json!({ "x": x, "y": y, "id": id })).collect();
        json!({ "type": kind, "touchPoints": points })
    };
    browser.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true })).await?;
    browser.devtools("Input.dispatchTouchEvent", touch("touchStart", &[(x, y)])).await?;
    browser.devtools("Input.dispatchTouchEvent", touch("touchMove", &[(x + 3.0, y)])).await?;
    browser
        .until("the read-out under the finger", async |driver| {
            let text = driver.find(by("readout")).await?.text().await?;
            Ok(text.chars().any(|c| c.is_ascii_digit()).then_some(()))
        })
        .await?;
    browser.devtools("Input.dispatchTouchEvent", touch("touchEnd", &[])).await?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

/// Acts, and waits for another picture than `before`.
async fn changed(browser: &Browser, before: u64, what: &str, act: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    act().await.with_context(|| what.to_owned())?;
    browser
        .until(&format!("{what} to change the picture"), async |_| {
            Ok((page::canvas(browser, "spectrogram").await?.0 != before).then_some(()))
        })
        .await
}

/// Waits for exactly this picture.
async fn same(browser: &Browser, picture: u64) -> Result<()> {
    browser
        .until("the first picture to come back", async |_| {
            Ok((page::canvas(browser, "spectrogram").await?.0 == picture).then_some(()))
        })
        .await
}
