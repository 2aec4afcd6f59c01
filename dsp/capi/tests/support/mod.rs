//! Where the library is, and how other programs are run on it.

#![allow(dead_code)]

#[path = "../../../../xtask/src/library/install.rs"]
pub mod install;

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder of libdas.so and libdas.a: cargo has built them with this test, beside it. Programs that were linked ask for
/// the library by its soname, which is put there.
pub fn libraries() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    assert!(folder.join("libdas.so").is_file(), "there is no libdas.so in {}", folder.display());
    let header = fs::read_to_string(package("include/das.h")).unwrap();
    let soname = folder.join(format!("libdas.so.{}", install::abi_version(&header).unwrap()));
    match symlink("libdas.so", &soname) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => panic!("{}: {error}", soname.display()),
        _ => folder.to_path_buf(),
    }
}

/// A path in this package.
pub fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sounds of the end-to-end tests.
pub fn fixtures() -> PathBuf {
    package("../../tests/fixtures").canonicalize().unwrap()
}

/// Standard output of a program that must succeed.
pub fn run(command: &mut Command) -> String {
    run_with(&libraries(), command)
}

/// The same with the shared library of another folder.
pub fn run_with(libraries: &Path, command: &mut Command) -> String {
    let output = command.env("LD_LIBRARY_PATH", libraries).output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "{error}: {command:?}\n`cargo xtask test` installs what these tests need: gcc, valgrind, python3, rakudo"
        )
    });
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

/// Names of the functions that the library exports.
pub fn exported() -> Vec<String> {
    let listed = run(Command::new("nm").args(["-D", "--defined-only"]).arg(libraries().join("libdas.so")));
    let mut names: Vec<String> =
        listed.lines().filter_map(|line| line.split_once(" T ")).map(|(_, name)| name.to_owned()).collect();
    names.sort();
    names
}

/// All words of a text that are names of this library's functions or types.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("das_")).map(str::to_owned).collect()
}

/// Names of the functions that das.h declares.
pub fn declared() -> Vec<String> {
    let header = fs::read_to_string(package("include/das.h")).unwrap();
    let code = header.lines().filter(|line| !line.trim_start().starts_with("//") && !line.starts_with(" *"));
    code.filter_map(|line| line.split_once('(')).filter_map(|(before, _)| words(before).pop()).collect()
}
