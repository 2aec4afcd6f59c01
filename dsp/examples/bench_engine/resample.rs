//! Resampling stereo from 44.1 to 32 kHz.

use std::{error::Error, fs};

use dsp::resample::{MonoResampler, ResampleFailure};

use crate::clock;

/// Presets by name, as they are asked for on the command line.
const PRESETS: [&str; 1] = ["visualizer"];
const FROM_HZ: u32 = 44_100;
const TO_HZ: u32 = 32_000;
const SOUND_S: usize = 60;
/// Frames in one push, as decoders hand them out.
const BLOCK_FRAMES: usize = 4_096;

fn noise(seed: u32) -> Vec<f32> {
    let mut state = seed;
    (0..FROM_HZ as usize * SOUND_S)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

/// Prints the times of a minute of stereo, for every preset.
pub fn run(rounds: usize) -> Result<(), Box<dyn Error>> {
    let sound = [noise(1), noise(2)];
    let mut all = Vec::new();
    for preset in PRESETS {
        let mut times = Vec::new();
        for _ in 0..=rounds {
            let (time, out) = clock::timed(|| {
                sound.iter().map(|channel| converted(preset, FROM_HZ, TO_HZ, channel)).collect::<Result<Vec<_>, _>>()
            });
            out?;
            times.push(time);
        }
        all.push((preset, times.split_off(1)));
    }
    clock::print(&all);
    Ok(())
}

fn converted(preset: &str, from_hz: u32, to_hz: u32, samples: &[f32]) -> Result<Vec<f32>, Box<dyn Error>> {
    if !PRESETS.contains(&preset) {
        return Err(format!("no preset is called {preset}").into());
    }
    let mut resampler = MonoResampler::prepare(from_hz, to_hz)?;
    let mut out = Vec::new();
    let mut take = |samples: &[f32]| -> Result<(), ResampleFailure> {
        out.extend_from_slice(samples);
        Ok(())
    };
    for block in samples.chunks(BLOCK_FRAMES) {
        resampler.push(block, &mut take)?;
    }
    resampler.finish(&mut take)?;
    Ok(out)
}

/// Resamples a file of mono f32 samples, little endian: the script measures pass-band and stop-band of what comes out.
pub fn convert(from_hz: &str, to_hz: &str, preset: &str, input: &str, output: &str) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(input)?;
    let samples: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|&word| f32::from_le_bytes(word)).collect();
    let out = converted(preset, from_hz.parse()?, to_hz.parse()?, &samples)?;
    let bytes: Vec<u8> = out.into_iter().flat_map(f32::to_le_bytes).collect();
    Ok(fs::write(output, bytes)?)
}
