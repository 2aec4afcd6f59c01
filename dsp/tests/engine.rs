//! The operations by name, from files to files.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use dsp::{
    Parameters,
    decode::Limits,
    engine::{
        AnalysisRequest, BatchError, BatchRequest, Cancel, EngineError, FftRequest, MixTarget, MixingRequest,
        ResamplingRequest, Sound, SoundTrack, SpectrogramRequest, Subject, das_batch, do_analysis, do_fft, do_mixing,
        do_resampling, mix_sounds, save_spectrogram,
    },
    mix::{ChannelMask, Scale},
    wav::Encoding,
};
use serde_json::{Value, json};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

fn sine(frequency_hz: f64, amplitude: f64, rate_hz: u32, frames: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU * frequency_hz / f64::from(rate_hz);
    (0..frames).map(|n| (amplitude * (step * n as f64).sin()) as f32).collect()
}

#[test]
fn the_chain_of_the_frequency_visualizer() {
    // Resample to 32 kHz, mix, transform, analyse.
    let sound = Sound::new(44_100, vec![sine(1000.0, 0.5, 44_100, 88_200), vec![0.0; 88_200]]).unwrap();
    let resampled = do_resampling(&sound, &ResamplingRequest::default()).unwrap();
    assert_eq!((resampled.sample_rate_hz(), resampled.frames()), (32_000, 64_000));
    let mono = do_mixing(&resampled, &MixingRequest::default()).unwrap();
    assert_eq!(mono.channels().len(), 1);
    let spectra = do_fft(&mono, &FftRequest::default()).unwrap();
    assert_eq!((spectra.frames(), spectra.bins()), (1 + 64_000 / 512, 1025));
    // 1 kHz lies on cell 64; amplitude 0.5 / 2 channels.
    let level = 10.0 * spectra.frame(60).unwrap()[64].log10();
    assert!((level + 12.0412).abs() < 1e-3, "{level}");
    assert_eq!((spectra.frame(126), spectra.frame(usize::MAX)), (None, None));
    let json = do_analysis(Subject::Spectra(&spectra), &AnalysisRequest::default()).unwrap().to_json().unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["stft"]["frames"], json!(126));
    assert!((document["spectral"]["peak_frequency_hz"].as_f64().unwrap() - 1000.0).abs() < 0.1, "{json}");
}

#[test]
fn file_sound_and_spectra_have_the_same_statistics() {
    let request = AnalysisRequest::default();
    let document = |subject| -> Value {
        serde_json::from_str(&do_analysis(subject, &request).unwrap().to_json().unwrap()).unwrap()
    };
    let path = fixture("wav16.wav");
    let sound = Sound::load(&path, &Limits::default()).unwrap();
    let of_file = document(Subject::File(&path));
    let of_sound = document(Subject::Sound(&sound));
    for part in ["level", "spectral", "spectrogram", "parameters"] {
        assert_eq!(of_file[part], of_sound[part], "{part}");
    }
    assert_eq!(of_sound["source"]["size_bytes"], json!(66_150 * 2 * 4));
    let mono = do_resampling(&do_mixing(&sound, &MixingRequest::default()).unwrap(), &ResamplingRequest::default());
    let spectra = do_fft(&mono.unwrap(), &FftRequest::default()).unwrap();
    // The analysis has a resampler of its own.
    let of_spectra = document(Subject::Spectra(&spectra));
    for figure in ["centroid_hz", "peak_frequency_hz"] {
        let (here, there) = (&of_spectra["spectral"][figure], &of_file["spectral"][figure]);
        assert!((here.as_f64().unwrap() / there.as_f64().unwrap() - 1.0).abs() < 1e-3, "{figure}: {here} {there}");
    }
}

#[test]
fn the_identity_of_a_file_is_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    Sound::new(8_000, vec![sine(440.0, 0.5, 8_000, 8_000)]).unwrap().save(&path, Encoding::Pcm16).unwrap();
    let outcome = do_analysis(Subject::File(&path), &AnalysisRequest::default()).unwrap();
    let document: Value = serde_json::from_str(&outcome.to_json().unwrap()).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(document["source"]["size_bytes"], json!(bytes.len()));
    let sum = std::process::Command::new("sha256sum").arg(&path).output().unwrap().stdout;
    assert_eq!(document["source"]["sha256"].as_str().unwrap().as_bytes(), &sum[..64]);
}

