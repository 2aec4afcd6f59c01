//! The engine's side of the comparisons under `bench/`, whose scripts run it and print ratios:
//!
//! `bench_engine stft ROUNDS`, `bench_engine resample ROUNDS`, `bench_engine pipeline ROUNDS` print milliseconds of
//! processor time as JSON; `bench_engine convert FROM_HZ TO_HZ PRESET IN OUT` resamples a file of f32 samples.

mod clock;
mod pipeline;
mod resample;
mod stft;

use std::{error::Error, process::ExitCode};

use dsp::Measures;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let rounds = |text: &str| text.parse().unwrap_or(5);
    let outcome: Result<(), Box<dyn Error>> = match words.as_slice() {
        ["stft", count] => stft::run(rounds(count)),
        ["resample", count] => resample::run(rounds(count)),
        ["pipeline", count] => run_pipeline(rounds(count)),
        ["convert", from_hz, to_hz, preset, input, output] => resample::convert(from_hz, to_hz, preset, input, output),
        _ => Err("bench_engine stft|resample|pipeline ROUNDS, or convert FROM_HZ TO_HZ PRESET IN OUT".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run_pipeline(rounds: usize) -> Result<(), Box<dyn Error>> {
    let sound = pipeline::sound();
    let mut times: [Vec<f64>; 2] = Default::default();
    for round in 0..=rounds {
        for (all, measures) in times.iter_mut().zip([Measures::Overview, Measures::Full]) {
            let (time, result) = clock::timed(|| pipeline::run(&sound, measures));
            result?;
            // The first round warms caches.
            if round > 0 {
                all.push(time);
            }
        }
    }
    let [overview, full] = times;
    clock::print(&[("overview", overview), ("full", full)]);
    Ok(())
}
