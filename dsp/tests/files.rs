//! Whole files through decoder and visualizer: every format, damaged files, and files that lie.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use dsp::{
    Parameters,
    decode::{Decoder, Limits, PANIC_REASON},
    job::{Identity, Job, JobError, Outcome, Step},
};

fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn analyse(name: &str, bytes: Vec<u8>) -> Result<Outcome, JobError> {
    let size_bytes = bytes.len() as u64;
    let mut job = Job::open(Box::new(Cursor::new(bytes)), Some(name), Parameters::default(), &Limits::default())?;
    while job.step()? == Step::More {}
    job.finish(Identity { sha256: String::new(), size_bytes }, 0.0)
}

/// Name, container, codec, frames the file may be longer than 66,150, peak and RMS in dBFS.
///
/// The levels of the lossless files follow from how they were made; those of the lossy ones are what ffmpeg decodes
/// and sox measures (`tests/fixtures/make.sh` prints them): encoders scale and overshoot. For aac.m4a ffmpeg has -11.08:
/// it applies the edit list, symphonia 0.6 leaves the encoder's 1,024 frames of delay in, as in aac.aac.
const FILES: [(&str, &str, &str, u64, f64, f64); 12] = [
    ("wav8.wav", "wave", "pcm_u8", 0, -6.02, -11.07),
    ("wav16.wav", "wave", "pcm_s16le", 0, -6.02, -11.07),
    ("wav24.wav", "wave", "pcm_s24le", 0, -6.02, -11.07),
    ("wav32.wav", "wave", "pcm_s32le", 0, -6.02, -11.07),
    ("wavf32.wav", "wave", "pcm_f32le", 0, -6.02, -11.07),
    ("aiff16.aiff", "aiff", "pcm_s16be", 0, -6.02, -11.07),
    ("flac16.flac", "flac", "flac", 0, -6.02, -11.07),
    ("mp3.mp3", "mp3", "mp3", 2_304, -6.41, -11.52),
    ("vorbis.ogg", "ogg", "vorbis", 1_024, -5.61, -11.05),
    ("aac.m4a", "isomp4", "aac", 2_112, -3.05, -11.15),
    ("alac.m4a", "isomp4", "alac", 0, -6.02, -11.07),
    ("aac.aac", "aac", "aac", 3_072, -3.05, -11.15),
];

