//! The whole analysis of 5 minutes of stereo 44.1 kHz sound, from the bytes of a WAV file to the finished document, on
//! one thread. `wasm/src/bin/bench.rs` runs the same.

use std::io::Cursor;

use dsp::{
    Measures, Parameters,
    decode::Limits,
    job::{Identity, Job, JobError, Outcome, Step},
};

const RATE_HZ: u32 = 44_100;
const SOUND_S: u32 = 300;

/// A slow chirp in noise, left and right different.
pub fn sound() -> Vec<u8> {
    let data_bytes = 4 * RATE_HZ * SOUND_S;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data_bytes).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    file.extend(RATE_HZ.to_le_bytes());
    file.extend((4 * RATE_HZ).to_le_bytes());
    file.extend(b"\x04\0\x10\0data");
    file.extend(data_bytes.to_le_bytes());
    let mut state = 1u32;
    for n in 0..RATE_HZ * SOUND_S {
        let t = f64::from(n) / f64::from(RATE_HZ);
        let chirp = (std::f64::consts::TAU * (100.0 * t + 10.0 * t * t)).sin();
        for share in [0.3, 0.15] {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let sample = share * chirp + 0.05 * (f64::from(state >> 8) / 8_388_608.0 - 1.0);
            file.extend(((32_767.0 * sample) as i16).to_le_bytes());
        }
    }
    file
}

/// Decodes and analyses it.
pub fn run(file: &[u8], measures: Measures) -> Result<Outcome, JobError> {
    let size_bytes = file.len() as u64;
    let source = Box::new(Cursor::new(file.to_vec()));
    let parameters = Parameters { measures, ..Parameters::default() };
    let mut job = Job::open(source, Some("sound.wav"), parameters, &Limits::default())?;
    while job.step()? == Step::More {}
    job.finish(Identity { sha256: String::new(), size_bytes }, 0.0)
}