#[test]
fn a_spectrogram_is_saved_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("a.png");
    let save = |input: &str, request: &SpectrogramRequest| {
        save_spectrogram(&fixture(input), &picture, request, &Parameters::default(), &Limits::default())
    };
    for (name, bad) in [
        ("width", SpectrogramRequest { width: 0, ..Default::default() }),
        ("height", SpectrogramRequest { height: 16_385, ..Default::default() }),
        ("width x height", SpectrogramRequest { width: 16_384, height: 16_384, ..Default::default() }),
        ("low_dbfs", SpectrogramRequest { low_dbfs: f32::NAN, ..Default::default() }),
        ("high_dbfs", SpectrogramRequest { high_dbfs: -100.0, ..Default::default() }),
    ] {
        let error = save("flac16.flac", &bad).unwrap_err();
        assert!(matches!(&error, EngineError::Parameter(error) if error.name == name), "{name}: {error}");
    }
    assert_eq!(save("no-such-file.wav", &SpectrogramRequest::default()).unwrap_err().code(), "unreadable");
    assert_eq!(save("", &SpectrogramRequest::default()).unwrap_err().code(), "unreadable");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let outcome = save("flac16.flac", &SpectrogramRequest { width: 300, height: 200, ..Default::default() }).unwrap();
    assert_eq!(outcome.spectrogram.bins, 1025);
    let png = fs::read(&picture).unwrap();
    assert_eq!((&png[1..4], &png[16..24]), (&b"PNG"[..], &[0, 0, 1, 44, 0, 0, 0, 200][..]));
}

#[test]
fn sound_is_checked() {
    let code = |sound: Result<Sound, EngineError>| sound.unwrap_err().code();
    assert_eq!(code(Sound::new(0, vec![vec![]])), "bad_request");
    assert_eq!(code(Sound::new(768_001, vec![vec![]])), "bad_request");
    assert_eq!(code(Sound::new(44_100, vec![])), "bad_request");
    assert_eq!(code(Sound::new(44_100, vec![vec![]; 65])), "bad_request");
    assert_eq!(code(Sound::new(44_100, vec![vec![0.0], vec![]])), "bad_request");
    assert_eq!(code(Sound::new(44_100, vec![vec![f32::NAN]])), "not_finite");
    assert_eq!(code(Sound::from_interleaved(44_100, 2, &[0.0; 3])), "bad_request");
    assert_eq!(code(Sound::from_interleaved(44_100, 0, &[0.0; 3])), "bad_request");
    let sound = Sound::from_interleaved(44_100, 2, &[1.0, 2.0, 3.0, 4.0]).unwrap();
    assert_eq!(sound.channels(), [[1.0, 3.0], [2.0, 4.0]]);
    let empty = Sound::new(44_100, vec![vec![]]).unwrap();
    assert_eq!(do_analysis(Subject::Sound(&empty), &AnalysisRequest::default()).unwrap_err().code(), "empty");
    let limits = Limits { max_duration_s: 1.0, ..Limits::default() };
    assert_eq!(Sound::load(&fixture("wav16.wav"), &limits).unwrap_err().code(), "too_long");
}

fn request(folder: &Path, files: &[PathBuf]) -> BatchRequest {
    let text = json!({
        "files": files,
        "output_folder": folder,
        "operations": [
            { "operation": "spectrogram", "width": 64, "height": 32, "palette": "viridis" },
            { "operation": "resampling", "rate_hz": 22_050, "encoding": "pcm16" },
            { "operation": "mixing" },
            { "operation": "fft", "window_length_frames": 1024 },
            { "operation": "analysis" },
        ],
        "parameters": { "hop_frames": 1024 },
        "threads": 2,
    });
    BatchRequest::from_json(&text.to_string()).unwrap()
}

