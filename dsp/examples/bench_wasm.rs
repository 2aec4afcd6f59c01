//! The same pipeline as `bench_engine pipeline`, as a WebAssembly module that `bench/wasm.mjs` runs in node.
//!
//! A module without imports has no way to take arguments: the first call of `main` makes the sound, every further one
//! analyses it, and the caller takes the time. On other targets it does the same once and says nothing.

#[path = "bench_engine/pipeline.rs"]
mod pipeline;

use std::{process::ExitCode, sync::OnceLock};

static SOUND: OnceLock<[Vec<f32>; 2]> = OnceLock::new();

fn main() -> ExitCode {
    match SOUND.get() {
        None => {
            SOUND.get_or_init(pipeline::sound);
            ExitCode::SUCCESS
        }
        Some(sound) => ExitCode::from(u8::from(pipeline::run(sound).is_err())),
    }
}
