//! `cargo xtask library`: the C library in a folder where compilers and loaders look for it.

mod install;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{process, steps::Steps, workspace};

/// Options of `cargo xtask library`.
#[derive(clap::Args)]
pub struct Options {
    /// Folder that gets `lib/`, `include/` and `lib/pkgconfig/`, for example ~/.local or /usr/local
    #[arg(long)]
    prefix: PathBuf,
}

/// Builds libdas in release and installs it under the prefix.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let mut build = process::cargo();
    build.args(["build", "--locked", "--release", "-p", "capi"]);
    steps.run("C library", "building it in release, about 4 minutes the first time", || process::shown(&mut build))?;
    let prefix = std::path::absolute(&options.prefix)?;
    let header = workspace::root().join("dsp/capi/include/das.h");
    let installed = install::install(&workspace::target().join("release"), &header, &prefix)
        .with_context(|| format!("cannot install into {}", prefix.display()))?;
    for path in &installed {
        steps.note(&path.display().to_string());
    }
    let folder = prefix.join("lib/pkgconfig");
    steps.note(&format!("cc $(PKG_CONFIG_PATH={} pkg-config --cflags --libs das) program.c", folder.display()));
    Ok(())
}
