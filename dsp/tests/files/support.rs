//! The files of these tests, and their analysis.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use dsp::{
    Parameters,
    decode::Limits,
    job::{Identity, Job, JobError, Outcome, Step},
};

/// The bytes of a sound of the end-to-end tests.
pub fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The whole analysis of a file with its default limits.
pub fn analyse(name: &str, bytes: Vec<u8>) -> Result<Outcome, JobError> {
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
pub const FILES: [(&str, &str, &str, u64, f64, f64); 12] = [
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

/// A WAV file of 16-bit samples whose header promises `data_bytes` bytes, whatever follows.
pub fn wav(sample_rate_hz: u32, channels: u16, data_bytes: u32, data: &[u8]) -> Vec<u8> {
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
