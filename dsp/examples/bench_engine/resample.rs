//! Resampling stereo from 44.1 to 32 kHz.

use std::{error::Error, fs};

use dsp::resample::{MonoResampler, Quality, ResampleFailure, Resampler};

use crate::clock;

/// Presets by the name that they are asked for on the command line; without a quality, the resampler of the visualizer.
const PRESETS: [(&str, Option<Quality>); 5] = [
    ("80 dB", Some(Quality::Db80)),
    ("100 dB", Some(Quality::Db100)),
    ("120 dB", Some(Quality::Db120)),
    ("140 dB", Some(Quality::Db140)),
    ("visualizer", None),
];
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
    let mut all = PRESETS.map(|(name, _)| (name, Vec::new()));
    for round in 0..=rounds {
        for ((_, times), (_, quality)) in all.iter_mut().zip(PRESETS) {
            let (time, out) = clock::timed(|| converted(quality, FROM_HZ, TO_HZ, &sound));
            out?;
            // In the first round the system finds the memory.
            if round > 0 {
                times.push(time);
            }
        }
    }
    clock::print(&all);
    Ok(())
}

/// All channels, in blocks.
fn converted<C: AsRef<[f32]>>(
    quality: Option<Quality>,
    from_hz: u32,
    to_hz: u32,
    sound: &[C],
) -> Result<Vec<Vec<f32>>, ResampleFailure> {
    // As long as it will be: what a growing list copies is not the engine's time.
    let frames = sound.first().map_or(0, |channel| channel.as_ref().len());
    let length = (frames as u64 * u64::from(to_hz)).div_ceil(from_hz.into()) as usize;
    let mut out: Vec<_> = sound.iter().map(|_| Vec::with_capacity(length)).collect();
    let Some(quality) = quality else {
        for (out, channel) in out.iter_mut().zip(sound) {
            let mut resampler = MonoResampler::prepare(from_hz, to_hz)?;
            let mut take = |samples: &[f32]| -> Result<(), ResampleFailure> {
                out.extend_from_slice(samples);
                Ok(())
            };
            channel.as_ref().chunks(BLOCK_FRAMES).try_for_each(|block| resampler.push(block, &mut take))?;
            resampler.finish(&mut take)?;
        }
        return Ok(out);
    };
    let mut resampler = Resampler::prepare(f64::from(from_hz), f64::from(to_hz), sound.len(), quality)?;
    let mut take = |channels: &[Vec<f32>]| -> Result<(), ResampleFailure> {
        out.iter_mut().zip(channels).for_each(|(out, channel)| out.extend_from_slice(channel));
        Ok(())
    };
    for start in (0..frames).step_by(BLOCK_FRAMES) {
        let end = (start + BLOCK_FRAMES).min(frames);
        let block: Vec<&[f32]> = sound.iter().map(|channel| &channel.as_ref()[start..end]).collect();
        resampler.push(&block, &mut take)?;
    }
    resampler.finish(&mut take)?;
    Ok(out)
}

/// Resamples a file of mono f32 samples, little endian: the script measures pass-band and stop-band of what comes out.
pub fn convert(from_hz: &str, to_hz: &str, preset: &str, input: &str, output: &str) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(input)?;
    let samples: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|&word| f32::from_le_bytes(word)).collect();
    let known = PRESETS.iter().find(|(name, _)| *name == preset);
    let (_, quality) = known.ok_or_else(|| format!("no preset is called {preset}"))?;
    let out = converted(*quality, from_hz.parse()?, to_hz.parse()?, &[samples])?;
    let bytes: Vec<u8> = out.into_iter().flatten().flat_map(f32::to_le_bytes).collect();
    Ok(fs::write(output, bytes)?)
}
