//! The bridge to the Web Worker in which `dsp` analyses sound. The main thread asks, shows pictures, and computes nothing.

pub mod bridge;
pub mod protocol;
