//! What must hold for any bytes, one check for each fuzz target. `dsp/tests/fuzz_corpus.rs` holds the kept corpus to the
//! same checks in every test run, without a fuzzer.

mod bytes;
pub mod decode;
pub mod grid;
pub mod resample;
pub mod transform;
pub mod visualizer;
