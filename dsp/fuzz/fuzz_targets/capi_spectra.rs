#![no_main]

#[path = "../capi/mod.rs"]
#[allow(dead_code)]
mod capi;

libfuzzer_sys::fuzz_target!(|data: &[u8]| capi::spectra::check(data));
