//! What the engine is called from in the tests: C, C++, Python and Raku.

use anyhow::Result;

use super::{apt, cache::Cache};
use crate::{process, steps::Steps};

/// Makes compilers, `nm`, valgrind and Python available.
pub fn ensure_c(steps: &mut Steps, cache: &Cache) -> Result<()> {
    let packages = ["gcc", "g++", "libc6-dev", "binutils", "valgrind", "python3"];
    ensure(steps, cache, "gcc, g++, valgrind and Python", &["gcc", "g++", "nm", "valgrind", "python3"], &packages)
}

/// Makes Raku and its installer available.
pub fn ensure_raku(steps: &mut Steps, cache: &Cache) -> Result<()> {
    ensure(steps, cache, "Raku with zef", &["raku", "zef", "nm"], &["rakudo", "raku-zef", "binutils"])
}

fn ensure(steps: &mut Steps, cache: &Cache, name: &str, programs: &[&str], packages: &[&str]) -> Result<()> {
    if programs.iter().all(|program| process::on_path(program).is_some()) {
        steps.already(name);
        return Ok(());
    }
    steps.run(name, "installing what is missing with apt", || apt::ensure(cache, packages, name))
}
