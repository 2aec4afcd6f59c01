use std::io::Cursor;

use super::*;

fn file(format: WavFormat, channels: &[Vec<f32>], chunk: usize) -> (Vec<u8>, WavSummary) {
    let mut writer = WavWriter::new(Cursor::new(Vec::new()), format).expect("begun");
    let frames = channels.first().map_or(0, Vec::len);
    for start in (0..frames).step_by(chunk) {
        let end = (start + chunk).min(frames);
        let block: Vec<&[f32]> = channels.iter().map(|c| &c[start..end]).collect();
        writer.push(&block).expect("written");
    }
    let (cursor, summary) = writer.finish().expect("finished");
    (cursor.into_inner(), summary)
}

fn format(channels: u32, encoding: Encoding) -> WavFormat {
    WavFormat { sample_rate_hz: 44_100, channels, channel_mask: None, encoding }
}

#[test]
fn the_layout_is_the_documented_one() {
    let (bytes, summary) = file(format(1, Encoding::Pcm16), &[vec![0.5, -1.0, 1.0]], 2);
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
    assert_eq!((&bytes[..4], &bytes[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    assert_eq!((word(4) as usize, word(16)), (bytes.len() - 8, 40));
    assert_eq!((&bytes[60..64], word(68), &bytes[72..76], word(76)), (&b"fact"[..], 3, &b"data"[..], 6));
    assert_eq!(bytes[80..], [0x00, 0x40, 0x00, 0x80, 0xff, 0x7f]);
    assert_eq!(summary, WavSummary { frames: 3, limited_samples: 1 });
}

#[test]
fn channels_have_their_loudspeakers() {
    for (channels, mask) in
        [(1, 0x4), (2, 0x3), (3, 0x7), (4, 0x33), (5, 0x37), (6, 0x3f), (7, 0x70f), (8, 0x63f), (9, 0), (20, 0)]
    {
        let (bytes, _) = file(format(channels, Encoding::Pcm16), &vec![vec![0.5]; channels as usize], 1);
        let found = u32::from_le_bytes(bytes[40..44].try_into().expect("4 bytes"));
        assert_eq!(found, mask, "{channels} channels");
        assert!(mask == 0 || mask.count_ones() == channels);
    }
}

#[test]
fn odd_data_is_padded() {
    let (bytes, _) = file(format(1, Encoding::Pcm24), &[vec![-1.0 / 8_388_608.0]], 1);
    assert_eq!(bytes[80..], [0xff, 0xff, 0xff, 0]);
    assert_eq!(u32::from_le_bytes(bytes[76..80].try_into().expect("4 bytes")), 3);
}

#[test]
fn chunks_do_not_matter() {
    let sound = [vec![0.1; 100], vec![-0.2; 100]];
    let whole = file(format(2, Encoding::Float32), &sound, 100);
    for chunk in [1, 7, 99] {
        assert_eq!(file(format(2, Encoding::Float32), &sound, chunk), whole);
    }
}

#[test]
fn refuses_what_does_not_fit() {
    for (channels, sample_rate_hz) in [(0, 44_100), (1, 0), (40_000, 44_100), (16_000, u32::MAX), (u32::MAX, 1)] {
        let format = WavFormat { sample_rate_hz, channels, channel_mask: None, encoding: Encoding::Pcm16 };
        assert!(matches!(WavWriter::new(Cursor::new(Vec::new()), format), Err(WavError::Format { .. })));
    }
    let mut writer = WavWriter::new(Cursor::new(Vec::new()), format(2, Encoding::Pcm16)).expect("begun");
    assert!(matches!(writer.push(&[vec![0.0]]), Err(WavError::Block { expected: 2, actual: 1 })));
    assert!(matches!(writer.push(&[vec![0.0], vec![]]), Err(WavError::Block { expected: 2, actual: 1 })));
}

#[cfg(feature = "decode")]
#[test]
fn what_is_read_back_is_what_was_written() {
    use crate::decode::{Decoder, Limits};
    // Every 16-bit value, and some that only floating point holds.
    let exact: Vec<f32> = (-32_768..32_768).map(|x| x as f32 / 32_768.0).collect();
    for channels in [1u32, 2, 3, 6] {
        for encoding in [Encoding::Pcm16, Encoding::Pcm24, Encoding::Float32] {
            let sound: Vec<Vec<f32>> = (0..channels)
                .map(|c| exact.iter().map(|x| if c % 2 == 0 { *x } else { (-x).min(32_767.0 / 32_768.0) }).collect())
                .collect();
            let sound: Vec<Vec<f32>> = match encoding {
                Encoding::Float32 => sound.iter().map(|c| c.iter().map(|x| x * 3.3).collect()).collect(),
                _ => sound.iter().map(|c| c.iter().map(|x| (x * 32_768.0).round() / 32_768.0).collect()).collect(),
            };
            let (bytes, _) = file(format(channels, encoding), &sound, 1000);
            let mut decoder =
                Decoder::open(Box::new(Cursor::new(bytes)), None, &Limits::default()).expect("a WAV file");
            assert_eq!((decoder.info().channels, decoder.info().sample_rate_hz), (channels, 44_100));
            let mut back = vec![Vec::new(); channels as usize];
            while let Some(block) = decoder.next_block().expect("whole") {
                back.iter_mut().zip(block).for_each(|(all, block)| all.extend_from_slice(block));
            }
            assert!(back == sound, "{channels} channels, {encoding:?}");
        }
    }
}
