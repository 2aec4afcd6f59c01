//! What is installed of the C library, and under which names. Also compiled into the tests of `dsp/capi`, which build C
//! programs against the result.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The number in the library's soname, as its header has it.
pub fn abi_version(header: &str) -> Option<u32> {
    header.lines().find_map(|line| line.strip_prefix("#define DAS_ABI_VERSION ")?.trim().parse().ok())
}

/// Copies `libdas.so` and `libdas.a` of the folder `built`, and the header, to `prefix`; answers what is there now.
///
/// The shared library is installed under its soname `libdas.so.N`, which is what the loader looks for; `libdas.so`, which
/// is what `cc -ldas` looks for, is a link to it. So two versions of the binary interface can stand side by side.
pub fn install(built: &Path, header: &Path, prefix: &Path) -> io::Result<Vec<PathBuf>> {
    let unnumbered = || io::Error::new(io::ErrorKind::InvalidData, "das.h has no DAS_ABI_VERSION");
    let soname = format!("libdas.so.{}", abi_version(&fs::read_to_string(header)?).ok_or_else(unnumbered)?);
    let (lib, include) = (prefix.join("lib"), prefix.join("include"));
    let description = lib.join("pkgconfig/das.pc");
    fs::create_dir_all(lib.join("pkgconfig"))?;
    fs::create_dir_all(&include)?;
    let files = [
        (built.join("libdas.so"), lib.join(&soname)),
        (built.join("libdas.a"), lib.join("libdas.a")),
        (header.to_path_buf(), include.join("das.h")),
    ];
    for (from, to) in &files {
        replace(to, |partial| fs::copy(from, partial).map(drop))?;
    }
    let link = lib.join("libdas.so");
    replace(&link, |partial| std::os::unix::fs::symlink(&soname, partial))?;
    replace(&description, |partial| fs::write(partial, pkg_config(prefix)))?;
    Ok(files.into_iter().map(|(_, to)| to).chain([link, description]).collect())
}

/// Puts a file in the place of another at once: programs that run keep the one they have loaded.
fn replace(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let partial = path.with_extension("part");
    match fs::remove_file(&partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write(&partial)?;
    fs::rename(&partial, path)
}

fn pkg_config(prefix: &Path) -> String {
    format!(
        "prefix={}\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\n\
         Name: das\nDescription: The audio engine of DAS\nVersion: {}\n\
         Libs: -L${{libdir}} -ldas\nLibs.private: -lm -ldl -pthread\nCflags: -I${{includedir}}\n",
        prefix.display(),
        env!("CARGO_PKG_VERSION"),
    )
}
