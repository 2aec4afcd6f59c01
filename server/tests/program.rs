//! The program as it is started.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

#[test]
fn a_log_that_is_no_terminal_has_no_colours() {
    let folder = tempfile::tempdir().unwrap();
    let mut das = Command::new(env!("CARGO_BIN_EXE_das"))
        .args(["serve", "--port", "0"])
        .current_dir(folder.path())
        .env_remove("NO_COLOR")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(das.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
    assert!(ready.starts_with("listening on http://127.0.0.1:"), "{ready}");
    kill_process(Pid::from_child(&das), Signal::TERM).unwrap();
    let ended = das.wait_with_output().unwrap();
    assert!(ended.status.success());
    let log = String::from_utf8(ended.stderr).unwrap();
    assert!(log.contains("stopping") && !log.contains('\u{1b}'), "{log:?}");
}