#[test]
fn a_batch_goes_on_past_bad_files() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.flac");
    let bytes = fs::read(fixture("flac16.flac")).unwrap();
    fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let files = [fixture("wav16.wav"), broken, fixture("missing.wav"), fixture("mp3.mp3"), fixture("wav16.wav")];
    let mut seen = Vec::new();
    let outcome = das_batch(&request(&out, &files), &Cancel::default(), |progress| {
        seen.push((progress.files_done, progress.share));
        ControlFlow::Continue(())
    })
    .unwrap();

    assert_eq!((outcome.succeeded, outcome.failed), (15, 10));
    let codes: Vec<Option<String>> =
        outcome.files.iter().map(|file| file.items[0].problem.as_ref().map(|problem| problem.code.clone())).collect();
    assert!(["corrupt", "truncated"].contains(&codes[1].as_deref().unwrap()), "{codes:?}");
    assert_eq!((&codes[0], codes[2].as_deref(), &codes[3], &codes[4]), (&None, Some("unreadable"), &None, &None));
    assert!(seen.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1), "{seen:?}");
    assert_eq!(seen.last(), Some(&(5, 1.0)));

    let mut written: Vec<String> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    written.sort();
    let ends = ["22050.wav", "analysis.json", "fft.json", "mono.wav", "spectrogram.png"];
    let expected: Vec<String> = ["mp3.mp3", "wav16.wav", "wav16.wav.2"]
        .iter()
        .flat_map(|name| ends.iter().map(move |end| format!("{name}.{end}")))
        .collect();
    let mut sorted = expected.clone();
    sorted.sort();
    assert_eq!(written, sorted);

    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(out.join(name)).unwrap()).unwrap() };
    assert_eq!(read("wav16.wav.analysis.json")["parameters"]["hop_frames"], json!(1024));
    let fft = read("wav16.wav.fft.json");
    assert_eq!(fft["mean_dbfs"].as_array().unwrap().len(), 513);
    // What the batch wrote is what the single operations give.
    let sound = Sound::load(&fixture("wav16.wav"), &Limits::default()).unwrap();
    let mono = Sound::load(&out.join("wav16.wav.mono.wav"), &Limits::default()).unwrap();
    assert_eq!(mono, do_mixing(&sound, &MixingRequest::default()).unwrap());
    let resampled = do_resampling(&sound, &ResamplingRequest { rate_hz: 22_050, ..Default::default() }).unwrap();
    let written = Sound::load(&out.join("wav16.wav.22050.wav"), &Limits::default()).unwrap();
    assert_eq!(written.frames(), resampled.frames());
    let worst = written.channels()[0].iter().zip(&resampled.channels()[0]).map(|(a, b)| (a - b).abs());
    assert!(worst.fold(0.0, f32::max) <= 0.5 / 32_768.0);
}

#[test]
fn a_batch_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let files = vec![fixture("wav16.wav"); 20];
    let mut request = request(folder.path(), &files);
    request.threads = 1;
    let cancel = Cancel::default();
    let outcome = das_batch(&request, &cancel, |progress| match progress.files_done {
        2.. => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .unwrap();
    assert!(cancel.is_cancelled());
    assert!((10..=20).contains(&outcome.succeeded), "{}", outcome.succeeded);
    assert_eq!(outcome.files[19].items[0].problem.as_ref().unwrap().code, "cancelled");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count() as u64, outcome.succeeded);
    let outcome = das_batch(&request, &cancel, |_| panic!("nothing is done")).unwrap();
    assert_eq!((outcome.succeeded, outcome.failed), (0, 100));
}

