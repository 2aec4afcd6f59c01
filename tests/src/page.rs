//! What a person does on the pages of DAS, and what they see there.

use std::path::Path;

use anyhow::{Context, Result, bail};
use thirtyfour::{By, WebDriver, WebElement};

use crate::browser::Browser;

/// Finds an element by its `data-testid`.
pub fn by(test_id: &str) -> By {
    By::Css(format!("[data-testid='{test_id}']"))
}

/// The first element with a test id, if there is one now.
pub async fn find(driver: &WebDriver, test_id: &str) -> Result<Option<WebElement>> {
    Ok(driver.find_all(by(test_id)).await?.into_iter().next())
}

/// Waits for an element.
pub async fn wait_for(browser: &Browser, test_id: &str) -> Result<WebElement> {
    browser.until(&format!("the element {test_id}"), async |driver| find(driver, test_id).await).await
}

/// An attribute of an element now; `None` if either is missing. An element that hydration replaces meanwhile counts as missing.
pub async fn attribute(driver: &WebDriver, test_id: &str, name: &str) -> Result<Option<String>> {
    match find(driver, test_id).await? {
        Some(element) => Ok(element.attr(name).await.ok().flatten()),
        None => Ok(None),
    }
}

/// Waits until an attribute has one of some values; fails at once if it gets one of `failures`.
pub async fn wait_for_state(browser: &Browser, test_id: &str, good: &[&str], failures: &[&str]) -> Result<String> {
    let what = format!("{test_id} to be {}", good.join(" or "));
    browser
        .until(&what, async |driver| {
            let state = attribute(driver, test_id, "data-state").await?.unwrap_or_default();
            if failures.contains(&state.as_str()) {
                browser.screenshot(&format!("failed-{test_id}")).await?;
                let text = driver.find(By::Css("main")).await?.text().await?;
                bail!("{test_id} is {state}; console: {:#?}; page: {text}", browser.console_errors().await?);
            }
            Ok(good.contains(&state.as_str()).then_some(state))
        })
        .await
}

/// Waits until the scripts have started and the page answers.
pub async fn started(browser: &Browser) -> Result<()> {
    let script = "return document.documentElement.hasAttribute('data-scripts')";
    browser
        .until("the scripts to start", async |_| {
            Ok((browser.script(script).await?.as_bool() == Some(true)).then_some(()))
        })
        .await
}

/// Waits until the address has a certain path; answers it.
pub async fn wait_for_path(browser: &Browser, wanted: impl Fn(&str) -> bool) -> Result<String> {
    browser
        .until("the page to change", async |driver| {
            let path = driver.current_url().await?.path().to_owned();
            Ok(wanted(&path).then_some(path))
        })
        .await
}

/// Chooses files on the upload page. A page that is not hydrated yet does not take them: they are chosen again then.
pub async fn choose(browser: &Browser, files: &[&Path]) -> Result<()> {
    let paths: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
    let paths = paths.join("\n");
    let before = browser.driver().find_all(by("file-card")).await?.len();
    let mut asked = 0_u32;
    browser
        .until("the chosen files to appear", async |driver| {
            let cards = driver.find_all(by("file-card")).await?.len();
            if cards >= before + files.len() {
                return Ok(Some(()));
            }
            if asked.is_multiple_of(50) {
                driver.find(by("file-input")).await?.send_keys(paths.as_str()).await?;
            }
            asked += 1;
            Ok(None)
        })
        .await
}

/// What the card of a chosen file says.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Card {
    /// Name of the file, as it is shown.
    pub name: String,
    /// State of the preview.
    pub state: String,
    /// Code of the preview's problem, empty if there is none.
    pub code: String,
    /// Everything that the problem's notice says, empty if there is none.
    pub problem: String,
    /// The file may be submitted.
    pub can_submit: bool,
}

/// The cards of all chosen files in their order.
pub async fn cards(browser: &Browser) -> Result<Vec<Card>> {
    let script = "return [...document.querySelectorAll(\"[data-testid='file-card']\")].map(card => { \
        const part = id => card.querySelector(`[data-testid='${id}']`); \
        const { state, code } = part('preview-state').dataset; \
        return { name: card.dataset.name, state, code: code ?? '', problem: part('problem')?.innerText ?? '', \
          can_submit: part('submit').checkVisibility() && !part('submit').disabled } })";
    Ok(serde_json::from_value(browser.script(script).await?)?)
}

/// Waits until no preview is queued or being decoded; answers all cards.
pub async fn ended_previews(browser: &Browser) -> Result<Vec<Card>> {
    browser
        .until("every preview to end", async |_| {
            let cards = cards(browser).await?;
            let is_open = |card: &Card| matches!(card.state.as_str(), "queued" | "decoding");
            Ok((!cards.iter().any(is_open)).then_some(cards))
        })
        .await
}

/// Numbers and texts of the read-out under the plot: moment in s, frequency in Hz, level in dB.
pub async fn readout(browser: &Browser) -> Result<Option<(f64, f64, f64)>> {
    let script = "return [...document.querySelectorAll(\"[data-testid='readout'] dd\")].map(e => e.textContent)";
    let texts: Vec<String> = serde_json::from_value(browser.script(script).await?)?;
    let number = |place: usize, unit: &str| -> Option<f64> {
        texts.get(place)?.strip_suffix(unit)?.trim_end().replace('−', "-").parse().ok()
    };
    Ok((|| Some((number(0, " s")?, number(1, " Hz")?, number(2, " dB")?)))())
}

/// Presses keys wherever the keyboard is.
pub async fn press(browser: &Browser, keys: impl IntoIterator<Item = char>) -> Result<()> {
    for key in keys {
        browser.driver().action_chain().send_keys(key.to_string()).perform().await?;
    }
    Ok(())
}

/// Sets the value of an input or select as a person would, with the events that follow.
pub async fn set_value(browser: &Browser, test_id: &str, value: &str) -> Result<()> {
    let script = "const [id, value] = arguments; const e = document.querySelector(`[data-testid='${id}']`); \
        e.value = value; e.dispatchEvent(new Event('input', { bubbles: true })); \
        e.dispatchEvent(new Event('change', { bubbles: true })); return e.value;";
    let set = browser.driver().execute(script, vec![test_id.into(), value.into()]).await?;
    let set = set.json().as_str().context("no value")?.to_owned();
    if set != value {
        bail!("{test_id} took {set} for {value}");
    }
    Ok(())
}

/// A fingerprint of what a canvas shows, and the number of different colours in it.
pub async fn canvas(browser: &Browser, test_id: &str) -> Result<(u64, u64)> {
    let script = "const e = document.querySelector(`[data-testid='${arguments[0]}']`); \
        const c = e.tagName === 'CANVAS' ? e : e.querySelector('canvas'); \
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; \
        let h = 0; const colours = new Set(); \
        for (let i = 0; i < d.length; i += 4) { const v = (d[i] << 16) | (d[i + 1] << 8) | d[i + 2]; \
          h = (Math.imul(h, 31) + v) >>> 0; colours.add(v); } \
        return [h, colours.size];";
    let seen = browser.driver().execute(script, vec![test_id.into()]).await?;
    let seen: (u64, u64) = serde_json::from_value(seen.json().clone())?;
    Ok(seen)
}
