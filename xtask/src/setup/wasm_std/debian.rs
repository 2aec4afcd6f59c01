//! The Debian way: `rustc-web`, `cargo-web` and `rust-web-src` from Debian's security suite, and a standard library
//! built from that source into a toolchain folder of the cache.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{BARE_TARGET, BROWSER_TARGET, WasmToolchain};
use crate::{
    process,
    setup::{
        apt,
        cache::{self, Cache},
    },
    steps::Steps,
};

/// Debian's compiler and cargo. rustup's stand elsewhere on PATH.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
/// Where Debian keeps the compiler's own libraries.
const RUSTLIB: &str = "/usr/lib/rustlib";

/// Compiler, cargo and the library's source; they come from one source package and have one version.
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const PURPOSE: &str = "a compiler for the browser";

/// Makes the toolchain folder available. Its name has the version of the Debian package, so an upgrade builds a new one.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<WasmToolchain> {
    let packages_missing = PACKAGES.iter().any(|package| apt::version(package).is_none());
    if packages_missing {
        steps.run("Debian's Rust", "installing rustc-web, cargo-web and rust-web-src with apt", || {
            apt::ensure(cache, &PACKAGES, PURPOSE)
        })?;
    }
    let linker = linker_package()?;
    if apt::version(&linker).is_none() {
        steps.run("Linker for the browser", &format!("installing {linker} with apt"), || {
            apt::ensure(cache, &[&linker], PURPOSE)
        })?;
    }
    let version = apt::version("rustc-web").context("rustc-web is not installed")?;
    let name = format!("wasm-toolchain-{}", version.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-"));
    let title = format!("Browser target {BROWSER_TARGET} (Debian's Rust {version})");
    let folder = cache.folder(&name);
    if folder.exists() {
        steps.already(&title);
    } else {
        steps.run(&title, "building its standard library once, about 2 minutes on 2 cores", || {
            cache.install(&name, |partial| fill(partial, &folder, &linker, cache))
        })?;
    }
    Ok(WasmToolchain::Folder(folder))
}

/// The lld that belongs to the compiler's LLVM: `lld-22` for LLVM 22.1.8.
fn linker_package() -> Result<String> {
    let version = process::answer(Command::new(RUSTC).arg("-vV")).with_context(|| format!("{RUSTC} does not start"))?;
    let llvm = version.lines().find_map(|line| line.strip_prefix("LLVM version: ")?.split('.').next());
    Ok(format!("lld-{}", llvm.context("rustc does not tell its LLVM version")?))
}

/// Lays out a toolchain in `partial` that will be moved to `folder`.
fn fill(partial: &Path, folder: &Path, linker: &str, cache: &Cache) -> Result<()> {
    let host = process::answer(Command::new(RUSTC).args(["--print", "host-tuple"]))
        .with_context(|| format!("{RUSTC} does not tell its host"))?;
    let rustlib = partial.join("lib/rustlib");
    for target in [BROWSER_TARGET, BARE_TARGET] {
        fs::create_dir_all(rustlib.join(target).join("lib"))?;
    }
    let build = partial.join("build");
    build_std(&build, cache, BROWSER_TARGET, "std,panic_abort", &rustlib)?;
    build_std(&build, cache, BARE_TARGET, "core,alloc", &rustlib)?;
    cache::remove(&build)?;

    let host_folder = rustlib.join(&host);
    fs::create_dir_all(host_folder.join("bin"))?;
    symlink(format!("{RUSTLIB}/{host}/lib"), host_folder.join("lib"))?;
    symlink(format!("/usr/bin/{linker}"), host_folder.join("bin/rust-lld"))?;

    let bin = partial.join("bin");
    fs::create_dir_all(&bin)?;
    let sysroot = folder.display();
    script(&bin.join("rustc"), &format!("exec {RUSTC} --sysroot '{sysroot}' \"$@\""))?;
    script(&bin.join("cargo"), &format!("RUSTC='{sysroot}/bin/rustc' exec {CARGO} \"$@\""))
}

/// Builds the library for one target in an empty crate and keeps its parts.
fn build_std(build: &Path, cache: &Cache, target: &str, parts: &str, rustlib: &Path) -> Result<()> {
    fs::create_dir_all(build.join("src"))?;
    fs::write(
        build.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[profile.release]\npanic = \"abort\"\n[workspace]\n",
    )?;
    fs::write(build.join("src/lib.rs"), "#![no_std]\n")?;
    let mut command = Command::new(CARGO);
    command.current_dir(build).args(["build", "--release", "--target", target, &format!("-Zbuild-std={parts}")]);
    // -Zbuild-std is of the nightly kind; embedded bitcode is what link-time optimization works on later.
    command.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-C embed-bitcode=yes");
    command.env("CARGO_TARGET_DIR", build.join("target"));
    for foreign in ["RUSTUP_TOOLCHAIN", "CARGO", "CARGO_ENCODED_RUSTFLAGS", "LD_LIBRARY_PATH", "RUSTC_WRAPPER"] {
        command.env_remove(foreign);
    }
    process::logged(&mut command, &cache.log(&format!("wasm-std-{target}")), None)?;

    for entry in fs::read_dir(build.join("target").join(target).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, rustlib.join(target).join("lib").join(name))?;
        }
    }
    Ok(())
}

fn script(path: &PathBuf, body: &str) -> Result<()> {
    fs::write(path, format!("#!/bin/sh\n{body}\n"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
