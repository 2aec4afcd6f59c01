//! No file breaks the sound worker; and if one did, it would say so, and the others would go on with another worker.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use tests::{
    browser::Browser,
    fixtures, page,
    server::{Das, Setup, dist},
    sounds,
};

/// So many workers are tried with a file.
const MOST_STARTS: u64 = 4;

/// Counts the workers that a page starts.
const COUNT_WORKERS: &str = "window.workers = 0; window.Worker = class extends Worker { \
    constructor(...given) { super(...given); window.workers += 1; } };";

/// Put in front of the worker's own script. A file whose name begins with `late` breaks it once it is being decoded, one
/// whose name begins with `early` before it is opened; `panic` makes it say the last words of a panic.
const BREAKABLE: &str = "
    const die = () => setTimeout(() => { throw new Error('broken on purpose'); });
    const post = self.postMessage.bind(self);
    const late = new Set(), panicking = new Set();
    self.addEventListener('message', ({ data }) => {
        const { channel, body } = JSON.parse(data[0]);
        if (body.type !== 'open') return;
        if (body.name.startsWith('early')) throw new Error('broken on purpose');
        if (body.name.startsWith('late')) late.add(channel);
        if (body.name.startsWith('panic')) panicking.add(channel);
    });
    self.postMessage = (message, ...more) => {
        const { channel, body } = JSON.parse(message[0]);
        post(message, ...more);
        if (body.type !== 'started') return;
        if (late.has(channel)) die();
        if (panicking.has(channel)) {
            post([JSON.stringify({ channel: 0, body: { type: 'crashed', detail: 'an error inside the engine' } })]);
            die();
        }
    };
";

/// A copy of the bundle whose worker can be broken.
fn breakable() -> Result<TempDir> {
    let copy = tempfile::tempdir()?;
    for entry in std::fs::read_dir(dist())? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
        }
    }
    let loader = copy.path().join("worker_loader.js");
    let own = std::fs::read_to_string(&loader).context("no worker_loader.js")?;
    // Imports come first in a module whatever stands before them.
    std::fs::write(&loader, format!("{BREAKABLE}\n{own}"))?;
    Ok(copy)
}

/// A server with that bundle, and its upload page.
async fn open(bundle: &TempDir) -> Result<(Das, Browser)> {
    let das = Setup::new().with("DAS_DIST", bundle.path().display()).start()?;
    let browser = Browser::start().await?;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_WORKERS })).await?;
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;
    Ok((das, browser))
}

/// Files of noise. Those that break the worker while they are decoded are so long that it cannot be done before.
fn files<const N: usize>(folder: &Path, names: [&str; N]) -> Result<[PathBuf; N]> {
    let paths = names.map(|name| folder.join(name));
    for (seed, (name, path)) in (1..).zip(names.iter().zip(&paths)) {
        let is_short = ["late", "panic"].iter().all(|breaking| !name.starts_with(breaking));
        std::fs::write(path, sounds::minutes(if is_short { 2 } else { 30 }, seed))?;
    }
    Ok(paths)
}

async fn choose<const N: usize>(browser: &Browser, paths: &[PathBuf; N]) -> Result<()> {
    page::choose(browser, &paths.each_ref().map(PathBuf::as_path)).await
}

async fn workers(browser: &Browser) -> Result<u64> {
    browser.script("return window.workers").await?.as_u64().context("no count")
}

