//! The whole analysis of 5 minutes of stereo 44.1 kHz sound in memory: everything but decoding.

use dsp::{
    Parameters,
    visualizer::{Findings, SoundFormat, Visualizer, VisualizerError},
};

/// Frames per second.
pub const RATE_HZ: u32 = 44_100;
/// Seconds of sound.
pub const SOUND_S: u32 = 300;
/// Frames in one push, as decoders hand them out.
const BLOCK_FRAMES: usize = 4_096;

/// A slow chirp in noise, left and right different.
pub fn sound() -> [Vec<f32>; 2] {
    let mut state = 1u32;
    let mut channel = |share: f64| -> Vec<f32> {
        (0..RATE_HZ * SOUND_S)
            .map(|n| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let t = f64::from(n) / f64::from(RATE_HZ);
                let chirp = (std::f64::consts::TAU * (100.0 * t + 10.0 * t * t)).sin();
                (share * chirp) as f32 + 0.05 * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
            })
            .collect()
    };
    [channel(0.3), channel(0.15)]
}

/// Analyses it.
pub fn run(sound: &[Vec<f32>; 2]) -> Result<Findings, VisualizerError> {
    let format = SoundFormat { sample_rate_hz: RATE_HZ, channels: 2, bits_per_sample: Some(16) };
    let mut visualizer = Visualizer::prepare(&Parameters::default(), format)?;
    for (left, right) in sound[0].chunks(BLOCK_FRAMES).zip(sound[1].chunks(BLOCK_FRAMES)) {
        visualizer.push(&[left, right])?;
    }
    visualizer.finish()
}
