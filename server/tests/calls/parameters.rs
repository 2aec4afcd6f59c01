//! What operations can be asked for besides the usual.

use dsp::window::Window;

use super::*;

/// 5.1 with a level of its own on each channel: L, R, C, LFE, Ls, Rs.
fn surround() -> Vec<u8> {
    let levels = [1_000i16, 2_000, 4_000, 8_000, 500, 250];
    let data: Vec<u8> = (0..2_000).flat_map(|_| levels).flat_map(i16::to_le_bytes).collect();
    Wav { channels: 6, ..Wav::PCM16 }.file(&data, data.len() as u32)
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_mixed_by_the_coefficients_of_the_layout() {
    let (_folder, server) = server().await;
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let mean = 15_750.0 / 6.0;
    let mono = half * (1_000.0 + 2_000.0) + 4_000.0 + 0.5 * (500.0 + 250.0);
    let left = 1_000.0 + half * (4_000.0 + 500.0);
    // The largest sum of one output: 1 + 2 / sqrt 2 of the sides, 2 + 2 / sqrt 2 of the middle.
    let (safe_left, safe_mono) = (left / (1.0 + 2.0 * half), mono / (2.0 + 2.0 * half));
    for (path, channels, first, name) in [
        ("mix", 1, mean, "sound.mono.wav"),
        ("mix?to=mean", 1, mean, "sound.mono.wav"),
        ("mix?to=mono", 1, mono, "sound.downmix-mono.wav"),
        ("mix?to=stereo", 2, left, "sound.downmix-stereo.wav"),
        ("mix?to=stereo&scale=safe", 2, safe_left, "sound.downmix-stereo.wav"),
        ("mix?to=mono&scale=safe", 1, safe_mono, "sound.downmix-mono.wav"),
    ] {
        let reply = call(&server, path, surround()).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        assert!(reply.header("content-disposition").contains(name), "{path}: {}", reply.header("content-disposition"));
        let (rate_hz, mixed, samples) = decoded(&reply.body);
        assert_eq!((rate_hz, mixed, samples.len()), (16_000, channels, 2_000), "{path}");
        let level = samples[1_000] * 32_768.0;
        assert!((level - first).abs() < 0.01, "{path}: {level} for {first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn better_presets_let_less_through() {
    let (_folder, server) = server().await;
    // 7 kHz lies above half of the new rate: what is left of it is the stop-band.
    let data: Vec<u8> = (0..32_000u32)
        .flat_map(|frame| ((f64::from(frame) * 7.0 / 16.0 * std::f64::consts::TAU).sin() as f32).to_le_bytes())
        .collect();
    let high = Wav::FLOAT.file(&data, data.len() as u32);
    let mut lengths = std::collections::BTreeSet::new();
    for (quality, stop_band_db) in [("db80", 80.0), ("db100", 100.0), ("db120", 120.0), ("db140", 140.0)] {
        let reply = call(&server, &format!("resample?rate_hz=8000&quality={quality}"), high.clone()).await;
        assert_eq!(reply.status, StatusCode::OK, "{quality}: {}", reply.text());
        let (_, _, samples) = decoded(&reply.body);
        lengths.insert(samples.len());
        let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let power = middle.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / middle.len() as f64;
        let level_db = 10.0 * (2.0 * power).max(1e-30).log10();
        assert!(level_db < -stop_band_db, "{quality} leaves {level_db} dB");
    }
    assert_eq!(lengths.len(), 1, "the same length whatever the preset");
    let usual = call(&server, "resample?rate_hz=8000", high.clone()).await;
    assert!(usual.body == call(&server, "resample?rate_hz=8000&quality=db120", high).await.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn kaiser_windows_have_their_beta() {
    let (_folder, server) = server().await;
    let document = async |path: &str| -> serde_json::Value {
        let reply = call(&server, path, sine(1.0)).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.json()
    };
    let narrow = document("fft?window=kaiser_periodic&beta=0").await;
    let wide = document("fft?window=kaiser_periodic&beta=20").await;
    let rectangular = document("fft?window=rectangular").await;
    assert_eq!(narrow["max_dbfs"], rectangular["max_dbfs"], "without a beta nothing is left of the window");
    // 1 kHz is bin 128: the main lobe of the wide window still has bin 130.
    let beside = |document: &serde_json::Value| document["mean_dbfs"][130].as_f64().unwrap();
    assert!(beside(&wide) > beside(&narrow), "{} and {}", beside(&wide), beside(&narrow));
    assert_eq!(wide["request"]["window"]["kaiser_periodic"]["beta"], 20.0, "{}", wide["request"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_analysis_names_the_transform_that_was_asked_for() {
    let (_folder, server) = server().await;
    let path = "analysis?window_length_frames=4096&hop_frames=1024&window=kaiser_symmetric&beta=9&precision=double";
    let reply = call(&server, path, sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let analysis: dsp::analysis::Analysis = reply.json();
    let parameters = analysis.parameters;
    assert_eq!((parameters.window_length_frames, parameters.hop_frames), (4_096, 1_024));
    assert_eq!(parameters.window, Window::KaiserSymmetric { beta: 9.0 });
    assert!(!parameters.precision.is_single());
    assert!((analysis.spectral.peak_frequency_hz.unwrap() - 1_000.0).abs() < 1.0);

    let picture = async |path: &str| call(&server, path, sine(1.0)).await.body;
    let usual = picture("spectrogram?width=64&height=64").await;
    assert_eq!(usual[..8], *b"\x89PNG\r\n\x1a\n");
    assert!(usual == picture("spectrogram?width=64&height=64&window_length_frames=2048&precision=single").await);
    assert!(usual != picture("spectrogram?width=64&height=64&window_length_frames=256&hop_frames=64").await);
    // A task has the same parameters.
    let queued = queued(&server, &format!("{path}&task=true"), sine(1.0)).await;
    let call = finished(&server, &queued.id).await;
    let analysis: dsp::analysis::Analysis = result(&server, &call.id).await.json();
    assert_eq!(analysis.parameters, parameters);
}

#[tokio::test(flavor = "multi_thread")]
async fn transforms_that_take_long_are_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Calls { max_duration_s: 10.0, ..Calls::default() };
    let server = Server::start_without_engines(Config { calls, ..config(&folder) }).await;
    assert_eq!(call(&server, "spectrogram", sine(2.0)).await.status, StatusCode::OK);
    for path in ["spectrogram?hop_frames=32", "analysis?window_length_frames=65536", "fft?hop_frames=8"] {
        let reply = call(&server, path, sine(2.0)).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{path}: {}", reply.text());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_api_has_every_parameter() {
    let (_folder, server) = server().await;
    let document: serde_json::Value = server.get("/api/openapi.json").await.json();
    let stft = ["window_length_frames", "hop_frames", "window", "beta"];
    for (path, names) in [
        ("fft", [&stft[..], &[]].concat()),
        ("spectrogram", [&stft[..], &["precision", "width", "low_dbfs"]].concat()),
        ("analysis", [&stft[..], &["precision", "measures"]].concat()),
        ("mix", vec!["to", "scale", "encoding"]),
        ("resample", vec!["rate_hz", "quality", "encoding"]),
    ] {
        let parameters = document["paths"][format!("/api/engine/{path}")]["post"]["parameters"].as_array().unwrap();
        for name in names {
            let parameter = parameters.iter().find(|parameter| parameter["name"] == name);
            let text = parameter.and_then(|parameter| parameter["description"].as_str()).unwrap_or_default();
            assert!(
                text.contains("unless stated") || name == "beta" && text.contains("0 (rectangular) to 100"),
                "{path} {name}: {text}"
            );
        }
    }
}