#[test]
fn sounds_are_mixed_to_stereo() {
    let one = Sound::new(8_000, vec![vec![0.5; 100]]).unwrap();
    let two = Sound::new(8_000, vec![vec![0.25; 50], vec![-0.25; 50]]).unwrap();
    let track = |sound, pan, start_frame| SoundTrack { sound, gain_db: 0.0, pan, start_frame };
    let mixed = mix_sounds(&[track(&one, -1.0, 0), track(&two, 0.0, 80)], 0.0).unwrap();
    assert_eq!((mixed.sound.channels().len(), mixed.sound.frames(), mixed.headroom_db), (2, 130, 0.0));
    assert_eq!((mixed.sound.channels()[0][90], mixed.sound.channels()[1][90]), (0.75, -0.25));
    let other = Sound::new(16_000, vec![vec![0.0]]).unwrap();
    for bad in [vec![], vec![track(&one, 0.0, 0), track(&other, 0.0, 0)], vec![track(&one, f64::NAN, 0)]] {
        assert_eq!(mix_sounds(&bad, 0.0).unwrap_err().code(), "bad_request");
    }
    assert_eq!(mix_sounds(&[track(&one, 0.0, usize::MAX)], 0.0).unwrap_err().code(), "too_large");
    let request = MixingRequest { to: MixTarget::Stereo, scale: Scale::Safe, ..Default::default() };
    let surround = Sound::new(8_000, vec![vec![1.0; 10]; 6]).unwrap();
    assert_eq!(do_mixing(&surround, &request).unwrap().channels().len(), 2);
}

#[test]
fn loudspeakers_go_along_from_file_to_file() {
    let folder = tempfile::tempdir().unwrap();
    // Left, right and LFE.
    let mask = ChannelMask::new(0xb, 3);
    let sound = Sound::new(8_000, vec![vec![0.5; 80], vec![0.25; 80], vec![1.0; 80]]).unwrap().with_channel_mask(mask);
    let path = folder.path().join("2.1.wav");
    sound.save(&path, Encoding::Float32).unwrap();
    let loaded = Sound::load(&path, &Limits::default()).unwrap();
    assert_eq!(loaded, sound);
    let request = MixingRequest { to: MixTarget::Stereo, ..Default::default() };
    assert_eq!(do_mixing(&loaded, &request).unwrap().channels(), &sound.channels()[..2]);
    // Without their names, the third is taken for the centre.
    let nameless = do_mixing(&loaded.clone().with_channel_mask(None), &request).unwrap();
    assert!((nameless.channels()[1][0] - 0.957_106_8).abs() < 1e-6);
    let slower = do_resampling(&loaded, &ResamplingRequest { rate_hz: 4_000, ..Default::default() }).unwrap();
    assert_eq!((slower.channel_mask(), nameless.channel_mask()), (mask, None));
    assert_eq!(Sound::new(8_000, vec![vec![0.0]; 2]).unwrap().with_channel_mask(mask).channel_mask(), None);
}

#[test]
fn bad_requests_do_not_begin() {
    let folder = tempfile::tempdir().unwrap();
    let good = serde_json::to_value(request(folder.path(), &[fixture("wav16.wav")])).unwrap();
    let mut bad = Vec::new();
    for (pointer, value) in [
        ("/files", json!([])),
        ("/operations", json!([])),
        ("/operations/0/width", json!(0)),
        ("/operations/1/rate_hz", json!(1)),
        ("/operations/3/hop_frames", json!(0)),
        ("/operations/2", json!({ "operation": "analysis" })),
        ("/parameters/window_length_frames", json!(1000)),
        ("/output_folder", json!("/no/such/folder")),
        ("/threads", json!(257)),
    ] {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let request = BatchRequest::from_json(&changed.to_string()).unwrap();
        bad.push(das_batch(&request, &Cancel::default(), |_| ControlFlow::Continue(())).unwrap_err().to_string());
    }
    assert!(bad[0].contains("files") && bad[2].contains("width") && bad[7].contains("/no/such/folder"), "{bad:?}");
    for (key, value) in [
        ("parameters", json!({ "hop": 1 })),
        ("speed", json!(1)),
        ("operations", json!([{ "operation": "echo" }])),
        ("operations", json!([{ "operation": "mixing", "gain": 1 }])),
    ] {
        let mut changed = good.clone();
        changed[key] = value;
        assert!(matches!(BatchRequest::from_json(&changed.to_string()), Err(BatchError::Json(_))), "{changed}");
    }
}
