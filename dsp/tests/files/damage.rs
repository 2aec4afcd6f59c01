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
