//! Calls that are answered at once.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_sine_through_every_operation() {
    let (_folder, server) = server().await;
    // 1 kHz at 16 kHz, amplitude 16000 / 32768.
    let level_db = 20.0 * (16_000.0f64 / 32_768.0).log10();

    let reply = call(&server, "fft?window_length_frames=1024&hop_frames=256", sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let document: serde_json::Value = reply.json();
    assert_eq!(document["bin_width_hz"], 15.625);
    assert!((document["max_dbfs"][64].as_f64().unwrap() - level_db).abs() < 0.01, "{document}");

    let reply = call(&server, "resample?rate_hz=48000&encoding=pcm24&name=tone.wav", sine(1.0)).await;
    assert_eq!(reply.header("content-type"), "audio/wav");
    assert!(reply.header("content-disposition").contains("tone.wav.48000.wav"));
    let (rate_hz, channels, samples) = decoded(&reply.body);
    assert_eq!((rate_hz, channels, samples.len()), (48_000, 1, 48_000));
    let largest = samples[10_000..30_000].iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    assert!((f64::from(largest) - 16_000.0 / 32_768.0).abs() < 1e-3, "{largest}");

    let stereo = Wav { channels: 2, ..Wav::PCM16 };
    let opposite: Vec<u8> = (0..4000i16).flat_map(|x| [x, -x]).flat_map(i16::to_le_bytes).collect();
    let reply = call(&server, "mix", stereo.file(&opposite, opposite.len() as u32)).await;
    let (_, channels, samples) = decoded(&reply.body);
    assert_eq!((channels, samples.len()), (1, 4000));
    assert!(samples.iter().all(|&x| x == 0.0));

    let reply = call(&server, "spectrogram?width=300&height=200&palette=viridis", sine(1.0)).await;
    assert_eq!(reply.header("content-type"), "image/png");
    assert_eq!(reply.body[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(reply.body[16..24], [0, 0, 1, 44, 0, 0, 0, 200]);

    let reply = call(&server, "analysis", sine(1.0)).await;
    let analysis: dsp::analysis::Analysis = reply.json();
    assert_eq!(analysis.source.frames, 16_000);
    assert!((analysis.spectral.peak_frequency_hz.unwrap() - 1000.0).abs() < 1.0);
    assert!(analysis.loudness.is_some());
    let reply = call(&server, "analysis?measures=overview", sine(1.0)).await;
    assert!(reply.json::<dsp::analysis::Analysis>().loudness.is_none());

    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "a call leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_names() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { max_bytes: 100_000, max_duration_s: 2.0, ..Limits::default() };
    let server = Server::start(Config { limits, ..config(&folder) }).await;
    for (path, sound, status, name) in [
        ("fft?window_length_frames=1000", sine(0.1), 400, "bad_request"),
        ("fft?hop_frames=0", sine(0.1), 400, "bad_request"),
        ("fft?window=gauss", sine(0.1), 400, "bad_request"),
        ("fft?windo=hann_periodic", sine(0.1), 400, "bad_request"),
        ("fft?window=kaiser_periodic", sine(0.1), 400, "bad_request"),
        ("fft?window=kaiser_periodic&beta=101", sine(0.1), 400, "bad_request"),
        ("fft?window=kaiser_symmetric&beta=nan", sine(0.1), 400, "bad_request"),
        ("fft?beta=8.6", sine(0.1), 400, "bad_request"),
        ("fft?precision=double", sine(0.1), 400, "bad_request"),
        ("resample?rate_hz=7", sine(0.1), 400, "bad_request"),
        ("resample?quality=db90", sine(0.1), 400, "bad_request"),
        ("resample?rate_hz=many", sine(0.1), 400, "bad_request"),
        ("mix?encoding=mp3", sine(0.1), 400, "bad_request"),
        ("mix?to=quadraphonic", sine(0.1), 400, "bad_request"),
        ("mix?scale=loud", sine(0.1), 400, "bad_request"),
        ("spectrogram?width=0", sine(0.1), 400, "bad_request"),
        ("spectrogram?width=16384&height=16384", sine(0.1), 400, "bad_request"),
        ("spectrogram?low_dbfs=nan", sine(0.1), 400, "bad_request"),
        ("spectrogram?low_dbfs=0&high_dbfs=-10", sine(0.1), 400, "bad_request"),
        ("spectrogram?window_length_frames=131072", sine(0.1), 400, "bad_request"),
        ("spectrogram?hop_frames=2049", sine(0.1), 400, "bad_request"),
        ("spectrogram?window=kaiser_periodic&beta=-1", sine(0.1), 400, "bad_request"),
        ("analysis?measures=all", sine(0.1), 400, "bad_request"),
        ("analysis?window_length_frames=2000", sine(0.1), 400, "bad_request"),
        ("analysis?precision=half", sine(0.1), 400, "bad_request"),
        ("analysis?task=true&hop_frames=0", sine(0.1), 400, "bad_request"),
        ("resample?hop_frames=256", sine(0.1), 400, "bad_request"),
        ("analysis", Vec::new(), 422, "empty"),
        ("analysis", b"no sound, just words ".repeat(50), 422, "not_audio"),
        ("analysis", Wav::PCM16.file(&[0; 1000], 40_000), 422, "truncated"),
        ("analysis", Wav::FLOAT.file(&f32::NAN.to_le_bytes().repeat(500), 2000), 422, "not_finite"),
        ("analysis", sine(2.5), 422, "too_long"),
        ("analysis?task=maybe", sine(0.1), 400, "bad_request"),
        ("analysis?task=true&measures=all", sine(0.1), 400, "bad_request"),
        ("analysis?task=true&priority=1000", sine(0.1), 400, "bad_priority"),
        ("analysis?task=true&class=accelerator", sine(0.1), 422, "no_engine"),
        ("analysis?task=true", b"no sound, just words ".repeat(50), 422, "not_audio"),
        ("analysis", vec![0; 100_001], 413, "too_large"),
    ] {
        let reply = call(&server, path, sound).await;
        assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (status, name), "{path}: {}", reply.text());
    }
    let request = Request::post("/api/engine/mix").header("content-type", "text/plain");
    let reply = server.send(request.body(Body::from(sine(0.1))).unwrap()).await;
    assert_eq!(code(&reply), "unsupported_media_type");
    // A sound that is too large is refused while it comes, also when its length is not announced.
    let chunks = futures::stream::iter((0..200).map(|_| Ok::<_, std::io::Error>(bytes::Bytes::from(vec![0u8; 1000]))));
    let request = Request::post("/api/engine/mix").body(Body::from_stream(chunks)).unwrap();
    let reply = server.send(request).await;
    assert_eq!(code(&reply), "too_large");
    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "a refused call leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_their_turn_and_more_of_them_become_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Calls { slots: 1, ..Calls::default() };
    let server = std::sync::Arc::new(Server::start(Config { calls, ..config(&folder) }).await);
    let seats = server.services().call_seats.available_permits();
    assert!(seats > 1, "some may wait");
    let waiting: Vec<_> = (0..seats)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move { call(&server, "analysis", sine(3.0)).await.status })
        })
        .collect();
    for reply in waiting {
        assert_eq!(reply.await.unwrap(), StatusCode::OK);
    }

    let all = server.services().call_seats.clone().try_acquire_many_owned(seats as u32).unwrap();
    let reply = call(&server, "analysis", sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    drop(all);
    assert_eq!(call(&server, "analysis", sine(1.0)).await.status, StatusCode::OK);
    // A picture that takes much memory is counted among the tasks.
    let reply = call(&server, "spectrogram?width=8192&height=8192", sine(1.0)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
}
