//! STFT and decibels of 5 minutes of mono at 32 kHz, against the transforms alone.

use std::error::Error;

use dsp::{Parameters, decibel::power_to_db, parameters::Precision, stft::Stft};
use realfft::RealFftPlanner;
use rustfft::{FftPlanner, num_complex::Complex32};

use crate::clock;

const SAMPLES: usize = 32_000 * 300;
const WINDOW: usize = 2_048;
const HOP: usize = 512;
/// Samples in one push, as a decoder and a resampler hand them out.
const BLOCK: usize = 4_096;

/// Prints the times of: the engine in both precisions, every cell in decibels in memory; as many transforms of the same
/// length by rustfft (complex) and realfft (real), and nothing else.
pub fn run(rounds: usize) -> Result<(), Box<dyn Error>> {
    let mut state = 1u32;
    let samples: Vec<f32> = (0..SAMPLES)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.5 * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
        })
        .collect();
    // Into memory that is there: what the system takes to find it is not the engine's time.
    let mut cells = vec![0.0; (1 + SAMPLES / HOP) * Parameters::default().bins()];
    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..=rounds {
        let (single, frames) = clock::timed(|| decibels(&samples, Precision::Single, &mut cells));
        let (double, _) = clock::timed(|| decibels(&samples, Precision::Double, &mut cells));
        let frames = frames? as usize;
        let complex = bare_rustfft(&samples, frames);
        let real = bare_realfft(&samples, frames)?;
        // The first round warms caches.
        if round > 0 {
            for (all, time) in times.iter_mut().zip([single, double, complex, real]) {
                all.push(time);
            }
        }
    }
    let [single, double, rustfft, realfft] = times;
    clock::print(&[("single", single), ("double", double), ("rustfft", rustfft), ("realfft", realfft)]);
    Ok(())
}

/// Every cell in decibels, frame after frame; the number of frames.
fn decibels(samples: &[f32], precision: Precision, cells: &mut [f32]) -> Result<u64, dsp::fft::FftError> {
    let parameters = Parameters { precision, ..Parameters::default() };
    let mut stft = Stft::prepare(&parameters)?;
    let mut rows = cells.chunks_exact_mut(parameters.bins());
    let mut take = |power: &[f32]| {
        let Some(row) = rows.next() else { return };
        for (cell, &p) in row.iter_mut().zip(power) {
            *cell = power_to_db(p, parameters.floor_dbfs);
        }
    };
    for block in samples.chunks(BLOCK) {
        stft.push(block, &mut take)?;
    }
    stft.finish(&mut take)
}

fn bare_rustfft(samples: &[f32], frames: usize) -> f64 {
    let fft = FftPlanner::new().plan_fft_forward(WINDOW);
    let mut scratch = vec![Complex32::default(); fft.get_inplace_scratch_len()];
    let start: Vec<Complex32> = samples[..WINDOW].iter().map(|&x| Complex32::new(x, 0.0)).collect();
    let mut block = start.clone();
    let (time, ()) = clock::timed(|| {
        for _ in 0..frames {
            // The same data each time: unscaled transforms of transforms would overflow.
            block.copy_from_slice(&start);
            fft.process_with_scratch(&mut block, &mut scratch);
            std::hint::black_box(&mut block);
        }
    });
    time
}

fn bare_realfft(samples: &[f32], frames: usize) -> Result<f64, realfft::FftError> {
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
    let (mut block, mut spectrum, mut scratch) = (fft.make_input_vec(), fft.make_output_vec(), fft.make_scratch_vec());
    let (time, result) = clock::timed(|| {
        for _ in 0..frames {
            block.copy_from_slice(&samples[..WINDOW]);
            fft.process_with_scratch(&mut block, &mut spectrum, &mut scratch)?;
            std::hint::black_box(&mut spectrum);
        }
        Ok(())
    });
    result.map(|()| time)
}
