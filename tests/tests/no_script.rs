//! The pages in a Chromium that runs no scripts.

use anyhow::{Context, Result, ensure};
use tests::{
    browser::Browser,
    fixtures,
    page::{self, by},
    server::Das,
};
use thirtyfour::By;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_an_image_and_a_table() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    browser.disable_scripts().await?;
    driver.goto(format!("{}/das", das.base()?)).await?;
    page::wait_for(&browser, "empty").await?;
    driver.goto(format!("{}/das/upload", das.base()?)).await?;
    browser.screenshots("no-script-upload").await?;

    let file = tests::root().join("tests/fixtures/vorbis.ogg");
    submit(&browser, &[&file]).await?;
    let path = page::wait_for_path(&browser, |path| path.starts_with("/das/") && path != "/das/upload").await?;
    let id = path.strip_prefix("/das/").context("no id")?.to_owned();
    das.http()?.finished(&id)?;
    driver.refresh().await?;
    let picture = browser
        .until("the spectrogram as an image", async |driver| {
            let picture = page::find(driver, "spectrogram-picture").await?;
            let Some(picture) = picture else { return Ok(None) };
            let width: u32 = picture.prop("naturalWidth").await?.unwrap_or_default().parse().unwrap_or_default();
            Ok((width > 0).then_some(picture))
        })
        .await?;
    ensure!(picture.is_displayed().await?, "the image is not visible");
    ensure!(driver.find(by("analysis-table")).await?.is_displayed().await?, "the table is not visible");
    browser.screenshots("no-script-details").await?;

    driver.find(by("delete")).await?.click().await?;
    page::wait_for(&browser, "delete-confirm").await?.click().await?;
    page::wait_for(&browser, "empty").await?;
    ensure!(das.http()?.index()?.is_empty(), "the recording is still there");
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_and_a_bad_one() -> Result<()> {
    let das = Das::start()?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    browser.disable_scripts().await?;
    driver.goto(format!("{}/das/upload", das.base()?)).await?;

    let folder = tempfile::tempdir()?;
    let text = folder.path().join("text.wav");
    std::fs::write(&text, "no sound, just words ".repeat(500))?;
    submit(&browser, &[&text]).await?;
    let problem = page::wait_for(&browser, "problem").await?;
    ensure!(problem.attr("data-code").await?.as_deref() == Some("not_audio"));
    ensure!(das.http()?.index()?.is_empty(), "the bad file was kept");
    browser.screenshots("no-script-problem").await?;

    let [one, two] = ["wav16.wav", "mp3.mp3"].map(|name| tests::root().join("tests/fixtures").join(name));
    submit(&browser, &[&one, &two]).await?;
    page::wait_for_path(&browser, |path| path == "/das").await?;
    ensure!(driver.find_all(by("recording-link")).await?.len() == 2, "not both are in the index");
    browser.quit().await
}

async fn submit(browser: &Browser, files: &[&std::path::Path]) -> Result<()> {
    let paths: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
    browser.driver().find(by("file-input")).await?.send_keys(paths.join("\n")).await?;
    browser.driver().find(By::Css("form[action='/das/upload'] [type='submit']")).await?.click().await?;
    Ok(())
}

#[test]
fn a_form_answers_with_the_status_of_its_problem() -> Result<()> {
    let das = Das::start()?;
    let http = das.http()?;
    let page = http.upload_form("/das/upload", &[("text.wav", b"no sound")])?.expect(422)?;
    ensure!(page.header("content-type").starts_with("text/html") && page.text().contains("not_audio"));
    let bytes = fixtures::bytes("wav16.wav")?;
    let page = http.upload_form("/das/upload", &[("a.wav", &bytes)])?.expect(303)?;
    ensure!(page.header("location").starts_with("/das/"), "{}", page.header("location"));
    let page = http.upload_form("/das/upload", &[("a.wav", &bytes), ("b.wav", &bytes)])?.expect(303)?;
    ensure!(page.header("location") == "/das", "{}", page.header("location"));
    ensure!(http.index()?.len() == 3);
    Ok(())
}
