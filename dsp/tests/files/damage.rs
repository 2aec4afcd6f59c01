//! Files that are cut, flipped or full of holes.

use dsp::decode::PANIC_REASON;

use crate::support::{FILES, analyse, fixture};

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
fn a_cut_file_says_how_much_of_it_is_there() {
    for (name, header_bytes, frame_bytes) in [
        ("wav8.wav", 92, 2),
        ("wav16.wav", 92, 4),
        ("wav24.wav", 116, 6),
        ("wav32.wav", 116, 8),
        ("wavf32.wav", 128, 8),
        ("aiff16.aiff", 76, 4),
    ] {
        let whole = fixture(name);
        assert_eq!(whole.len(), header_bytes + 66_150 * frame_bytes, "{name}");
        for frames in [1, 1_000, 33_333, 66_149] {
            // Half a frame more than whole ones.
            let cut = header_bytes + frames * frame_bytes + frame_bytes / 2;
            let error = analyse(name, whole[..cut].to_vec()).unwrap_err();
            assert_eq!(error.offset_frames(), Some(frames as u64), "{name}: {error}");
            assert_eq!((error.limit(), error.actual()), (Some(66_150.0), Some(frames as f64)), "{name}");
        }
    }
    // Whole packets of these come out, or none of them.
    for (name, packet_frames) in [("flac16.flac", 4_608), ("mp3.mp3", 1_152), ("aac.aac", 1_024)] {
        let bytes = fixture(name);
        for share in [30, 60, 90] {
            let error = analyse(name, bytes[..bytes.len() * share / 100].to_vec()).unwrap_err();
            let found = error.offset_frames().unwrap_or_else(|| panic!("{name}: {error}"));
            let expected = 66_150 * share as u64 / 100;
            assert!(
                found.is_multiple_of(packet_frames) && found.abs_diff(expected) < 8_192,
                "{name} {share} %: {error}"
            );
        }
    }
}

#[test]
fn a_cut_ogg_file_counts_to_its_last_whole_page() {
    let whole = fixture("vorbis.ogg");
    // Its pages of sound begin at 4,414 and 8,738 and count to 44,736 and 66,150 frames.
    for (length, frames) in [(whole.len() * 98 / 100, 44_736), (8_738, 44_736), (8_737, 0), (4_500, 0), (60, 0)] {
        let error = analyse("x.ogg", whole[..length].to_vec()).unwrap_err();
        assert_eq!((error.code(), error.offset_frames()), ("truncated", Some(frames)), "{length}: {error}");
    }
    let error = analyse("x.ogg", whole[..57].to_vec()).unwrap_err();
    assert_eq!((error.code(), error.offset_frames(), error.actual()), ("truncated", None, None), "{error}");
    assert_eq!(error.to_string(), "The file is cut off.");
}

#[test]
fn where_the_index_is_missing_nobody_knows_how_much_is_there() {
    for name in ["aac.m4a", "alac.m4a"] {
        let whole = fixture(name);
        let error = analyse(name, whole[..whole.len() * 98 / 100].to_vec()).unwrap_err();
        let numbers = (error.limit(), error.actual(), error.offset_frames());
        assert_eq!((error.code(), numbers), ("truncated", (None, None, None)), "{name}: {error}");
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

#[test]
fn holes_in_bare_frames_are_found() {
    for name in ["mp3.mp3", "vbr.mp3", "cbr.mp3", "aac.aac"] {
        let mut hole = fixture(name);
        let middle = hole.len() / 2;
        hole[middle..middle + 1_200].fill(0);
        assert_eq!(analyse(name, hole).unwrap_err().code(), "corrupt", "{name}");
    }
}
