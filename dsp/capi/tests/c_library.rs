//! The library as C and Python see it. Needs gcc, valgrind and python3, and runs by `cargo xtask test library`.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use support::{declared, exported, fixtures, install, libraries, package, run, run_with, words};

const STRICT: [&str; 6] = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g"];

fn sources(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(package(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    found.sort();
    found
}

/// Compiles the C program, against the shared library unless `how` says otherwise.
fn program(folder: &Path, how: &[&str]) -> PathBuf {
    let program = folder.join("program");
    let mut gcc = Command::new("gcc");
    gcc.args(STRICT).arg("-I").arg(package("include")).args(sources("tests/c", "c"));
    gcc.args(how).arg("-o").arg(&program).arg("-L").arg(libraries()).args(["-ldas", "-lm", "-pthread"]);
    run(&mut gcc);
    program
}

/// Runs it on an empty folder; it counts its own failures.
fn passes(mut command: Command, folder: &Path) {
    let scratch = folder.join("scratch");
    fs::create_dir(&scratch).unwrap();
    let said = run(command.arg(fixtures()).arg(&scratch));
    assert!(said.contains(" checks, 0 failures"), "{said}");
    // Outputs are whole or not there.
    let partial = fs::read_dir(&scratch)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(partial.count(), 0);
}

#[test]
fn every_function_with_good_and_bad_arguments() {
    let folder = tempfile::tempdir().unwrap();
    passes(Command::new(program(folder.path(), &[])), folder.path());
}

#[test]
fn the_same_under_the_sanitizers() {
    let folder = tempfile::tempdir().unwrap();
    let how = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    passes(Command::new(program(folder.path(), &how)), folder.path());
}

#[test]
fn the_same_under_valgrind() {
    let folder = tempfile::tempdir().unwrap();
    let program = program(folder.path(), &[]);
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=full"]);
    // Tables that live as long as the process are reachable through their middle, which counts as possibly lost.
    valgrind.args(["--show-leak-kinds=definite,indirect", "--errors-for-leak-kinds=definite,indirect"]);
    valgrind.arg(program);
    passes(valgrind, folder.path());
}

/// Compiles an example against `libdas.a`; answers the program.
fn linked_statically(example: &str, folder: &Path) -> PathBuf {
    let program = folder.join("example");
    let mut gcc = Command::new("gcc");
    gcc.args(STRICT).arg("-I").arg(package("include")).arg(package(example)).arg("-o").arg(&program);
    gcc.arg(libraries().join("libdas.a")).args(["-lm", "-pthread", "-ldl"]);
    run(&mut gcc);
    program
}

#[test]
fn the_static_library_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let program = linked_statically("examples/analyze.c", folder.path());
    let picture = folder.path().join("picture.png");
    let said = run(Command::new(&program).arg(fixtures().join("flac16.flac")).arg(&picture));
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["source"]["frames"], 66_150);
    assert!(fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

/// What `pkg-config` says of an installed library, or what it would say where it is not there.
fn flags(prefix: &Path) -> Vec<String> {
    let told = Command::new("pkg-config")
        .args(["--cflags", "--libs", "das"])
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .output();
    match told {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
        }
        Err(_) => {
            let (include, lib) = (prefix.join("include"), prefix.join("lib"));
            vec![format!("-I{}", include.display()), format!("-L{}", lib.display()), "-ldas".to_owned()]
        }
    }
}

#[test]
fn the_installed_library_is_found_by_compiler_and_loader() {
    let folder = tempfile::tempdir().unwrap();
    let (prefix, program) = (folder.path().join("prefix"), folder.path().join("example"));
    // Twice: what is there is replaced.
    for _ in 0..2 {
        let installed = install::install(&libraries(), &package("include/das.h"), &prefix).unwrap();
        assert!(installed.iter().all(|path| path.is_file()), "{installed:?}");
    }
    let mut gcc = Command::new("gcc");
    run(gcc.args(STRICT).arg(package("examples/analyze.c")).arg("-o").arg(&program).args(flags(&prefix)).arg("-lm"));
    // The loader needs the soname alone: the link is for the compiler, and the header too.
    fs::remove_file(prefix.join("lib/libdas.so")).unwrap();
    fs::remove_dir_all(prefix.join("include")).unwrap();
    let picture = folder.path().join("picture.png");
    let said = run_with(&prefix.join("lib"), Command::new(&program).arg(fixtures().join("flac16.flac")).arg(&picture));
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["source"]["frames"], 66_150);
    // Under another number there is another library.
    let refused = Command::new(&program).env("LD_LIBRARY_PATH", folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("libdas.so.1"), "{refused:?}");
}

#[test]
fn the_example_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    let program = linked_statically("examples/spectrogram.c", folder.path());
    let picture = folder.path().join("picture.png");
    run(Command::new(&program).arg(fixtures().join("flac16.flac")).arg(&picture));
    assert!(fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn the_header_is_one_of_cpp_too() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("cpp");
    let mut cpp = Command::new("g++");
    cpp.args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"]).arg(package("include"));
    cpp.args(sources("tests/c", "cpp")).arg("-o").arg(&program).arg("-L").arg(libraries()).arg("-ldas");
    run(&mut cpp);
    run(&mut Command::new(program));
}

#[test]
fn every_symbol_is_declared_and_tested() {
    let exported = exported();
    let declared = declared();
    let tested: String = sources("tests/c", "c").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let tested = words(&tested);
    assert!(exported.len() > 50, "{exported:?}");
    for name in &exported {
        assert!(name.starts_with("das_"), "{name} is exported");
        assert!(declared.contains(name), "{name} is not in das.h");
        assert!(tested.contains(name), "{name} is not in the C tests");
    }
    // das_progress is the type of a function.
    for name in declared.iter().filter(|name| *name != "das_progress") {
        assert!(exported.contains(name), "{name} is declared and not exported");
    }
}

#[test]
fn python_needs_ten_lines() {
    let example = package("examples/analyze.py");
    let said = run(Command::new("python3").arg(&example).arg(fixtures().join("mp3.mp3")));
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["source"]["codec"], "mp3");
    let refused = Command::new("python3")
        .arg(&example)
        .arg(fixtures().join("make.sh"))
        .env("LD_LIBRARY_PATH", libraries())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not a sound file"), "{refused:?}");
}

#[test]
fn the_readme_shows_the_examples_that_are_tested() {
    let readme = fs::read_to_string(package("README.md")).unwrap();
    for example in ["examples/analyze.py", "examples/spectrogram.c"] {
        let text = fs::read_to_string(package(example)).unwrap();
        assert!(readme.contains(text.trim_end()), "{example} is not in the README as it is");
    }
}
