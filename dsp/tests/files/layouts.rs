//! WAV files that name their loudspeakers.

use std::io::Cursor;

use dsp::{
    Measures, Parameters,
    analysis::Analysis,
    decode::{Decoder, Limits},
    job::{Identity, Job, Step},
    mix::ChannelMask,
    wav::{Encoding, WavFormat, WavWriter},
};

const RATE_HZ: u32 = 48_000;

/// Two seconds of 1 kHz in one channel, in a WAV file of the extensible form.
fn file(channels: u32, sounding: usize, bits: u32) -> Vec<u8> {
    let format = WavFormat { sample_rate_hz: RATE_HZ, channels, channel_mask: None, encoding: Encoding::Pcm16 };
    let mut writer = WavWriter::new(Cursor::new(Vec::new()), format).unwrap();
    let mut sound = vec![vec![0.0f32; 2 * RATE_HZ as usize]; channels as usize];
    for (n, x) in sound[sounding].iter_mut().enumerate() {
        *x = 0.5 * (n as f32 * std::f32::consts::TAU / 48.0).sin();
    }
    writer.push(&sound).unwrap();
    let mut bytes = writer.finish().unwrap().0.into_inner();
    bytes[40..44].copy_from_slice(&bits.to_le_bytes());
    bytes
}

fn analysis(bytes: Vec<u8>) -> Analysis {
    let parameters = Parameters { measures: Measures::Full, ..Parameters::default() };
    let mut job = Job::open(Box::new(Cursor::new(bytes)), Some("a.wav"), parameters, &Limits::default()).unwrap();
    while job.step().unwrap() == Step::More {}
    job.finish(Identity { sha256: String::new(), size_bytes: 1 }, 0.0).unwrap().analysis
}

#[test]
fn the_mask_of_a_file_decides_how_much_a_channel_counts() {
    // A sine of amplitude 0.5 and 1 kHz has -9.03 LUFS at weight 1.
    let plain = -9.03;
    for (channels, bits, sounding, expected) in [
        // 2.1: the third is no centre.
        (3, 0xb, 2, None),
        (3, 0x7, 2, Some(plain)),
        // L R C Cs: the fourth stands behind, not beside.
        (4, 0x107, 3, Some(plain)),
        (4, 0x33, 3, Some(plain + 1.49)),
        // 3.1.
        (4, 0xf, 3, None),
        // 7.1 wide: the fifth and sixth are the surrounds, the last two stand beside the centre.
        (8, 0xff, 5, Some(plain + 1.49)),
        (8, 0xff, 7, Some(plain)),
        (8, 0x63f, 5, Some(plain)),
        (8, 0x63f, 7, Some(plain + 1.49)),
        // Without a mask, or with one of other channels, the usual layout.
        (6, 0, 3, None),
        (6, 0, 5, Some(plain + 1.49)),
        (4, 0x3, 3, Some(plain + 1.49)),
    ] {
        let found = analysis(file(channels, sounding, bits));
        let mask = ChannelMask::new(bits, channels);
        assert_eq!(found.source.channel_mask, mask, "{bits:#x}");
        let loudness = found.loudness.unwrap();
        match (loudness.integrated_lufs, expected) {
            (Some(found), Some(expected)) => {
                assert!((found - expected).abs() < 0.06, "{bits:#x}, channel {sounding}: {found}");
            }
            (found, expected) => assert_eq!(found, expected, "{bits:#x}, channel {sounding}"),
        }
    }
}

#[test]
fn only_the_extensible_form_names_loudspeakers() {
    let open = |bytes: Vec<u8>| Decoder::open(Box::new(Cursor::new(bytes)), None, &Limits::default()).unwrap();
    assert_eq!(open(crate::support::wav(RATE_HZ, 4, 16, &[0; 16])).info().channel_mask, None);
    assert_eq!(open(file(1, 0, 0x8)).info().channel_mask, None);
    assert_eq!(open(file(4, 0, 0x107)).info().channel_mask, ChannelMask::new(0x107, 4));
    assert_eq!(open(crate::support::fixture("flac16.flac")).info().channel_mask, ChannelMask::new(0x3, 2));
}
