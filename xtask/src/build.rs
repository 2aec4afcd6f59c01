//! Building the browser bundle and the server, and leaving alone what is fresh.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    process,
    setup::{BundleTools, pinned},
    steps::Steps,
    workspace,
};

/// What the bundle is made of. The rest of the tree may change without a new bundle.
const BUNDLE_SOURCES: [&str; 8] =
    ["Cargo.lock", "Cargo.toml", "Trunk.toml", "index.html", "dsp/Cargo.toml", "dsp/src", "web", "wasm"];

/// The worker's inner loops are written for 128-bit SIMD, which every current browser has.
pub const BUNDLE_RUSTFLAGS: &str = "-C target-feature=+simd128";

/// Builds `dist/` with trunk unless it is what the sources say.
pub fn bundle(steps: &mut Steps, tools: &BundleTools) -> Result<()> {
    let title = "Browser bundle";
    let stamp = workspace::wasm_target().join(".das-bundle");
    // Two runs of trunk in one checkout would take dist/ away from each other.
    let _lock = lock(&workspace::root().join("Trunk.toml"))?;
    let wanted = fingerprint()?;
    let built = workspace::root().join("dist/index.html").is_file();
    if built && fs::read_to_string(&stamp).is_ok_and(|known| known == wanted) {
        steps.already(title);
        return Ok(());
    }
    steps.run(title, "building dist/ with trunk", || {
        let mut command = trunk(tools)?;
        process::shown(&mut command)?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
    })
}

/// Waits until no other run holds the file, which need not be written for that.
fn lock(path: &Path) -> Result<File> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

fn trunk(tools: &BundleTools) -> Result<Command> {
    let program = tools.bin_folders.iter().map(|folder| folder.join("trunk")).find(|file| file.is_file());
    let mut command = Command::new(program.unwrap_or_else(|| PathBuf::from("trunk")));
    command.current_dir(workspace::root()).args(["build", "--offline", "--skip-version-check"]);
    command.args(["--release", "--cargo-profile", "wasm-release", "--locked"]);
    tools.wasm.apply(&mut command, &tools.bin_folders)?;
    command.env("RUSTFLAGS", BUNDLE_RUSTFLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS");
    // Trunk reads this name as a switch of its own and refuses the usual value 1.
    command.env_remove("NO_COLOR");
    Ok(command)
}

/// Contents of everything that goes into the bundle, and the versions of what makes it.
fn fingerprint() -> Result<String> {
    let root = workspace::root();
    let mut files = Vec::new();
    for source in BUNDLE_SOURCES {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    (BUNDLE_RUSTFLAGS, pinned::TRUNK, pinned::BINARYEN).hash(&mut hasher);
    fs::read_to_string(workspace::wasm_target().join(".das-toolchain")).unwrap_or_default().hash(&mut hasher);
    for file in files {
        file.strip_prefix(&root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
            collect(&entry?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// How the server is built.
#[derive(Clone, Copy, PartialEq)]
pub enum Profile {
    /// For use: fast to work, slow to build.
    Release,
    /// For development: builds sooner, works slower.
    Dev,
    /// For the tests, together with them: features of dependencies are unified over all that is built at once, and a
    /// separate build would compile most of them twice. The package's integration tests make cargo build its program.
    Tests,
}

/// Builds the program `das`; answers where it is. Cargo itself knows what is fresh.
pub fn server(steps: &mut Steps, profile: Profile) -> Result<PathBuf> {
    let (title, doing, arguments): (_, _, &[_]) = match profile {
        Profile::Release => ("Server", "building das (release)", &["build", "--release", "--package", "server"]),
        Profile::Dev => ("Server", "building das (dev)", &["build", "--package", "server"]),
        Profile::Tests => ("Server and tests", "building both (dev)", &["test", "--workspace", "--no-run"]),
    };
    steps.run(title, doing, || process::shown(process::cargo().args(arguments).arg("--locked")))?;
    let folder = if profile == Profile::Release { "release" } else { "debug" };
    Ok(workspace::target().join(folder).join("das"))
}
