use alloc::{vec, vec::Vec};

use super::*;
use crate::{
    filter::{Cascade, Shape},
    math,
    window::Window,
};

const RATE_HZ: f64 = 48_000.0;

fn noise(length: usize, mut state: u32) -> Vec<f32> {
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn estimate(parameters: &TransferParameters, reference: &[f32], response: &[f32]) -> TransferFunction {
    let mut estimator = TransferEstimator::prepare(parameters, RATE_HZ, RATE_HZ).expect("parameters");
    estimator.push(reference, response).expect("pushed");
    estimator.finish().expect("finished")
}

fn parameters(segment_frames: usize) -> TransferParameters {
    TransferParameters { segment_frames, hop_frames: segment_frames / 2, ..TransferParameters::default() }
}

fn equalizer() -> Cascade {
    let shapes = [
        Shape::Peaking { frequency_hz: 1000.0, q: 1.0, gain_db: 9.0 },
        Shape::LowPass { frequency_hz: 8000.0, q: 0.7 },
    ];
    Cascade::design(&shapes, RATE_HZ).expect("designed")
}

#[test]
fn finds_the_response_of_a_known_filter() {
    let (reference, mut filter) = (noise(200_000, 1), equalizer());
    let mut response = reference.clone();
    filter.process(&mut response);
    let function = estimate(&parameters(4096), &reference, &response);
    for bin in (8..1600).step_by(7) {
        let exact = filter.response(function.frequency_hz(bin), RATE_HZ);
        for h in [function.h1(bin), function.h2(bin)] {
            // Limited by what of the ringing leaves a segment.
            assert!((h.expect("energy") - exact).norm() < 0.02 * exact.norm(), "{bin}");
        }
        assert!(function.coherence(bin).expect("energy") > 0.999);
    }
}

#[test]
fn finds_a_delay_and_takes_it_out() {
    let reference = noise(100_000, 1);
    let mut response = vec![0.0; 100_000];
    response[300..].copy_from_slice(&reference[..99_700]);
    let function = estimate(&parameters(4096), &reference, &response);
    assert_eq!(function.lag_frames().expect("lag"), 300);
    // A bias of 300 / 4096 frames lowers the coherence; with the lag taken out nothing is left to explain.
    assert!(function.coherence(500).expect("energy") < 0.99);
    let aligned = TransferParameters { lag_frames: 300, ..parameters(4096) };
    let function = estimate(&aligned, &reference, &response);
    for bin in 1..2048 {
        assert!((function.h1(bin).expect("energy") - 1.0).norm() < 1e-5);
        assert!(function.coherence(bin).expect("energy") > 1.0 - 1e-9);
    }
    assert!((function.group_delay_frames(777).expect("energy") - 300.0).abs() < 1e-2);
    // The other way round the response is ahead.
    let function = estimate(&parameters(4096), &response, &reference);
    assert_eq!(function.lag_frames().expect("lag"), -300);
    let ahead = TransferParameters { lag_frames: -300, ..parameters(4096) };
    assert!((estimate(&ahead, &response, &reference).h1(100).expect("energy") - 1.0).norm() < 1e-5);
}

#[test]
fn noise_lowers_the_coherence_by_its_share() {
    // Equal powers of sound and noise: the reference explains half of the response.
    let (reference, added) = (noise(400_000, 1), noise(400_000, 4242));
    let response: Vec<f32> = reference.iter().zip(&added).map(|(x, n)| x + n).collect();
    let function = estimate(&parameters(1024), &reference, &response);
    let bins = 10..500usize;
    let mean = |value: &dyn Fn(usize) -> f64| bins.clone().map(value).sum::<f64>() / bins.len() as f64;
    assert!((mean(&|bin| function.coherence(bin).expect("energy")) - 0.5).abs() < 0.01);
    // Noise in the response: H1 does not mind, H2 is too large by 1 / coherence.
    assert!((mean(&|bin| function.h1(bin).expect("energy").re) - 1.0).abs() < 0.01);
    assert!((mean(&|bin| function.h2(bin).expect("energy").re) - 2.0).abs() < 0.04);
    // Noise in the reference: the other way round.
    let function = estimate(&parameters(1024), &response, &reference);
    assert!((mean(&|bin| function.h1(bin).expect("energy").re) - 0.5).abs() < 0.01);
    assert!((mean(&|bin| function.h2(bin).expect("energy").re) - 1.0).abs() < 0.02);
}

#[test]
fn chunks_do_not_matter() {
    let (reference, response) = (noise(5000, 1), noise(5000, 2));
    let parameters = TransferParameters { hop_frames: 100, lag_frames: 17, ..parameters(512) };
    let whole = estimate(&parameters, &reference, &response);
    for chunk in [1, 99, 512, 4999] {
        let mut estimator = TransferEstimator::prepare(&parameters, RATE_HZ, RATE_HZ).expect("parameters");
        for (x, y) in reference.chunks(chunk).zip(response.chunks(chunk)) {
            estimator.push(x, y).expect("pushed");
        }
        let function = estimator.finish().expect("finished");
        assert!((0..257).all(|bin| function.h1(bin) == whole.h1(bin)));
        assert_eq!(function.segments(), whole.segments());
    }
}

#[test]
fn a_bin_without_energy_has_no_value() {
    let sine: Vec<f32> = (0..20_000).map(|n| math::sin(core::f64::consts::TAU * f64::from(n) / 16.0) as f32).collect();
    let function = estimate(&parameters(1024), &sine, &sine);
    assert!((function.magnitude_db(64).expect("energy")).abs() < 1e-6);
    assert_eq!((function.h1(300), function.coherence(300), function.phase_rad(9999)), (None, None, None));
}

#[test]
fn refuses_what_cannot_be_compared() {
    let prepare = |parameters: &TransferParameters| TransferEstimator::prepare(parameters, RATE_HZ, RATE_HZ);
    for rates in [(48_000.0, 44_100.0), (f64::NAN, f64::NAN), (0.0, 0.0)] {
        let refused = TransferEstimator::prepare(&parameters(512), rates.0, rates.1);
        assert!(matches!(refused, Err(TransferError::Rates { .. })));
    }
    for (segment_frames, hop_frames) in [(0, 0), (8, 4), (512, 0), (512, 513), (usize::MAX, 1)] {
        let parameters = TransferParameters { segment_frames, hop_frames, ..TransferParameters::default() };
        assert!(matches!(prepare(&parameters), Err(TransferError::Parameter(_))));
    }
    let mut short = prepare(&parameters(512)).expect("parameters");
    short.push(&noise(767, 1), &noise(767, 1)).expect("pushed");
    assert!(matches!(short.finish(), Err(TransferError::TooShort { expected: 768, actual: 767 })));
    let mut silent = prepare(&parameters(512)).expect("parameters");
    assert!(matches!(silent.push(&[0.0; 2], &[0.0; 3]), Err(TransferError::Frames { reference: 2, response: 3 })));
    silent.push(&vec![0.0; 2000], &noise(2000, 1)).expect("pushed");
    assert!(matches!(silent.finish(), Err(TransferError::Silent(Recording::Reference))));
    let mut bad = prepare(&parameters(512)).expect("parameters");
    bad.push(&[0.0; 5], &[0.0; 5]).expect("pushed");
    let refused = bad.push(&[0.0; 3], &[0.0, 0.0, f32::NAN]);
    assert_eq!(refused, Err(TransferError::NotFinite { recording: Recording::Response, frame: 7 }));
    for lag_frames in [i64::MIN, -(1 << 24) - 1, (1 << 24) + 1, i64::MAX] {
        let far = TransferParameters { lag_frames, ..TransferParameters::default() };
        assert!(matches!(prepare(&far), Err(TransferError::Parameter(refused)) if refused.name == "lag_frames"));
    }
    for lag_frames in [-(1 << 24), 1 << 24] {
        let far = TransferParameters { lag_frames, ..TransferParameters::default() };
        let mut far = prepare(&far).expect("parameters");
        far.push(&noise(9000, 1), &noise(9000, 1)).expect("pushed");
        assert!(matches!(far.finish(), Err(TransferError::TooShort { .. })));
    }
}

#[test]
fn windows_of_any_shape_agree_on_a_plain_gain() {
    let reference = noise(20_000, 3);
    let response: Vec<f32> = reference.iter().map(|x| -2.0 * x).collect();
    for window in [Window::Rectangular, Window::FlatTopPeriodic, Window::KaiserSymmetric { beta: 9.0 }] {
        let function = estimate(&TransferParameters { window, ..parameters(512) }, &reference, &response);
        assert!((function.h1(50).expect("energy") + 2.0).norm() < 1e-5);
        assert!((function.phase_rad(50).expect("energy").abs() - core::f64::consts::PI).abs() < 1e-5);
    }
}
