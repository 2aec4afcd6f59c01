//! The program as it is started.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    fs::OpenOptions,
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
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

fn das(folder: &Path, arguments: &[&str]) -> Command {
    let mut das = Command::new(env!("CARGO_BIN_EXE_das"));
    das.args(arguments).current_dir(folder).env("TMPDIR", folder);
    das
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A WAV file of a tenth of a second.
fn sound(folder: &Path) {
    let size = 3_200u32;
    let mut file = b"RIFF".to_vec();
    file.extend((size + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data");
    file.extend(size.to_le_bytes());
    file.extend((0..size / 2).flat_map(|frame| ((frame % 16) as i16 * 1_000).to_le_bytes()));
    std::fs::write(folder.join("a.wav"), file).unwrap();
}

/// Everything that prints.
const PRINTING: [&[&str]; 6] = [
    &["config"],
    &["balancer", "simulate", "--tasks", "100"],
    &["balancer", "trace", "--tasks", "5000"],
    &["balancer", "bench", "--tasks", "8", "--clients", "2", "--slots", "2", "--inserts", "2"],
    &["analyze", "a.wav"],
    &["analyze", "a.wav", "--json", "-"],
];

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    sound(folder.path());
    for arguments in PRINTING {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let ended = das(folder.path(), arguments).stdout(writer).output().unwrap();
        assert!(ended.status.success() && ended.stderr.is_empty(), "{arguments:?}: {}", said(&ended));
    }
}

#[test]
fn an_output_that_takes_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    sound(folder.path());
    for arguments in PRINTING {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = das(folder.path(), arguments).stdout(full).output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}: {}", said(&ended));
        let said = said(&ended);
        assert!(said.starts_with("das: ") && said.contains("No space left"), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    }
}

#[test]
fn a_pipe_without_a_writer_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe.wav")).status().unwrap().success());
    let mut das = das(folder.path(), &["analyze", "pipe.wav"]).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while das.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(20) {
            das.kill().unwrap();
            das.wait().unwrap();
            panic!("it waits for the pipe");
        }
        sleep(Duration::from_millis(10));
    }
    let ended = das.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), said(&ended).as_str()), (Some(1), "das: pipe.wav is not a file\n"));
}

#[test]
fn a_trace_is_read_or_made_up_but_not_both() {
    let folder = tempfile::tempdir().unwrap();
    let trace = das(folder.path(), &["balancer", "trace", "--tasks", "50"]).output().unwrap();
    std::fs::write(folder.path().join("trace.csv"), trace.stdout).unwrap();
    let simulate = |more: &[&str]| {
        let arguments = [&["balancer", "simulate", "--policy", "fifo", "--trace", "trace.csv"], more].concat();
        das(folder.path(), &arguments).output().unwrap()
    };
    for (option, value) in [("--tasks", "7"), ("--users", "7"), ("--load", "0.7"), ("--seed", "7")] {
        let ended = simulate(&[option, value]);
        assert_eq!(ended.status.code(), Some(2), "{option}: {}", said(&ended));
        assert!(said(&ended).contains("cannot be used with"), "{option}: {}", said(&ended));
    }
    // So many engines play either.
    let ended = simulate(&["--engines", "2"]);
    assert!(ended.status.success(), "{}", said(&ended));
}

#[test]
fn the_bench_leaves_folders_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let bench = |to: &str| {
        let arguments = ["balancer", "bench", "--tasks", "8", "--clients", "2", "--slots", "2", "--inserts", "2"];
        das(folder.path(), &[&arguments[..], &["--folder", to]].concat()).output().unwrap()
    };
    let ended = bench("none");
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(said(&ended).contains("none/das-bench-"), "{}", said(&ended));
    assert!(!folder.path().join("none").exists());
    std::fs::create_dir(folder.path().join("there")).unwrap();
    let ended = bench("there");
    assert!(ended.status.success(), "{}", said(&ended));
    assert_eq!(std::fs::read_dir(folder.path().join("there")).unwrap().count(), 0);
}

#[test]
fn what_the_simulator_cannot_take_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for (option, value, sentence) in [
        ("--policy", "nonsense", "the policies are fifo, priority, fair_share, shortest_first, affinity"),
        ("--weight", "ann", "user=weight is expected, with a weight of 0.001 to 1000"),
        ("--weight", "ann=0", "user=weight is expected, with a weight of 0.001 to 1000"),
        ("--weight", "a b=1", "user=weight is expected, with a weight of 0.001 to 1000"),
        ("--memory", "much", "invalid digit"),
        ("--load", "nan", "the load is 0.01 to 100"),
        ("--engines", "0", "0 is not in 1..=100000"),
        ("--accelerators", "0", "0 is not in 1..=100000"),
    ] {
        let ended = das(folder.path(), &["balancer", "simulate", option, value]).output().unwrap();
        let said = said(&ended);
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0), "{option} {value}: {said}");
        assert!(said.contains(sentence) && said.contains(option), "{option} {value}: {said}");
    }
}

#[test]
fn a_bad_line_of_a_trace_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let header = server::balancer::simulate::HEADER;
    for (text, sentence) in [
        (String::new(), "the first line is not".to_owned()),
        ("at_s,user\n".into(), "the first line is not".into()),
        (format!("{header}\n1,ann,cpu,0,noop,1,1,0,,0,0\n2,ann\n"), "line 3: eleven fields".into()),
        (format!("{header}\n1,ann,gpu,0,noop,1,1,0,,0,0\n"), "line 2: the class cpu".into()),
        (format!("{header}\n1,ann,cpu,0,noop,1,x,0,,0,0\n"), "line 2: cost_s".into()),
    ] {
        std::fs::write(folder.path().join("trace.csv"), &text).unwrap();
        let ended = das(folder.path(), &["balancer", "simulate", "--trace", "trace.csv"]).output().unwrap();
        let said = said(&ended);
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(1), 0), "{text:?}: {said}");
        assert!(said.starts_with("das: trace.csv: ") && said.contains(&sentence), "{text:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{text:?}: {said}");
    }
    let ended = das(folder.path(), &["balancer", "simulate", "--trace", "none.csv"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(said(&ended).starts_with("das: none.csv: "), "{}", said(&ended));
}

#[test]
fn weights_and_memory_change_what_is_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| {
        let fixed = ["balancer", "simulate", "--tasks", "2000", "--load", "2", "--policy", "fair_share"];
        let ended = das(folder.path(), &[&fixed[..], more].concat()).output().unwrap();
        assert!(ended.status.success(), "{more:?}: {}", said(&ended));
        let text = String::from_utf8(ended.stdout).unwrap();
        // The time that it took to simulate is another one each time.
        text.rsplit_once("   (").unwrap().0.to_owned()
    };
    assert_eq!(run(&[]), run(&[]), "the same seed, the same report");
    assert_ne!(run(&[]), run(&["--weight", "user-1=10", "--weight", "user-2=0.1"]));
    assert_ne!(run(&[]), run(&["--memory", "200000000"]));
    assert_ne!(run(&[]), run(&["--accelerators", "2"]));
}