#[test]
fn every_format_gives_the_same_sound() {
    for (name, container, codec, longer, peak_dbfs, rms_dbfs) in FILES {
        let outcome = analyse(name, fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let source = &outcome.analysis.source;
        assert_eq!((source.container.as_str(), source.codec.as_str()), (container, codec), "{name}");
        assert_eq!((source.sample_rate_hz, source.channels), (44_100, 2), "{name}");
        assert!((66_150..=66_150 + longer).contains(&source.frames), "{name}: {} frames", source.frames);
        let level = &outcome.analysis.level;
        assert!((level.peak_dbfs.unwrap() - peak_dbfs).abs() < 0.06, "{name}: {level:?}");
        assert!((level.rms_dbfs.unwrap() - rms_dbfs).abs() < 0.02, "{name}: {level:?}");
        // In the mono mix the sine has amplitude 1/4: -12.04 dBFS at 1 kHz, 0.45 dB less where the encoder scales.
        let spectral = &outcome.analysis.spectral;
        assert!((spectral.peak_frequency_hz.unwrap() - 1000.0).abs() < 1.0, "{name}: {spectral:?}");
        let cell = outcome.grid.level_at(0.75, 1000.0).unwrap();
        assert!((cell + 12.0412).abs() < 0.6, "{name}: {cell}");
    }
}

#[test]
fn lossless_formats_agree_to_the_last_cell() {
    let wav = analyse("wav16.wav", fixture("wav16.wav")).unwrap();
    for name in ["aiff16.aiff", "flac16.flac", "alac.m4a"] {
        let other = analyse(name, fixture(name)).unwrap();
        assert_eq!(wav.grid.difference(&other.grid).unwrap().max_db, 0.0, "{name}");
        assert_eq!(wav.waveform, other.waveform, "{name}");
        assert_eq!(wav.analysis.level, other.analysis.level, "{name}");
        assert_eq!(wav.analysis.spectral, other.analysis.spectral, "{name}");
    }
}

#[test]
fn decoding_ahead_changes_nothing() {
    for (name, ..) in FILES {
        for cut in [100, 60] {
            let mut bytes = fixture(name);
            bytes.truncate(bytes.len() * cut / 100);
            let open =
                |bytes| Job::open(Box::new(Cursor::new(bytes)), Some(name), Parameters::default(), &Limits::default());
            let ahead = open(bytes.clone()).and_then(Job::decode_ahead).and_then(|mut job| {
                while job.step()? == Step::More {}
                job.finish(Identity { sha256: String::new(), size_bytes: bytes.len() as u64 }, 0.0)
            });
            match (analyse(name, bytes), ahead) {
                (Ok(here), Ok(ahead)) => assert!(here == ahead, "{name}"),
                (Err(here), Err(ahead)) => assert_eq!(here.to_string(), ahead.to_string(), "{name}"),
                (here, ahead) => panic!("{name}: {:?} but {:?}", here.err(), ahead.err()),
            }
        }
    }
}

#[test]
fn tags_are_read() {
    for name in ["wav16.wav", "flac16.flac", "mp3.mp3", "vorbis.ogg", "aac.m4a"] {
        let outcome = analyse(name, fixture(name)).unwrap();
        let tags = &outcome.analysis.source.tags;
        let value = |key: &str| tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.as_str());
        assert_eq!(value("track_title"), Some("Tone and chirp"), "{name}: {tags:?}");
        assert_eq!(value("artist"), Some("DAS"), "{name}: {tags:?}");
    }
}

#[test]
fn tags_that_stand_behind_the_sound_are_read() {
    let list = b"LIST\x1e\0\0\0INFOINAM\x06\0\0\0Robin\0IART\x04\0\0\0DAS\0";
    let mut id3 = b"TAGRobin".to_vec();
    id3.resize(33, 0);
    id3.extend(b"DAS");
    id3.resize(128, 0);
    let bare = wav(8_000, 1, 2_000, &[0x10; 2_000]);
    for (file, sound, tags, title) in [
        ("wave.wav", bare, &list[..], "Robin"),
        ("cbr.mp3", fixture("cbr.mp3"), &id3, "Robin"),
        ("aiff16.aiff", fixture("aiff16.aiff"), b"AUTH\0\0\0\x03DAS\0", "Tone and chirp"),
    ] {
        let source = analyse(file, [&sound, tags].concat()).unwrap().analysis.source;
        let value = |key: &str| source.tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.as_str());
        assert_eq!((value("track_title"), value("artist")), (Some(title), Some("DAS")), "{file}: {:?}", source.tags);
    }
    // What a better tag says whole is not repeated.
    let known = analyse("mp3.mp3", [fixture("mp3.mp3"), id3].concat()).unwrap().analysis.source.tags;
    assert_eq!(known.iter().filter(|tag| tag.key == "track_title").count(), 1);
    assert!(known.iter().any(|tag| tag.value == "Tone and chirp"));
}

#[test]
fn a_cut_file_is_named_as_such() {
    for (name, ..) in FILES {
        let whole = fixture(name);
        for share in [10, 50, 90] {
            let cut = whole[..whole.len() * share / 100].to_vec();
            let error = analyse(name, cut).map(|outcome| outcome.analysis.source.frames);
            let error = error.expect_err(&format!("{name} cut to {share} %"));
            assert!(["truncated", "corrupt"].contains(&error.code()), "{name} {share} %: {error} ({})", error.code());
        }
        assert_eq!(analyse(name, Vec::new()).unwrap_err().code(), "empty", "{name}");
    }
}

