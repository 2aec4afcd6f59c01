//! `das analyze` as it is started.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{
    fs,
    io::Cursor,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output},
};

use common::{Server, Wav, config};
use serde_json::Value;
use tempfile::TempDir;

const RATE_HZ: u32 = 44_100;
const TONE_HZ: f64 = 5_000.0;
/// The engine analyses at 32 kHz.
const NYQUIST_HZ: f64 = 16_000.0;

/// A folder with `a.wav`: two seconds of a 5 kHz sine of half amplitude in both channels of a 44.1 kHz file.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.wav"), tone()).unwrap();
    folder
}

fn tone() -> Vec<u8> {
    let level = |frame: u32| (f64::from(frame) * std::f64::consts::TAU * TONE_HZ / f64::from(RATE_HZ)).sin() * 16_384.0;
    let samples: Vec<u8> =
        (0..2 * RATE_HZ).flat_map(|frame| [level(frame) as i16; 2]).flat_map(i16::to_le_bytes).collect();
    Wav { channels: 2, rate_hz: RATE_HZ, ..Wav::PCM16 }.file(&samples, samples.len() as u32)
}

fn analyze(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_das")).arg("analyze").args(arguments).current_dir(folder).output().unwrap()
}

/// Runs what must succeed; what it printed.
fn analyzed(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let ended = analyze(folder, arguments);
    assert!(ended.status.success() && ended.stderr.is_empty(), "{arguments:?}: {}", said(&ended));
    ended.stdout
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs what must fail; the one line that it says.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let ended = analyze(folder, arguments);
    let said = said(&ended);
    assert_eq!(ended.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(ended.stdout.is_empty(), "{arguments:?}");
    assert!(said.starts_with("das: ") && said.lines().count() == 1, "{arguments:?}: {said}");
    said
}

/// A document that is what its schema says.
fn document(text: &[u8]) -> Value {
    let schema: Value = serde_json::from_str(include_str!("../../dsp/schema/analysis-2.schema.json")).unwrap();
    let document: Value = serde_json::from_slice(text).unwrap();
    if let Err(error) = jsonschema::validator_for(&schema).unwrap().validate(&document) {
        panic!("{error} at {}", error.instance_path());
    }
    document
}

/// Without what differs from run to run.
fn timeless(mut document: Value) -> Value {
    document.as_object_mut().unwrap().remove("timing").unwrap();
    document
}

/// A picture: its size, and the sum of all colours of each row.
fn rows(png: &[u8]) -> (u32, u32, Vec<u64>) {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgba, png::BitDepth::Eight));
    let sum = |row: &[u8]| row.chunks(4).flat_map(|pixel| &pixel[..3]).map(|&part| u64::from(part)).sum();
    (info.width, info.height, pixels.chunks(info.line_size).map(sum).collect())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_picture_has_the_size_asked_for_and_the_tone_at_its_height() {
    let folder = folder();
    for (size, (width, height)) in [
        (&[][..], (1600, 513)),
        (&["--width", "700", "--height", "320"], (700, 320)),
        (&["--height", "40"], (1600, 40)),
    ] {
        analyzed(folder.path(), &[&["a.wav", "--png", "a.png"], size].concat());
        let (wide, high, rows) = rows(&fs::read(folder.path().join("a.png")).unwrap());
        assert_eq!((wide, high), (width, height));
        let brightest = (0..rows.len()).max_by_key(|&row| rows[row]).unwrap();
        // 0 Hz is at the bottom.
        let expected = f64::from(height) * (1.0 - TONE_HZ / NYQUIST_HZ);
        assert!((brightest as f64 + 0.5 - expected).abs() <= 1.0, "row {brightest} of {height}, not {expected}");
        assert!(rows[brightest] > 3 * rows[rows.len() / 8], "the tone does not stand out");
    }
}

#[test]
fn documents_of_files_and_of_standard_output_are_the_same() {
    let folder = folder();
    assert!(analyzed(folder.path(), &["a.wav", "--json", "a.json"]).is_empty());
    let file = document(&fs::read(folder.path().join("a.json")).unwrap());
    let printed = document(&analyzed(folder.path(), &["a.wav", "--json", "-"]));
    assert_eq!(timeless(file.clone()), timeless(printed));
    let number = |pointer: &str| file.pointer(pointer).unwrap().as_f64().unwrap();
    assert_eq!((number("/source/channels"), number("/source/sample_rate_hz")), (2.0, f64::from(RATE_HZ)));
    assert_eq!(number("/source/duration_s"), 2.0);
    assert!((number("/spectral/peak_frequency_hz") - TONE_HZ).abs() < 2.0, "{}", file["spectral"]);
    assert!((number("/level/peak_dbfs") + 6.02).abs() < 0.02, "{}", file["level"]);
    assert!(file["loudness"].is_object());
    assert_eq!(names(folder.path()), ["a.json", "a.wav"]);
}

