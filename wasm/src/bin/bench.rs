//! The pipeline of `dsp/examples/bench_engine` as a module without a browser: `bench/wasm.mjs` runs it in node.
//!
//! Without imports there is no way to take arguments: the first call of `main` makes the sound, the further ones analyse
//! it, in turn what a preview shows and everything, and the caller takes the time.

#[cfg(target_arch = "wasm32")]
#[path = "../../../dsp/examples/bench_engine/pipeline.rs"]
mod pipeline;

#[cfg(target_arch = "wasm32")]
fn main() -> std::process::ExitCode {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    };

    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let sound = SOUND.get_or_init(pipeline::sound);
    let measures = match call {
        0 => return std::process::ExitCode::SUCCESS,
        odd if odd % 2 == 1 => dsp::Measures::Overview,
        _ => dsp::Measures::Full,
    };
    std::process::ExitCode::from(u8::from(pipeline::run(sound, measures).is_err()))
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
