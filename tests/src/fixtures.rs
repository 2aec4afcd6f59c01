//! The files in `fixtures/`: the same 1.5 seconds of tone and chirp in every format. `fixtures/make.sh` made them.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// Length of the sound in every fixture, before an encoder pads it.
pub const DURATION_S: f64 = 1.5;
/// Frames per second of every fixture.
pub const SAMPLE_RATE_HZ: u32 = 44_100;
/// The left channel's sine.
pub const TONE_HZ: f64 = 1_000.0;
/// Its level, the highest of the file.
pub const PEAK_DBFS: f64 = -6.02;

/// One fixture and what the server must say about it.
#[derive(Debug)]
pub struct Fixture {
    /// Name of the file.
    pub name: &'static str,
    /// What the name of the container contains.
    pub container: &'static str,
    /// What the name of the codec contains.
    pub codec: &'static str,
    /// How far the peak may be from [`PEAK_DBFS`]: rounding for lossless formats, coding noise for the others. The AAC
    /// encoder overshoots by 3 dB where the sound sets in; ffmpeg decodes the same peak.
    pub peak_tolerance_db: f64,
    /// How much longer than [`DURATION_S`] the decoded sound may be: padding of encoders that work in blocks.
    pub padding_s: f64,
    /// Media type of the original when it is played back.
    pub media_type: &'static str,
}

const fn fixture(
    name: &'static str,
    container: &'static str,
    codec: &'static str,
    peak_tolerance_db: f64,
    padding_s: f64,
    media_type: &'static str,
) -> Fixture {
    Fixture { name, container, codec, peak_tolerance_db, padding_s, media_type }
}

/// Every format.
pub const ALL: [Fixture; 12] = [
    fixture("wav8.wav", "wav", "pcm_u8", 0.15, 0.001, "audio/"),
    fixture("wav16.wav", "wav", "pcm_s16le", 0.01, 0.001, "audio/"),
    fixture("wav24.wav", "wav", "pcm_s24le", 0.01, 0.001, "audio/"),
    fixture("wav32.wav", "wav", "pcm_s32le", 0.01, 0.001, "audio/"),
    fixture("wavf32.wav", "wav", "pcm_f32le", 0.01, 0.001, "audio/"),
    fixture("aiff16.aiff", "aif", "pcm_s16be", 0.01, 0.001, "audio/"),
    fixture("flac16.flac", "flac", "flac", 0.01, 0.001, "audio/"),
    fixture("mp3.mp3", "mp3", "mp3", 1.0, 0.12, "audio/"),
    fixture("vorbis.ogg", "ogg", "vorbis", 1.0, 0.06, "audio/"),
    fixture("aac.m4a", "mp4", "aac", 3.2, 0.12, "audio/"),
    fixture("alac.m4a", "mp4", "alac", 0.01, 0.001, "audio/"),
    fixture("aac.aac", "aac", "aac", 3.2, 0.12, "audio/"),
];

impl Fixture {
    /// Where it is.
    pub fn path(&self) -> PathBuf {
        crate::root().join("tests/fixtures").join(self.name)
    }

    /// Its bytes.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let path = self.path();
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// The bytes of one fixture by name.
pub fn bytes(name: &str) -> Result<Vec<u8>> {
    ALL.iter().find(|fixture| fixture.name == name).with_context(|| format!("no fixture {name}"))?.bytes()
}