#[test]
fn a_quick_analysis_is_a_document_too_and_has_less() {
    let folder = folder();
    let quick = document(&analyzed(folder.path(), &["a.wav", "--quick", "--json", "-"]));
    let full = document(&analyzed(folder.path(), &["a.wav", "--json", "-"]));
    assert_eq!((&quick["level"], &quick["spectral"]), (&full["level"], &full["spectral"]));
    for part in ["loudness", "noise", "series", "third_octaves"] {
        assert!(quick[part].is_null() && !full[part].is_null(), "{part}");
    }
}

#[test]
fn without_an_output_it_says_the_essentials() {
    let folder = folder();
    let text = String::from_utf8(analyzed(folder.path(), &["a.wav", "--png", "a.png"])).unwrap();
    assert!(text.contains("44100 Hz, 2 channels") && text.contains("strongest  5000"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_and_the_server_come_to_the_same_result() {
    let folder = folder();
    let arguments = ["a.wav", "--json", "a.json", "--png", "a.png", "--width", "512", "--height", "256"];
    analyzed(folder.path(), &arguments);
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(config(&data)).await;
    let id = server.accepted("a.wav", &tone()).await;
    server.finished(&id).await;
    let ours = document(&fs::read(folder.path().join("a.json")).unwrap());
    let theirs = document(&server.get(&format!("/api/das/{id}/analysis.json")).await.body);
    assert_eq!(timeless(ours), timeless(theirs));
    let picture = server.get(&format!("/api/das/{id}/spectrogram.png?width=512&height=256")).await.body;
    assert!(fs::read(folder.path().join("a.png")).unwrap() == picture, "the pictures differ");
    server.stop().await;
}

#[test]
fn the_recording_is_never_written_over() {
    let folder = folder();
    symlink("a.wav", folder.path().join("link.wav")).unwrap();
    fs::hard_link(folder.path().join("a.wav"), folder.path().join("hard.wav")).unwrap();
    for option in ["--png", "--json"] {
        for output in ["a.wav", "./a.wav", "link.wav", "hard.wav"] {
            let said = refused(folder.path(), &["a.wav", option, output]);
            assert!(said.contains("is the recording itself; name another file"), "{said}");
        }
    }
    refused(folder.path(), &["link.wav", "--png", "a.wav"]);
    refused(folder.path(), &["a.wav", "--png", "new.png", "--json", "a.wav"]);
    assert!(fs::read(folder.path().join("a.wav")).unwrap() == tone());
    assert_eq!(names(folder.path()), ["a.wav", "hard.wav", "link.wav"]);
}

#[test]
fn two_results_are_two_files() {
    let folder = folder();
    for (png, json) in [("out", "out"), ("out", "./out"), ("-", "-")] {
        let said = refused(folder.path(), &["a.wav", "--png", png, "--json", json]);
        assert!(said.contains("is named for two results; give each a file of its own"), "{said}");
    }
    assert_eq!(names(folder.path()), ["a.wav"]);
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = folder();
    fs::write(folder.path().join("a.png"), "before").unwrap();
    // The picture fits into so many blocks of 512 bytes, the document does not; then neither does.
    for (blocks, arguments) in [
        (64, ["a.wav", "--json", "a.json", "--png", "a.png", "--width", "8", "--height", "8"]),
        (1, ["a.wav", "--json", "a.json", "--png", "a.png", "--width", "800", "--height", "400"]),
    ] {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" analyze \"$@\"");
        let ended = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_das")])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
        assert!(said(&ended).contains("could not be written: File too large"), "{}", said(&ended));
        assert_eq!(fs::read(folder.path().join("a.png")).unwrap(), b"before");
        assert_eq!(names(folder.path()), ["a.png", "a.wav"]);
    }
}

#[test]
fn what_cannot_be_analysed_or_written_is_said_in_one_line() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("empty.wav", b"");
    write("text.wav", "It was a dark and stormy night.\n".repeat(100).as_bytes());
    write("cut.wav", &tone()[..100_000]);
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::write(folder.path().join("before.json"), "before").unwrap();
    for (arguments, ending) in [
        (&["empty.wav", "--json", "before.json"][..], "[empty]"),
        (&["text.wav", "--json", "before.json"], "[not_audio]"),
        (&["cut.wav", "--json", "before.json"], "[truncated]"),
        (&["none.wav", "--json", "before.json"], "none.wav could not be read: No such file or directory (os error 2)"),
        (&["folder", "--json", "before.json"], "folder is not a file"),
        (
            &["a.wav", "--json", "none/a.json"],
            "none/a.json could not be written: No such file or directory (os error 2)",
        ),
        (&["a.wav", "--png", "folder"], "folder could not be written: Is a directory (os error 21)"),
    ] {
        let said = refused(folder.path(), arguments);
        assert!(said.trim_end().ends_with(ending), "{arguments:?}: {said}");
        assert!(said.contains(arguments[0]) || ending.contains("written"), "{arguments:?}: {said}");
    }
    assert_eq!(fs::read(folder.path().join("before.json")).unwrap(), b"before");
    assert_eq!(names(folder.path()).len(), 6);
    for (option, value) in [("--width", "0"), ("--height", "8193"), ("--palette", "plaid")] {
        assert_eq!(analyze(folder.path(), &["a.wav", option, value]).status.code(), Some(2), "{option} {value}");
    }
}
