//! The shared signals are the same in Rust and in Python.

#![allow(missing_docs)]

mod common;

use common::{numbers, signals};

#[test]
fn signals_are_those_of_the_scripts() {
    let expected = numbers::read("signals");
    let (rate, length) = (numbers::number(&expected["rate_hz"]), numbers::number(&expected["length"]) as usize);
    let probes: Vec<usize> = numbers::list(&expected["probes"]).into_iter().map(|n| n as usize).collect();
    let click = signals::Click { amplitude: 0.9, decay_s: 0.02, ..Default::default() };
    let noise = signals::noise(length, 7, 1.0);
    for (name, made, tolerance) in [
        ("noise", signals::noise(length, 7, 0.5), 0.0),
        ("sine", signals::sine(length, rate, 997.0, 0.25, 0.5), 1e-7),
        ("chirp", signals::chirp(length, rate, 20.0, 15_000.0, 0.5), 1e-7),
        ("exponential_sweep", signals::exponential_sweep(length, rate, 20.0, 15_000.0, 0.5), 1e-7),
        ("harmonic_tone", signals::harmonic_tone(length, rate, 220.5, 80, 0.3), 1e-7),
        ("impulses", signals::impulses(length, 4_567, 0, 0.75), 0.0),
        ("click_track", signals::click_track(length, rate, 510.0, 0.03, click), 1e-7),
        ("mixed", signals::mixed(&[&noise, &signals::sine(length, rate, 440.0, 1.0, 0.0)]), 2e-7),
    ] {
        let reference = &expected["signals"][name];
        for (&n, sample) in probes.iter().zip(numbers::list(&reference["samples"])) {
            assert!((f64::from(made[n]) - sample).abs() <= tolerance + 1e-11, "{name}[{n}]: {} != {sample}", made[n]);
        }
        let squares: f64 = made.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let ratio = squares / numbers::number(&reference["sum_of_squares"]);
        assert!((ratio - 1.0).abs() < 1e-6, "{name}: power differs by {ratio}");
    }
}
