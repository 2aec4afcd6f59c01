//! What the pictures of a sound say, held to sounds that are known.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::{browser::Browser, page, server::Das, sounds};

/// Colours that a canvas has at least when there is a spectrogram on it and not just a background.
const COLOURS: u64 = 16;

/// Notes what the preview's canvas shows while the file is still being decoded, once for each number of columns: how many
/// colours, a fingerprint, and the share of its width that differs from its right edge.
const WATCH_PREVIEW: &str = "window.seen = []; let before = ''; const look = () => { \
    const part = id => document.querySelector(`[data-testid='${id}']`); \
    const columns = part('preview-columns')?.dataset.columns ?? '0'; \
    if (part('preview-state')?.dataset.state === 'decoding' && columns !== '0' && columns !== before && seen.length < 8) { \
      before = columns; const c = part('preview-canvas'); \
      const d = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer); \
      const colours = new Set(); let h = 0, reach = 0; \
      for (let i = 0; i < d.length; i += 1) { const v = ((d[i] & 255) << 16) | (d[i] & 0xff00) | (d[i] >> 16 & 255); \
        h = (Math.imul(h, 31) + v) >>> 0; colours.add(v); \
        if (d[i] !== d[i - i % c.width + c.width - 1]) reach = Math.max(reach, i % c.width); } \
      seen.push([colours.size, h, reach / c.width]); } \
    requestAnimationFrame(look); }; look();";

/// A tone on the row of pixels that the pointer will stand on: in between, the level depends on the row.
#[tokio::test(flavor = "multi_thread")]
async fn the_cursor_reads_a_known_tone() -> Result<()> {
    const NYQUIST_HZ: f64 = 16_000.0;
    let das = Das::start()?;
    let http = das.http()?;
    let browser = Browser::start().await?;
    browser.resize(tests::browser::WIDE).await?;
    let open = async |name: &str, tone_hz: f64| -> Result<(f64, f64, f64, f64)> {
        let sine = sounds::sine(tone_hz as f32, 44_100, 3 * 44_100);
        let id = http.accepted(name, &sounds::wav(sounds::Encoding::S16, 44_100, sine))?;
        http.finished(&id)?;
        browser.driver().goto(format!("{}/das/{id}", das.base()?)).await?;
        browser
            .until("the spectrogram", async |_| {
                Ok((page::canvas(&browser, "spectrogram").await?.1 >= COLOURS).then_some(()))
            })
            .await?;
        let script = "const e = document.querySelector(\"[data-testid='spectrogram']\"); \
            e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); \
            return [r.x, r.y, r.width, r.height]";
        Ok(serde_json::from_value(browser.script(script).await?)?)
    };
    let (left, top, width, height) = open("any.wav", 440.0).await?;
    let (x, y) = ((left + width * 0.25).round(), (top + height * 0.75).round());
    let expected = (3.0 * (x - left) / width, NYQUIST_HZ * (1.0 - (y - top) / height));
    ensure!(open("tone.wav", expected.1).await? == (left, top, width, height), "the second page looks otherwise");
    let seen = browser
        .until("the cursor's read-out", async |_| {
            let moved = json!({ "type": "mouseMoved", "x": x, "y": y });
            browser.devtools("Input.dispatchMouseEvent", moved).await?;
            page::readout(&browser).await
        })
        .await?;
    println!("the cursor reads {seen:?} on a tone of {:.1} Hz at {:.3} s", expected.1, expected.0);
    ensure!((seen.0 - expected.0).abs() < 0.002 && (seen.1 - expected.1).abs() < 1.0, "{seen:?}, not {expected:?}");
    // Half amplitude is -6.02 dB; between two bins a Hann window loses up to 1.42 dB.
    ensure!((-7.5..=-5.9).contains(&seen.2), "{seen:?}");
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_grows_while_the_rest_still_decodes() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;
    let folder = tempfile::tempdir()?;
    let long = folder.path().join("long.wav");
    let side = |tone_hz| sounds::sine(tone_hz, 44_100, 44_100 * 300);
    std::fs::write(&long, sounds::stereo(44_100, side(440.0), side(3_000.0)))?;
    browser.script(WATCH_PREVIEW).await?;
    browser
        .script(
            "window.longest = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => \
             window.longest = Math.max(window.longest, entry.duration))).observe({ type: 'longtask' })",
        )
        .await?;
    page::choose(&browser, &[&long]).await?;
    page::wait_for_state(&browser, "preview-state", &["done"], &["failed"]).await?;
    let mark = async |name: &str| -> Result<f64> {
        browser
            .until(name, async |_| {
                let script =
                    format!("return performance.getEntriesByName('{name}').map(entry => entry.startTime)[0] ?? null");
                Ok(browser.script(&script).await?.as_f64())
            })
            .await
    };
    let chosen = mark("das:preview:chosen").await?;
    let first = mark("das:preview:first-columns").await? - chosen;
    let done = mark("das:preview:done").await? - chosen;
    // The order is what matters here; the times are for people.
    ensure!(first < done, "nothing was seen before everything was done");
    let seen: Vec<(u64, u64, f64)> = serde_json::from_value(browser.script("return window.seen").await?)?;
    println!("colours, picture and share of it that is painted, while it was being decoded: {seen:?}");
    let last = page::canvas(&browser, "preview-canvas").await?;
    let grown = |&&(colours, picture, _): &&(u64, u64, f64)| colours >= COLOURS && picture != last.0;
    ensure!(seen.iter().filter(grown).count() > 0, "no picture was seen while the rest was still being decoded");
    ensure!(seen.iter().filter(grown).any(|&(_, _, share)| share < 0.9), "the first picture was a whole one");
    let longest = browser.script("return window.longest").await?;
    println!(
        "5 minutes: first columns after {first:.0} ms, all after {done:.0} ms, longest task of the page {longest} ms"
    );
    browser.assert_quiet_console().await?;
    browser.quit().await
}
