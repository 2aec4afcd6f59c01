use alloc::{vec, vec::Vec};

use super::*;
use crate::{
    fft::{Complex32, RealFft},
    filter::{Cascade, Convolver, Shape, response},
};

const RATE_HZ: f64 = 48_000.0;

fn sweep() -> Sweep {
    Sweep::new(50.0, 20_000.0, 2.0, RATE_HZ).expect("planned")
}

/// The sweep with a second of silence behind it.
fn played() -> Vec<f32> {
    let mut played = sweep().samples();
    played.resize(played.len() + 48_000, 0.0);
    played
}

#[test]
fn starts_and_ends_at_its_frequencies() {
    let samples = sweep().samples();
    assert!((samples.len() as f64 / RATE_HZ - 2.0).abs() < 0.1);
    let crossings = |range: core::ops::Range<usize>| {
        samples[range].windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count() as f64
    };
    // In 0.1 s the frequency grows from 50 to about 67 Hz; the last 10 ms run through 19.4 to 20 kHz.
    assert!((4.0..=7.0).contains(&crossings(0..4800)), "{}", crossings(0..4800));
    let last = samples.len() - 480;
    assert!((193.0..=201.0).contains(&crossings(last..samples.len())));
}

#[test]
fn finds_the_response_of_a_known_filter() {
    let shapes = [Shape::Peaking { frequency_hz: 1000.0, q: 2.0, gain_db: -12.0 }];
    let mut filter = Cascade::design(&shapes, RATE_HZ).expect("designed");
    let mut recorded = played();
    filter.process(&mut recorded);
    let impulse = sweep().impulse_response(&recorded, RATE_HZ).expect("response");
    assert_eq!(impulse.peak_frame(), 0);
    let taps: Vec<f64> = impulse.samples.iter().map(|&x| f64::from(x)).collect();
    for frequency_hz in [100.0, 500.0, 1000.0, 1100.0, 5000.0, 15_000.0] {
        let (found, exact) = (response(&taps, frequency_hz, RATE_HZ), filter.response(frequency_hz, RATE_HZ));
        assert!((found.norm() / exact.norm() - 1.0).abs() < 1e-3, "{frequency_hz}: {} {}", found.norm(), exact.norm());
    }
}

#[test]
fn harmonics_come_before_the_linear_response() {
    let recorded: Vec<f32> = played().iter().map(|x| x + 0.1 * x * x).collect();
    let impulse = sweep().impulse_response(&recorded, RATE_HZ).expect("response");
    let lead = (sweep().harmonic_lead_s(2) * RATE_HZ).round() as usize;
    let loudest = |range: core::ops::Range<usize>| impulse.samples[range].iter().fold(0.0f32, |m, x| m.max(x.abs()));
    let second = loudest(impulse.origin - lead - 20..impulse.origin - lead + 20);
    let third = (sweep().harmonic_lead_s(3) * RATE_HZ).round() as usize;
    assert!(second > 0.02, "{second}");
    assert!(loudest(impulse.origin - third - 20..impulse.origin - third + 20) < 0.1 * second);
    assert_eq!(impulse.peak_frame(), 0);
}

#[test]
fn sweep_and_inverse_filter_make_an_impulse() {
    let samples = sweep().samples();
    let out = Convolver::convolve(&samples, &sweep().inverse_filter()).expect("convolved");
    let place = out.iter().enumerate().fold(0, |best, (n, x)| if x.abs() > out[best].abs() { n } else { best });
    assert_eq!(place, samples.len() - 1);
    // Gain one in the band.
    let mut block: Vec<f32> = out[place - 8192..place + 8192].to_vec();
    let mut spectrum = vec![Complex32::new(0.0, 0.0); 8193];
    RealFft::new(16_384).expect("planned").forward(&mut block, &mut spectrum).expect("transformed");
    for bin in (100..5000).step_by(50) {
        let gain_db = 20.0 * spectrum[bin].norm().log10();
        assert!(gain_db.abs() < 0.3, "{bin}: {gain_db} dB");
    }
}

#[test]
fn refuses_what_is_no_recording_of_it() {
    let sweep = sweep();
    let refused = sweep.impulse_response(&played(), 44_100.0);
    assert!(matches!(refused, Err(TransferError::Rates { .. })));
    let refused = sweep.impulse_response(&played()[..1000], RATE_HZ);
    assert!(matches!(refused, Err(TransferError::TooShort { actual: 1000, .. })));
    let refused = sweep.impulse_response(&vec![0.0; 200_000], RATE_HZ);
    assert!(matches!(refused, Err(TransferError::Silent(Recording::Response))));
    let mut bad = played();
    bad[5] = f32::NAN;
    assert!(matches!(sweep.impulse_response(&bad, RATE_HZ), Err(TransferError::NotFinite { frame: 5, .. })));
}

#[test]
fn refuses_what_makes_no_sweep() {
    for (start, end, duration, rate) in [
        (0.0, 100.0, 1.0, RATE_HZ),
        (100.0, 100.0, 1.0, RATE_HZ),
        (100.0, 30_000.0, 1.0, RATE_HZ),
        (100.0, 1000.0, 0.0, RATE_HZ),
        (100.0, 1000.0, 1e9, RATE_HZ),
        (1e-300, 1000.0, 1.0, RATE_HZ),
        (100.0, 1000.0, f64::NAN, RATE_HZ),
        (f64::NAN, 1000.0, 1.0, RATE_HZ),
        (100.0, 1000.0, 1.0, f64::INFINITY),
    ] {
        assert!(Sweep::new(start, end, duration, rate).is_err(), "{start} {end} {duration} {rate}");
    }
}
