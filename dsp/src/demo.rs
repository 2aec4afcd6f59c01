//! The built-in demo sound: six seconds that show what a spectrogram is good for.
//!
//! Synthesized from `libm` alone, so that every platform makes the same bytes, and with them the same SHA-256.

use alloc::vec::Vec;

use crate::math;

/// Sample rate of the demo sound.
pub const SAMPLE_RATE_HZ: u32 = 44_100;
const SECONDS: f64 = 6.0;
const TAU: f64 = core::f64::consts::TAU;

/// The demo sound as a 16-bit stereo WAV file: a slow sweep, a plucked chord with its partials, bird-like chirps
/// that move from left to right, and a bed of soft noise.
pub fn wav() -> Vec<u8> {
    let frames = (SECONDS * f64::from(SAMPLE_RATE_HZ)) as u32;
    let mut bytes = header(frames);
    let mut noise = 0x2545_f491u32;
    for n in 0..frames {
        let t = f64::from(n) / f64::from(SAMPLE_RATE_HZ);
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let hiss = (f64::from(noise) / f64::from(u32::MAX) - 0.5) * 0.004;
        let centre = sweep(t) + chord(t) + hiss;
        let pan = t / SECONDS;
        let bird = birds(t);
        // The fade keeps the ends free of clicks.
        let fade = (t / 0.05).min((SECONDS - t) / 0.25).clamp(0.0, 1.0);
        for channel in [centre + bird * (1.0 - pan), centre + bird * pan] {
            let sample = math::round((channel * fade).clamp(-1.0, 1.0) * 32_767.0) as i16;
            bytes.extend_from_slice(&sample.to_le_bytes());
        }
    }
    bytes
}

/// Exponential sweep from 60 Hz to 14 kHz over the whole length (Farina 2000).
fn sweep(t: f64) -> f64 {
    let rate = libm::log(14_000.0 / 60.0) / SECONDS;
    0.12 * math::sin(TAU * 60.0 * (math::exp(rate * t) - 1.0) / rate)
}

/// A plucked chord every 1.5 s: five partials a note, higher ones dying faster.
fn chord(t: f64) -> f64 {
    let since = t % 1.5;
    [220.0, 277.18, 329.63]
        .iter()
        .flat_map(|note| (1..=5).map(move |partial| (note, f64::from(partial))))
        .map(|(note, partial)| {
            0.08 / partial * math::exp(-2.0 * partial * since) * math::sin(TAU * note * partial * since)
        })
        .sum()
}

/// Four descending chirps a second in groups, 7.5 to 4.5 kHz.
fn birds(t: f64) -> f64 {
    let (group, since) = (t % 2.0, t % 0.25);
    if group > 1.25 || since > 0.12 {
        return 0.0;
    }
    let envelope = math::sin(TAU * since / 0.24);
    0.3 * envelope * envelope * math::sin(TAU * (7_500.0 * since - 12_500.0 * since * since))
}

/// RIFF WAVE header of 16-bit stereo PCM.
fn header(frames: u32) -> Vec<u8> {
    let data_bytes = frames * 4;
    let mut bytes = Vec::with_capacity(44 + data_bytes as usize);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    for field in [16u32, 0x0002_0001, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 4, 0x0010_0004] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&data_bytes.to_le_bytes());
    bytes
}