/// States of the cards with their codes.
fn outline(cards: &[page::Card]) -> Vec<(&str, &str, &str)> {
    cards.iter().map(|card| (card.name.as_str(), card.state.as_str(), card.code.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_that_breaks_the_worker_says_so_and_others_go_on() -> Result<()> {
    let bundle = breakable()?;
    let (das, browser) = open(&bundle).await?;
    let folder = tempfile::tempdir()?;
    let paths = files(folder.path(), ["first.wav", "late.wav", "third.wav", "panic.wav", "fifth.wav"])?;
    choose(&browser, &paths).await?;
    let cards = page::ended_previews(&browser).await?;
    ensure!(
        outline(&cards)
            == [
                ("first.wav", "done", ""),
                ("late.wav", "failed", "worker"),
                ("third.wav", "done", ""),
                ("panic.wav", "failed", "worker"),
                ("fifth.wav", "done", ""),
            ],
        "{cards:?}"
    );
    for (card, reason) in [(1, "broken on purpose"), (3, "an error inside the engine")] {
        let problem = cards.get(card).map(|card| card.problem.as_str()).unwrap_or_default();
        ensure!(problem.contains("No sound worker") && problem.contains("The sound worker stopped: "), "{problem}");
        ensure!(problem.contains(reason) && problem.contains("Submitting still works."), "{problem}");
    }
    ensure!(workers(&browser).await? == 3, "{} workers", workers(&browser).await?);
    browser.screenshots("12-worker-broken").await?;

    // So it does, and the server's word is another.
    ensure!(cards.iter().all(|card| card.can_submit), "{cards:?}");
    page::wait_for(&browser, "submit-all").await?.click().await?;
    browser
        .until("all five to arrive", async |_| Ok((das.http()?.index()?.len() == paths.len()).then_some(())))
        .await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_every_worker_is_given_up() -> Result<()> {
    let bundle = breakable()?;
    let (_das, browser) = open(&bundle).await?;
    let folder = tempfile::tempdir()?;
    let paths = files(folder.path(), ["early.wav", "second.wav"])?;
    choose(&browser, &paths).await?;
    let cards = page::ended_previews(&browser).await?;
    // What waits is tried with another worker, but not for ever: nobody knows which file it is.
    for card in &cards {
        ensure!((card.state.as_str(), card.code.as_str()) == ("failed", "worker"), "{cards:?}");
        ensure!(card.problem.contains("Submitting still works.") && card.can_submit, "{card:?}");
    }
    let tried = workers(&browser).await?;
    ensure!(tried == MOST_STARTS, "{tried} workers were tried");

    // Whoever chooses another file gets another worker.
    let next = files(folder.path(), ["next.wav"])?;
    choose(&browser, &next).await?;
    let cards = page::ended_previews(&browser).await?;
    ensure!(outline(&cards).last() == Some(&("next.wav", "done", "")), "{cards:?}");
    ensure!(workers(&browser).await? == tried + 1, "{} workers", workers(&browser).await?);
    browser.quit().await
}

/// Opens the upload page, chooses the files, and holds the worker to its life.
async fn survived(browser: &Browser, das: &Das, paths: &[PathBuf]) -> Result<Vec<page::Card>> {
    browser.driver().goto(format!("{}/das/upload", das.base()?)).await?;
    let chosen: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page::choose(browser, &chosen).await?;
    let cards = page::ended_previews(browser).await?;
    ensure!(cards.len() == paths.len(), "{} cards of {} files", cards.len(), paths.len());
    for card in &cards {
        let is_named =
            card.state == "failed" && sounds::DAMAGE_CODES.contains(&card.code.as_str()) && !card.problem.is_empty();
        ensure!(card.state == "done" || is_named, "{card:?}");
    }
    let workers = browser.script("return window.workers").await?;
    ensure!(workers == 1, "{workers} workers were needed for {paths:?}");
    browser.assert_quiet_console().await?;
    Ok(cards)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_damage_stops_the_sound_worker() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_WORKERS })).await?;
    let folder = tempfile::tempdir()?;

    // What the fuzzer starts from, and what it has found.
    let mut corpus: Vec<PathBuf> = std::fs::read_dir(tests::root().join("dsp/fuzz/corpus/decode"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    corpus.sort();
    ensure!(corpus.len() > 20, "the corpus is not where it was");
    let cards = survived(&browser, &das, &corpus).await?;
    println!(
        "of {} files of the corpus {} can be analysed",
        cards.len(),
        cards.iter().filter(|card| card.state == "done").count()
    );

    let mut done = 0;
    for fixture in &fixtures::ALL {
        let mut paths = Vec::new();
        for seed in 0..12 {
            let mut bytes = fixture.bytes()?;
            sounds::damage(&mut bytes, seed);
            let path = folder.path().join(format!("{seed}-{}", fixture.name));
            std::fs::write(&path, bytes)?;
            paths.push(path);
        }
        let cards = survived(&browser, &das, &paths).await.with_context(|| fixture.name)?;
        done += cards.iter().filter(|card| card.state == "done").count();
    }
    println!("of {} damaged files {done} can be analysed", 12 * fixtures::ALL.len());
    browser.quit().await
}
