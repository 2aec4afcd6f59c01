//! The pipeline of `dsp/examples/bench_engine` as a module without a browser: `bench/wasm.mjs` runs it in node.
//!
//! Without imports there is no way to take arguments: the first call of `main` makes the sound, every further one
//! analyses it, and the caller takes the time.

#[cfg(target_arch = "wasm32")]
#[path = "../../../dsp/examples/bench_engine/pipeline.rs"]
mod pipeline;

#[cfg(target_arch = "wasm32")]
fn main() -> std::process::ExitCode {
    static SOUND: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    match SOUND.get() {
        None => {
            SOUND.get_or_init(pipeline::sound);
            std::process::ExitCode::SUCCESS
        }
        Some(sound) => std::process::ExitCode::from(u8::from(pipeline::run(sound).is_err())),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
