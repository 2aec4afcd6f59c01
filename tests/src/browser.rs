//! A real Chromium, driven through chromedriver.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

use crate::{root, server, wait::PATIENCE};

/// Nothing but the page under test may use network, graphics card or profile of the machine.
const FLAGS: [&str; 11] = [
    "--headless",
    // Chromium's own sandbox refuses to run as root, as in a container.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--autoplay-policy=no-user-gesture-required",
];

/// How large the window is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Name in file names of screenshots.
    pub name: &'static str,
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
}

/// A desktop window.
pub const WIDE: Size = Size { name: "wide", width: 1280, height: 900 };
/// A phone.
pub const NARROW: Size = Size { name: "narrow", width: 390, height: 844 };

/// A browser with a fresh profile.
pub struct Browser {
    driver: WebDriver,
    chromedriver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts chromedriver on a free port and Chromium below it.
    pub async fn start() -> Result<Self> {
        ensure!(
            server::dist().join("index.html").is_file(),
            "the browser bundle is not built; build it with: cargo xtask bundle"
        );
        let profile = tempfile::tempdir()?;
        let (mut chromedriver, port) = start_chromedriver()?;
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS {
            capabilities.add_arg(flag)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        capabilities.add_arg(&format!("--window-size={},{}", WIDE.width, WIDE.height))?;
        capabilities.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All)?;
        let opened = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await;
        match opened {
            Ok(driver) => Ok(Self { driver, chromedriver, _profile: profile }),
            Err(error) => {
                chromedriver.kill()?;
                chromedriver.wait()?;
                Err(anyhow!(error).context("Chromium did not start"))
            }
        }
    }

    /// The connection itself.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        Ok(self.driver.cdp().send_raw(method, parameters).await?)
    }

    /// Runs JavaScript and answers what it returns.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// Sets what `prefers-color-scheme` answers.
    pub async fn prefer_color_scheme(&self, scheme: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await.map(drop)
    }

    /// Sets the size of the visible page.
    pub async fn resize(&self, size: Size) -> Result<()> {
        let metrics = json!({ "width": size.width, "height": size.height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// Switches scripts of pages off.
    pub async fn disable_scripts(&self) -> Result<()> {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await.map(drop)
    }

    /// Keeps a picture of what is visible under `target/screenshots/`.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let folder = screenshots()?;
        Ok(self.driver.screenshot(&folder.join(format!("{name}.png"))).await?)
    }

    /// Keeps pictures of the page in light and dark, wide and narrow; fails where the page is wider than the window.
    pub async fn screenshots(&self, name: &str) -> Result<()> {
        for size in [WIDE, NARROW] {
            self.resize(size).await?;
            for scheme in ["light", "dark"] {
                self.prefer_color_scheme(scheme).await?;
                // What depends on the size is drawn again. Pages without scripts cannot be asked when they are done.
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.screenshot(&format!("{name}-{}-{scheme}", size.name)).await?;
            }
            let overflow = self.script("return document.documentElement.scrollWidth - window.innerWidth").await?;
            ensure!(
                overflow.as_f64().unwrap_or_default() <= 0.0,
                "{name} is {overflow} px wider than a {} window",
                size.name
            );
        }
        self.resize(WIDE).await?;
        self.prefer_color_scheme("light").await
    }

    /// Errors in the console since it was last asked for.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        let loud = log.into_iter().filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "ERROR"));
        Ok(loud.map(|entry| entry.message).collect())
    }

    /// Fails if the console has an error.
    pub async fn assert_quiet_console(&self) -> Result<()> {
        let errors = self.console_errors().await?;
        ensure!(errors.is_empty(), "errors in the console: {errors:#?}");
        Ok(())
    }

    /// Asks again until `probe` answers something; `what` completes "gave up waiting for ...".
    pub async fn until<T>(&self, what: &str, mut probe: impl AsyncFnMut(&WebDriver) -> Result<Option<T>>) -> Result<T> {
        let begun = Instant::now();
        loop {
            if let Some(value) = probe(&self.driver).await? {
                return Ok(value);
            }
            if begun.elapsed() > PATIENCE {
                let name = format!("gave-up-{}", what.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
                self.screenshot(&name).await?;
                let errors = self.console_errors().await?;
                bail!("gave up waiting for {what}; see target/screenshots/{name}.png; console: {errors:#?}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Ends Chromium.
    pub async fn quit(mut self) -> Result<()> {
        self.driver.clone().quit().await?;
        self.chromedriver.kill()?;
        self.chromedriver.wait()?;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium ends with its driver; after quit() this has nothing left to do.
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
    }
}

fn screenshots() -> Result<PathBuf> {
    let folder = root().join("target/screenshots");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Starts chromedriver on a free port. Beside others that look for one too it sometimes ends without: it is asked again.
fn start_chromedriver() -> Result<(Child, u16)> {
    for _ in 0..5 {
        let mut chromedriver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start chromedriver; install it with: sudo apt-get install chromium chromium-driver")?;
        if let Some(port) = port(&mut chromedriver)? {
            return Ok((chromedriver, port));
        }
        chromedriver.kill()?;
        chromedriver.wait()?;
    }
    bail!("chromedriver found no free port")
}

/// The port that chromedriver picked; `None` if it ended without one.
fn port(chromedriver: &mut Child) -> Result<Option<u16>> {
    let stdout = chromedriver.stdout.take().context("no standard output")?;
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let port =
        lines.find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
    // Read on, so that chromedriver never blocks on a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(port)
}
