//! Headers that lie, and those that only look as if they did.

use std::io::Cursor;

use dsp::{
    Parameters,
    decode::Limits,
    job::{Job, Step},
};

use crate::support::{analyse, fixture, wav};

#[test]
fn headers_that_lie_are_refused_by_name() {
    let limits = Limits { max_bytes: 100_000, max_duration_s: 3600.0, max_channels: 8, max_sample_rate_hz: 192_000 };
    let second = vec![0u8; 16_000];
    for (expected, bytes) in [
        ("sample_rate", wav(0, 1, 16_000, &second)),
        ("sample_rate", wav(1, 1, 16_000, &second)),
        ("sample_rate", wav(400_000, 1, 16_000, &second)),
        ("too_many_channels", wav(8_000, 20, 16_000, &second)),
        ("too_many_channels", wav(8_000, 200, 16_000, &second)),
        ("unsupported_codec", wav(8_000, 0, 16_000, &second)),
        ("unsupported_codec", {
            let mut unknown = wav(8_000, 1, 16_000, &second);
            unknown[20] = 0x55; // MP3 in WAV
            unknown
        }),
        ("too_long", wav(8_000, 1, 8_000 * 2 * 7200, &second)),
        ("truncated", wav(8_000, 1, 8_000 * 2 * 60, &second)),
        ("not_audio", b"this is a text that somebody has renamed to .wav, as people do".repeat(40)),
        ("not_audio", vec![0; 5000]),
        ("too_large", wav(8_000, 1, 200_000, &vec![0; 200_000])),
        ("empty", wav(8_000, 1, 0, &[])),
        ("empty", Vec::new()),
    ] {
        let opened = Job::open(Box::new(Cursor::new(bytes)), Some("a.wav"), Parameters::default(), &limits);
        let error = opened
            .and_then(|mut job| {
                while job.step()? == Step::More {}
                Ok(())
            })
            .expect_err(expected);
        assert_eq!(error.code(), expected, "{error}");
        assert!(error.to_string().ends_with('.'), "{error}");
    }
}

#[test]
fn aiff_headers_that_lie_are_refused_by_name() {
    let whole = fixture("aiff16.aiff");
    let common = whole.windows(4).position(|bytes| bytes == b"COMM").unwrap() + 8;
    for (expected, at, bytes) in [
        ("too_many_channels", common, vec![0xff, 0xff]),
        ("unsupported_codec", common, vec![0, 0]),
        ("sample_rate", common + 8, vec![0; 10]),
        ("sample_rate", common + 8, vec![0x7f, 0xfe, 0xff, 0xff]),
    ] {
        let mut lying = whole.clone();
        lying[at..at + bytes.len()].copy_from_slice(&bytes);
        assert_eq!(analyse("a.aiff", lying).unwrap_err().code(), expected);
    }
}

#[test]
fn more_channels_than_are_decoded_are_no_damage() {
    for channels in 1..=32u16 {
        let data = vec![0u8; 1_000 * 2 * usize::from(channels)];
        match analyse("a.wav", wav(8_000, channels, data.len() as u32, &data)) {
            Ok(outcome) => assert_eq!(outcome.analysis.source.channels, u32::from(channels)),
            Err(error) => {
                assert!(channels > 26, "{channels}: {error}");
                assert_eq!(error.code(), "unsupported_codec", "{channels}: {error}");
                assert!(error.to_string().contains("channels"), "{error}");
            }
        }
    }
}

#[test]
fn the_lowest_promised_rates_are_analysed() {
    for rate in [100, 101, 124, 125] {
        let data = vec![0x10u8; 400 * 2];
        let outcome = analyse("a.wav", wav(rate, 1, data.len() as u32, &data)).unwrap();
        assert_eq!((outcome.analysis.source.sample_rate_hz, outcome.analysis.source.frames), (rate, 400));
    }
}
