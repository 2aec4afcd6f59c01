//! The Balancer's page in a real Chromium: what it shows while work goes on, and what its orders do.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tests::{
    browser::Browser,
    page::{self, by},
    server::Setup,
    sounds,
};
use thirtyfour::By;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_and_orders() -> Result<()> {
    let das = Setup::new().with("DAS_ENGINE_SLOTS", 1).start()?;
    let http = das.http()?;
    let sound = sounds::minutes(60, 1);
    for number in 0..4 {
        http.accepted(&format!("take-{number}.wav"), &sound)?;
    }
    let browser = Browser::start().await?;
    let driver = browser.driver();
    driver.goto(format!("{}/admin/balancer", das.base()?)).await?;
    let engine = page::wait_for(&browser, "engine").await?.text().await?;
    ensure!(engine.contains("cpu-0") && engine.contains("analysis"), "the engine says: {engine}");
    ensure!(driver.find_all(by("task")).await?.len() == 3, "three tasks wait");
    // Live: the numbers of the page follow the work without being loaded again.
    let done = "return document.querySelector(\"[data-testid='engine']\").textContent";
    let first = browser.script(done).await?;
    browser
        .until("the engine's progress to move", async |_| Ok((browser.script(done).await? != first).then_some(())))
        .await?;
    browser.screenshots("11-balancer").await?;

    order(&browser, "[data-testid='queue'][data-class='cpu'] button").await?;
    queue_is(&browser, "true").await?;
    page::set_value(&browser, "policy", "fifo").await?;
    order(&browser, "[data-testid='policy-set']").await?;
    browser
        .until("the other policy", async |driver| {
            let policy = page::attribute(driver, "policy-now", "data-policy").await?;
            Ok((policy.as_deref() == Some("fifo")).then_some(()))
        })
        .await?;
    // A task that waits is cancelled from here, and what has ended is not listed any more.
    let waiting = driver.find_all(by("task")).await?.len();
    order(&browser, "[data-testid='waiting'] form[action$='/cancel'] button").await?;
    browser
        .until("one task fewer", async |driver| Ok((driver.find_all(by("task")).await?.len() < waiting).then_some(())))
        .await?;
    order(&browser, "[data-testid='queue'][data-class='cpu'] button").await?;
    queue_is(&browser, "false").await?;
    http.post("/api/balancer/tasks/cancel", &[], &[])?.expect(200)?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_follow_and_leave_alone_what_is_being_typed() -> Result<()> {
    let das = Setup::new().with("DAS_ENGINE_SLOTS", 1).start()?;
    let http = das.http()?;
    http.post("/api/balancer/drain", &[], &[])?.expect(200)?;
    let sound = sounds::minutes(1, 1);
    http.accepted("take-0.wav", &sound)?;
    let browser = Browser::start().await?;
    let driver = browser.driver();
    driver.goto(format!("{}/admin/balancer", das.base()?)).await?;
    tasks_are(&browser, 1).await?;
    http.accepted("take-1.wav", &sound)?;
    tasks_are(&browser, 2).await?;

    // Under the hand the list stands still, for longer than it takes otherwise.
    let oldest = "[data-testid='waiting'] tbody tr:last-child input";
    let input = driver.find(By::Css(oldest)).await?;
    input.clear().await?;
    input.send_keys("42").await?;
    http.accepted("take-2.wav", &sound)?;
    tokio::time::sleep(Duration::from_secs(6)).await;
    ensure!(driver.find_all(by("task")).await?.len() == 2, "the list does not move while somebody types");
    driver.action_chain().move_to(1, 1).perform().await?;
    browser.script("document.activeElement.blur()").await?;
    tasks_are(&browser, 3).await?;
    let typed = browser.script(&format!("return document.querySelector(\"{oldest}\").value")).await?;
    ensure!(typed == "42", "what was typed is {typed} now");

    ensure!(driver.find_all(by("decision")).await?.is_empty(), "nothing has been decided yet");
    http.post("/api/balancer/classes/cpu/resume", &[], &[])?.expect(200)?;
    browser
        .until("what has been decided to appear", async |driver| {
            Ok(driver.find_all(by("decision")).await?.pop().map(drop))
        })
        .await?;
    browser.script("document.getElementById('decisions').scrollIntoView({ block: 'end' })").await?;
    browser.screenshots("12-balancer-decisions").await?;
    http.post("/api/balancer/tasks/cancel", &[], &[])?.expect(200)?;
    tasks_are(&browser, 0).await?;
    browser.assert_quiet_console().await?;
    browser.quit().await
}

async fn tasks_are(browser: &Browser, count: usize) -> Result<()> {
    browser
        .until("the list to have as many tasks as wait", async |driver| {
            Ok((driver.find_all(by("task")).await?.len() == count).then_some(()))
        })
        .await
}

/// Presses a button of a form; the page comes back.
async fn order(browser: &Browser, button: &str) -> Result<()> {
    browser.driver().find(By::Css(button)).await.with_context(|| button.to_owned())?.click().await?;
    page::wait_for_path(browser, |path| path == "/admin/balancer").await.map(drop)
}

async fn queue_is(browser: &Browser, paused: &str) -> Result<()> {
    let selector = format!("[data-testid='queue'][data-class='cpu'][data-paused='{paused}']");
    browser
        .until("the queue of the class to change", async |driver| {
            Ok(driver.find_all(By::Css(selector.as_str())).await?.pop().map(drop))
        })
        .await
}
