//! Every format, and how much of it there is.

use std::io::Cursor;

use dsp::decode::{Decoder, Limits};

use crate::support::{FILES, analyse, fixture, wav};

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
fn the_decoder_can_be_used_alone() {
    let mut decoder = Decoder::open(Box::new(Cursor::new(fixture("flac16.flac"))), None, &Limits::default()).unwrap();
    let mut frames = 0;
    while let Some(block) = decoder.next_block().unwrap() {
        assert_eq!(block.len(), 2);
        frames += block[0].len() as u64;
    }
    assert_eq!((frames, decoder.frames(), decoder.info().frames), (66_150, 66_150, Some(66_150)));
}