#[test]
fn flipped_bits_never_panic() {
    let mut state = 0x1234_5678_9abc_def1u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for (name, ..) in FILES {
        let whole = fixture(name);
        for round in 0..24 {
            let mut damaged = whole.clone();
            // Half of the rounds aim at the header, where the lies are.
            let reach = if round % 2 == 0 { damaged.len().min(512) } else { damaged.len() };
            for _ in 0..=round {
                let at = (random() % reach as u64) as usize;
                damaged[at] ^= 1 << (random() % 8);
            }
            if let Err(error) = analyse(name, damaged) {
                assert_ne!(error.code(), "internal", "{name} round {round}: {error}");
                assert!(!error.to_string().contains(PANIC_REASON), "{name} round {round} panicked");
            }
        }
    }
}

#[test]
fn damage_to_checked_formats_is_found() {
    let mut flac = fixture("flac16.flac");
    let middle = flac.len() / 2;
    flac[middle..middle + 64].iter_mut().for_each(|byte| *byte ^= 0x5a);
    assert_eq!(analyse("x.flac", flac).unwrap_err().code(), "corrupt");
}

fn wav(sample_rate_hz: u32, channels: u16, data_bytes: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend(data_bytes.saturating_add(36).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(sample_rate_hz.to_le_bytes());
    bytes.extend(sample_rate_hz.wrapping_mul(u32::from(channels) * 2).to_le_bytes());
    bytes.extend((channels * 2).to_le_bytes());
    bytes.extend(16u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(data_bytes.to_le_bytes());
    bytes.extend(data);
    bytes
}

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

/// Telephone codes do not reach full scale: their largest values are 32,124 (mu-law) and 32,256 (A-law) of 32,768.
#[test]
fn telephone_codes_clip_at_their_largest_value() {
    for (tag, highest, lowest, below, largest) in
        [(7u8, 0x80u8, 0x00u8, 0x81u8, 32_124.0), (6, 0xaa, 0x2a, 0xab, 32_256.0)]
    {
        let mut data = vec![below; 1_000];
        data[100..104].fill(highest);
        data[200] = lowest;
        let mut file = wav(8_000, 1, data.len() as u32, &data);
        file[20] = tag;
        file[28..32].copy_from_slice(&8_000u32.to_le_bytes());
        file[32] = 1;
        file[34] = 8;
        let level = analyse("a.wav", file).unwrap().analysis.level;
        assert_eq!(level.max, largest / 32_768.0, "{tag}");
        assert_eq!((level.clipped_samples, level.clipped_runs), (5, 1), "{tag}");
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
fn long_runs_of_bare_frames_are_counted_to_the_last() {
    // Frames repeat without an index: what a reader guesses from the first of them is wrong.
    let adts = fixture("aac.aac");
    let frames = analyse("a.aac", adts.clone()).unwrap().analysis.source.frames;
    let long = analyse("a.aac", adts.repeat(60)).unwrap().analysis.source.frames;
    assert_eq!(long, 60 * frames);

    // Without the frame that holds the Xing header; frames of quiet and loud sound differ in length when VBR.
    for (name, seconds) in [("vbr.mp3", 20.0), ("cbr.mp3", 20.0)] {
        let outcome = analyse(name, fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let duration_s = outcome.analysis.source.duration_s;
        assert!((seconds..seconds + 0.1).contains(&duration_s), "{name}: {duration_s} s");
    }
}

#[test]
fn holes_in_bare_frames_are_found() {
    for name in ["mp3.mp3", "vbr.mp3", "cbr.mp3", "aac.aac"] {
        let mut hole = fixture(name);
        let middle = hole.len() / 2;
        hole[middle..middle + 1_200].fill(0);
        assert_eq!(analyse(name, hole).unwrap_err().code(), "corrupt", "{name}");
    }
}

#[test]
fn tags_behind_the_sound_are_no_damage() {
    for name in ["mp3.mp3", "cbr.mp3", "aac.aac", "vorbis.ogg"] {
        let mut tagged = fixture(name);
        tagged.extend(b"TAG");
        tagged.extend([b' '; 125]);
        let (plain, tagged) = (analyse(name, fixture(name)).unwrap(), analyse(name, tagged).unwrap());
        assert_eq!(plain.analysis.source.frames, tagged.analysis.source.frames, "{name}");
    }
}

#[test]
fn samples_beyond_all_recordings_are_refused() {
    for (rate, bad) in [(44_100u32, 3e38f32), (32_000, 1.7e38), (8_000, -1e10)] {
        let mut bytes = wav(rate, 1, 4_000, &[]);
        bytes[20] = 3;
        bytes[32] = 4;
        bytes[34] = 32;
        bytes.extend((0..1_000).flat_map(|n| (if n == 77 { bad } else { 0.1f32 }).to_le_bytes()));
        let error = analyse("huge.wav", bytes).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("not_finite", Some(77)), "{error}");
    }
}

#[test]
fn the_time_axis_is_centred_on_the_frames() {
    // A click at 0.512 s is the centre of frame 32; it shows there and as much before as after.
    let mut bytes = wav(32_000, 1, 64_000, &[]);
    bytes.extend((0..32_000).flat_map(|n| (if n == 16_384 { 30_000i16 } else { 0 }).to_le_bytes()));
    let grid = analyse("click.wav", bytes).unwrap().grid;
    let level = |offset_s: f64| grid.level_at(0.512 + offset_s, 5_000.0).unwrap();
    assert_eq!(level(0.0), level(0.0079));
    assert_eq!(level(0.0), level(-0.0079));
    assert_eq!(level(0.016), level(-0.016));
    assert!(level(0.0) > level(0.016));
}

#[test]
fn samples_that_are_no_numbers_are_refused_with_their_place() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut bytes = wav(8_000, 1, 32_000, &[]);
        bytes[20] = 3; // IEEE float
        bytes[32] = 4;
        bytes[34] = 32;
        let samples = (0..8_000).map(|n| if n == 4_321 { bad } else { 0.1 });
        bytes.extend(samples.flat_map(f32::to_le_bytes));
        let error = analyse("nan.wav", bytes).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("not_finite", Some(4_321)), "{error}");
    }
}

#[test]
fn silence_is_sound() {
    let outcome = analyse("silence.wav", wav(8_000, 1, 16_000, &vec![0; 16_000])).unwrap();
    assert_eq!(outcome.analysis.level.peak_dbfs, None);
    assert_eq!(outcome.grid.level_at(0.5, 1000.0), Some(-120.0));
    assert_eq!(outcome.analysis.spectral.centroid_hz, None);
}

#[test]
fn steps_report_progress_and_partial_results() {
    let bytes = fixture("wav16.wav");
    let mut job =
        Job::open(Box::new(Cursor::new(bytes)), Some("a.wav"), Parameters::default(), &Limits::default()).unwrap();
    assert_eq!(job.progress(), Some(0.0));
    let mut last = 0.0;
    while job.step().unwrap() == Step::More {
        let now = job.progress().unwrap();
        assert!(now > last && now <= 1.0);
        assert!(job.grid().geometry().columns > 0);
        last = now;
    }
    assert!((job.analysed_s() - 1.5).abs() < 1e-9);
}

#[test]
fn the_demo_sound_is_a_clean_file() {
    let bytes = dsp::demo::wav();
    assert_eq!(bytes, dsp::demo::wav());
    let outcome = analyse("demo.wav", bytes).unwrap();
    assert_eq!(outcome.analysis.source.duration_s, 6.0);
    let level = &outcome.analysis.level;
    assert_eq!(level.clipped_samples, 0);
    assert!(level.peak_dbfs.unwrap() < -1.0 && level.peak_dbfs.unwrap() > -9.0, "{level:?}");
}

#[test]
fn the_decoder_can_be_used_alone() {
    let mut decoder = Decoder::open(Box::new(Cursor::new(fixture("flac16.flac"))), None, &Limits::default()).unwrap();
    let mut frames = 0;
    while let Some(block) = decoder.next_block().unwrap() {
        assert_eq!(block.len(), 2);
        frames += block[0].len() as u64;
    }
    assert_eq!((frames, decoder.frames(), decoder.info().frames), (66_150, 66_150, Some(66_150)));
}
