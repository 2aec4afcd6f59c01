//! Seconds of processor time for converting stereo sound, best of five: `cargo run --release --example resample_bench`.
//!
//! `dsp/reference/peers_resample.py --bench` prints the same for soxr. Both count the time of one thread.

use std::time::Instant;

use dsp::resample::{Quality, ResampleFailure, Resampler};

/// Seconds of sound.
const SOUND_S: usize = 240;
/// Frames of one push, as a decoder hands them out.
const BLOCK_FRAMES: usize = 8192;

fn noise(seed: u32, frames: usize) -> Vec<f32> {
    let mut state = seed;
    (0..frames)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn main() -> Result<(), ResampleFailure> {
    for (from, to) in [(44_100usize, 32_000usize), (48_000, 32_000), (44_100, 48_000), (96_000, 44_100)] {
        let sound = [noise(1, from * SOUND_S), noise(2, from * SOUND_S)];
        for quality in Quality::ALL {
            let mut best = f64::INFINITY;
            for _ in 0..5 {
                let mut resampler = Resampler::prepare(from as f64, to as f64, 2, quality)?;
                let mut checksum = 0.0;
                let mut each = |channels: &[Vec<f32>]| -> Result<(), ResampleFailure> {
                    checksum += channels[0][0] + channels[1][0];
                    Ok(())
                };
                let start = processor_time().map_or_else(|| Err(Instant::now()), Ok);
                for (left, right) in sound[0].chunks(BLOCK_FRAMES).zip(sound[1].chunks(BLOCK_FRAMES)) {
                    resampler.push(&[left, right], &mut each)?;
                }
                resampler.finish(&mut each)?;
                std::hint::black_box(checksum);
                let seconds = match start {
                    Ok(start) => processor_time().unwrap_or(f64::INFINITY) - start,
                    Err(start) => start.elapsed().as_secs_f64(),
                };
                best = best.min(seconds);
            }
            println!("dsp\t{from}\t{to}\t{quality:?}\t{best:.4}");
        }
    }
    Ok(())
}

/// Seconds this thread has run, where the system tells: other programs do not disturb it.
fn processor_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
}
