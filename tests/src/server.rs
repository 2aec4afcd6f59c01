//! A `das serve` process on a data folder of its own.

use std::{
    ffi::OsString,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{OnceLock, mpsc},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use tempfile::TempDir;

use crate::{http::Http, root, wait};

/// What the server prints once it accepts connections.
const READY: &str = "listening on ";

/// How to start a server.
#[derive(Default, Clone)]
pub struct Setup {
    environment: Vec<(String, OsString)>,
    disk_bytes: Option<u64>,
}

impl Setup {
    /// The defaults of the program.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a `DAS_*` variable.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.push((name.to_owned(), value.to_string().into()));
        self
    }

    /// Gives the data folder a disk of its own with so many bytes: a memory disk that only the server's process sees.
    pub fn with_disk(mut self, bytes: u64) -> Self {
        self.disk_bytes = Some(bytes);
        self
    }

    /// Starts on a fresh data folder.
    pub fn start(self) -> Result<Das> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir(home.path().join("data"))?;
        let process = Process::start(&self, home.path())?;
        Ok(Das { setup: self, home, process: Some(process) })
    }
}

/// A server that can be killed and started again on the same data.
pub struct Das {
    setup: Setup,
    home: TempDir,
    process: Option<Process>,
}

impl Das {
    /// A server with default settings.
    pub fn start() -> Result<Self> {
        Setup::new().start()
    }

    fn process(&self) -> Result<&Process> {
        self.process.as_ref().context("the server is not running")
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> Result<&str> {
        Ok(&self.process()?.base)
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> Result<&str> {
        let base = self.base()?;
        Ok(base.strip_prefix("http://").unwrap_or(base))
    }

    /// A client.
    pub fn http(&self) -> Result<Http> {
        Ok(Http::new(self.base()?))
    }

    /// The data folder as the server sees it; while it runs, also where it has a disk of its own.
    pub fn data(&self) -> PathBuf {
        let data = self.home.path().join("data");
        match &self.process {
            Some(process) if self.setup.disk_bytes.is_some() => {
                let inside = data.strip_prefix("/").unwrap_or(&data);
                Path::new("/proc").join(process.child.id().to_string()).join("root").join(inside)
            }
            _ => data,
        }
    }

    /// Ends it at once, without a chance to tidy up.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.child.kill()?;
            process.child.wait()?;
        }
        Ok(())
    }

    /// Asks it to end (SIGTERM) and waits for that.
    pub fn terminate(&mut self) -> Result<ExitStatus> {
        let mut process = self.process.take().context("the server is not running")?;
        let status = Command::new("kill").args(["-TERM", &process.child.id().to_string()]).status()?;
        if !status.success() {
            bail!("the server was gone before it could be asked to end");
        }
        wait::until("the server to end after SIGTERM", || Ok(process.child.try_wait()?))
    }

    /// Sends a signal by its name, for example `STOP`.
    pub fn signal(&self, name: &str) -> Result<()> {
        let status =
            Command::new("kill").args([&format!("-{name}"), &self.process()?.child.id().to_string()]).status()?;
        if !status.success() {
            bail!("the server is gone");
        }
        Ok(())
    }

    /// Starts it again on the same data.
    pub fn start_again(&mut self) -> Result<()> {
        self.kill()?;
        self.process = Some(Process::start(&self.setup, self.home.path())?);
        Ok(())
    }

    /// Starts it again on the same data with another value of a `DAS_*` variable.
    pub fn start_again_with(&mut self, name: &str, value: impl ToString) -> Result<()> {
        self.setup.environment.retain(|(known, _)| known != name);
        self.setup.environment.push((name.to_owned(), value.to_string().into()));
        self.start_again()
    }

    /// Starts it again on the same data and kills it so much later, whether it is ready by then or not.
    pub fn start_and_kill_after(&mut self, pause: Duration) -> Result<()> {
        self.kill()?;
        let mut child = Process::spawn(&self.setup, self.home.path())?;
        std::thread::sleep(pause);
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Whether the process still runs.
    pub fn is_alive(&mut self) -> Result<bool> {
        match &mut self.process {
            Some(process) => Ok(process.child.try_wait()?.is_none()),
            None => Ok(false),
        }
    }

    /// What it wrote to standard error so far, over all its starts.
    pub fn log(&self) -> String {
        read_lossy(&self.home.path().join("log"))
    }

    /// Fails if the log speaks of a panic.
    pub fn assert_no_panic(&self) -> Result<()> {
        let log = self.log();
        match log.lines().find(|line| line.contains("panicked at")) {
            Some(line) => Err(anyhow!("the server panicked: {line}")),
            None => Ok(()),
        }
    }
}

impl Drop for Das {
    fn drop(&mut self) {
        // The test runner shows this where the test failed, and swallows it elsewhere.
        println!("--- log of the server ---\n{}", self.log());
        // Nothing can be done in a destructor about a process that cannot be killed.
        let _ = self.kill();
    }
}

struct Process {
    child: Child,
    base: String,
}

impl Process {
    fn spawn(setup: &Setup, home: &Path) -> Result<Child> {
        let das = das_bin()?;
        let data = home.join("data");
        let mut command = match setup.disk_bytes {
            None => Command::new(das),
            Some(bytes) => on_small_disk(das, &data, bytes),
        };
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DAS_")) {
            command.env_remove(name);
        }
        let log = File::options().create(true).append(true).open(home.join("log"))?;
        command
            .args(["serve", "--port", "0"])
            .current_dir(home)
            .env("DAS_DATA", &data)
            .env("DAS_DIST", dist())
            .env("DAS_STATIC", root().join("static"))
            .envs(setup.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        command.spawn().with_context(|| format!("cannot start {}", das.display()))
    }

    fn start(setup: &Setup, home: &Path) -> Result<Self> {
        let mut child = Self::spawn(setup, home)?;
        let stdout = child.stdout.take().context("no standard output")?;
        let (sender, receiver) = mpsc::channel();
        // The thread reads on after the line that matters, so that the server never blocks on a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(base) = line.strip_prefix(READY) {
                    let _ = sender.send(base.to_owned());
                }
            }
        });
        match receiver.recv_timeout(Duration::from_secs(60)) {
            Ok(base) => Ok(Self { child, base }),
            Err(_) => {
                child.kill()?;
                bail!("the server did not get ready ({}):\n{}", child.wait()?, read_lossy(&home.join("log")))
            }
        }
    }
}

/// Wraps the command so that the data folder is a memory disk, in a mount namespace that needs no root.
fn on_small_disk(das: &Path, data: &Path, bytes: u64) -> Command {
    let script = "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", &bytes.to_string()]);
    command.arg(data).arg(das);
    command
}

/// The program under test: `$DAS_BIN`, else built here.
fn das_bin() -> Result<&'static Path> {
    static BIN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BIN.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    built.as_deref().map_err(|error| anyhow!("{error}"))
}

fn build() -> Result<PathBuf> {
    if let Some(bin) = std::env::var_os("DAS_BIN") {
        return Ok(PathBuf::from(bin));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // With all tests, whose features are unified with the program's: what `cargo test --workspace` built is fresh then.
    let status = Command::new(cargo)
        .args(["test", "--quiet", "--workspace", "--no-run"])
        .current_dir(root())
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("das could not be built ({status})");
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder));
    Ok(target.join("debug/das"))
}

/// The browser bundle: `$DAS_DIST`, else `dist/`.
pub fn dist() -> PathBuf {
    std::env::var_os("DAS_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

fn read_lossy(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
