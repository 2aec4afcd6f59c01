//! Filters beside scipy's; `dsp/reference/peers_filters.py` makes the numbers.

#![allow(clippy::unwrap_used, missing_docs)]

use dsp::{
    filter::{Band, Cascade, Convolver, Shape},
    window::Window,
};
use serde_json::Value;

fn numbers() -> Value {
    serde_json::from_str(include_str!("../reference/numbers/filters.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn noise(frames: usize) -> Vec<f32> {
    let mut state = 1u32;
    (0..frames)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn assert_near(actual: impl IntoIterator<Item = f64>, expected: &[f64], tolerance: f64, what: &str) {
    for (actual, expected) in actual.into_iter().zip(expected) {
        assert!((actual - expected).abs() <= tolerance, "{what}: {actual} {expected}");
    }
}

#[test]
fn sections_agree() {
    let (numbers, q) = (numbers(), std::f64::consts::FRAC_1_SQRT_2);
    // The quality of its notch and peak counts the -3 dB band of the digital filter, the cookbook's that of the analog
    // filter before the bilinear transform.
    let phase = std::f64::consts::TAU * 5000.0 / 48_000.0;
    let sharp = phase.sin() / (2.0 * (phase / (2.0 * 4.0)).tan());
    for row in numbers["iir"].as_array().unwrap() {
        let name = row["filter"].as_str().unwrap();
        let shape = match name {
            "low_pass 1000 0.7071" => Shape::LowPass { frequency_hz: 1000.0, q },
            "high_pass 3000 0.7071" => Shape::HighPass { frequency_hz: 3000.0, q },
            "first_order_high_pass 200" => Shape::FirstOrderHighPass { frequency_hz: 200.0 },
            "notch 5000 4" => Shape::Notch { frequency_hz: 5000.0, q: sharp },
            "band_pass_peak 5000 4" => Shape::BandPassPeak { frequency_hz: 5000.0, q: sharp },
            _ => panic!("{name}"),
        };
        let mut filter = Cascade::design(&[shape], 48_000.0).unwrap();
        let gains = [100.0, 1000.0, 4000.0, 15_000.0].map(|f| filter.response(f, 48_000.0).norm());
        let mut samples = noise(2000);
        filter.process(&mut samples);
        assert_near(gains, &floats(&row["gain"]), 1e-10, name);
        assert_near(samples[1980..].iter().map(|&y| f64::from(y)), &floats(&row["output"]), 1e-6, name);
    }
}

#[test]
fn windowed_sincs_agree() {
    for row in numbers()["fir"].as_array().unwrap() {
        let (name, expected) = (row["filter"].as_str().unwrap(), floats(&row["taps"]));
        let window = match row["window"].as_str().unwrap() {
            "kaiser" => Window::KaiserSymmetric { beta: 8.0 },
            "hamming" => Window::HammingSymmetric,
            "blackman" => Window::BlackmanSymmetric,
            "hann" => Window::HannSymmetric,
            other => panic!("{other}"),
        };
        let band = match name {
            "low_pass 4000" => Band::LowPass { cutoff_hz: 4000.0 },
            "high_pass 4000" => Band::HighPass { cutoff_hz: 4000.0 },
            "band_pass 2000 6000" => Band::BandPass { low_hz: 2000.0, high_hz: 6000.0 },
            "band_stop 2000 6000" => Band::BandStop { low_hz: 2000.0, high_hz: 6000.0 },
            _ => panic!("{name}"),
        };
        let taps = band.windowed(expected.len(), window, 48_000.0).unwrap();
        assert_near(taps.iter().copied(), &expected, 1e-12, name);
        let out = Convolver::convolve(&noise(2000), &taps).unwrap();
        assert_near(out[500..520].iter().map(|&y| f64::from(y)), &floats(&row["output"]), 1e-6, name);
    }
}
