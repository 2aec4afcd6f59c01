//! Welch estimates beside scipy's; `dsp/reference/peers_transfer.py` makes the numbers.

#![allow(clippy::unwrap_used, missing_docs)]

use dsp::{
    transfer::{TransferEstimator, TransferParameters},
    window::Window,
};
use serde_json::Value;

fn noise(frames: usize, mut state: u32) -> Vec<f32> {
    (0..frames)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

#[test]
fn estimates_agree() {
    let numbers: Value = serde_json::from_str(include_str!("../reference/numbers/transfer.json")).unwrap();
    let (x, added) = (noise(60_000, 1), noise(60_000, 77));
    let at = |n: usize, lag: usize| n.checked_sub(lag).map_or(0.0, |n| f64::from(x[n]));
    let y: Vec<f32> = (0..x.len())
        .map(|n| (0.5 * at(n, 0) - 0.3 * at(n, 3) + 0.2 * at(n, 40) + 0.1 * f64::from(added[n])) as f32)
        .collect();
    for case in numbers["cases"].as_array().unwrap() {
        let whole = |name: &str| case[name].as_u64().unwrap() as usize;
        let parameters = TransferParameters {
            segment_frames: whole("segment_frames"),
            hop_frames: whole("hop_frames"),
            window: match case["window"].as_str().unwrap() {
                "hann" => Window::HannPeriodic,
                "blackman" => Window::BlackmanPeriodic,
                _ => Window::Rectangular,
            },
            lag_frames: 0,
        };
        let mut estimator = TransferEstimator::prepare(&parameters, 48_000.0, 48_000.0).unwrap();
        estimator.push(&x, &y).unwrap();
        let function = estimator.finish().unwrap();
        let rows = case["coherence"].as_array().unwrap().len();
        assert!(rows > 5);
        for row in 0..rows {
            let bin = whole("first") + row * whole("step");
            let number = |name: &str| case[name][row].as_f64().unwrap();
            let (h1, h2) = (function.h1(bin).unwrap(), function.h2(bin).unwrap());
            for (ours, name) in [
                (h1.re, "h1_re"),
                (h1.im, "h1_im"),
                (h2.re, "h2_re"),
                (h2.im, "h2_im"),
                (function.coherence(bin).unwrap(), "coherence"),
            ] {
                assert!((ours - number(name)).abs() < 2e-6, "{parameters:?} bin {bin} {name}: {ours} {}", number(name));
            }
        }
    }
}
