use alloc::{vec, vec::Vec};
use core::f64::consts::{PI, TAU};

use super::*;
use crate::fft::Complex64;

/// Two octaves of semitones from 220 Hz at 8 kHz: windows of up to 611 samples.
fn small() -> ConstantQParameters {
    ConstantQParameters { sample_rate_hz: 8000.0, min_hz: 220.0, bands: 24, bands_per_octave: 12, hop_frames: 100 }
}

fn spectra(samples: &[f32], parameters: &ConstantQParameters) -> Vec<Vec<Complex32>> {
    let mut transform = ConstantQ::prepare(parameters).expect("planned");
    let mut all = Vec::new();
    transform.push(samples, |bands| all.push(bands.to_vec()));
    let frames = transform.finish(|bands| all.push(bands.to_vec()));
    assert_eq!(frames, all.len() as u64);
    all
}

fn sine(frequency: f64, rate: f64, length: u32) -> Vec<f32> {
    (0..length).map(|n| math::sin(TAU * frequency / rate * f64::from(n)) as f32).collect()
}

fn noise(length: usize) -> Vec<f32> {
    let mut state = 1u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

/// The sum of the definition, one band of one frame.
fn definition(samples: &[f32], parameters: &ConstantQParameters, frame: usize, band: usize) -> Complex64 {
    let frames = parameters.q() * parameters.sample_rate_hz / parameters.center_hz(band);
    let reach = (frames / 2.0) as i64;
    let (mut sum, mut weights) = (Complex64::ZERO, 0.0);
    for m in -reach..=reach {
        let w = 0.5 + 0.5 * math::cos(TAU * m as f64 / frames);
        weights += w;
        let at = (frame * parameters.hop_frames) as i64 + m;
        let x = usize::try_from(at).ok().and_then(|at| samples.get(at)).copied().unwrap_or_default();
        let phase = -TAU * parameters.center_hz(band) * m as f64 / parameters.sample_rate_hz;
        sum += Complex64::new(math::cos(phase), math::sin(phase)) * w * f64::from(x);
    }
    sum * 2.0 / weights
}

#[test]
fn bands_are_the_definition() {
    for (hop_frames, bands_per_octave, bands) in [(100, 12, 24), (128, 12, 48), (77, 5, 15), (64, 3, 9), (1024, 24, 80)]
    {
        let min_hz = if bands < 40 { 220.0 } else { 110.0 };
        let parameters = ConstantQParameters { hop_frames, bands_per_octave, bands, min_hz, ..small() };
        let samples = noise(1500);
        for (frame, bands) in spectra(&samples, &parameters).iter().enumerate() {
            for (band, value) in bands.iter().enumerate() {
                let exact = definition(&samples, &parameters, frame, band);
                let error = (Complex64::new(f64::from(value.re), f64::from(value.im)) - exact).norm_sqr().sqrt();
                assert!(error < 3e-5, "hop {hop_frames}, frame {frame} band {band}: {value} {exact}");
            }
        }
    }
}

/// The transform of a Hann window at x bins from its centre: sinc(x) / (1 - x^2).
fn hann(x: f64) -> f64 {
    match x.abs() {
        near if near < 1e-9 => 1.0,
        one if (one - 1.0).abs() < 1e-9 => 0.5,
        _ => math::sin(PI * x) / (PI * x) / (1.0 - x * x),
    }
}

#[test]
fn a_sine_has_the_response_of_the_window() {
    let parameters = small();
    for frequency in [220.0, 225.0, 311.1, 440.0, 452.9, 700.0] {
        let all = spectra(&sine(frequency, 8000.0, 4000), &parameters);
        let middle = &all[20];
        for (band, value) in middle.iter().enumerate() {
            let x = (frequency / parameters.center_hz(band) - 1.0) * parameters.q();
            let magnitude = f64::from(value.norm_sqr().sqrt());
            // The mirror image at -f is as far away as 2 Q bins and more, where side lobes are below 2e-4.
            assert!((magnitude - hann(x).abs()).abs() < 4e-4, "{frequency} Hz, band {band}: {magnitude} {}", hann(x));
        }
    }
    let octave = spectra(&sine(440.0, 8000.0, 4000), &parameters);
    let magnitude = |band: usize| octave[20][band].norm_sqr().sqrt();
    assert!(
        (magnitude(12) - 1.0).abs() < 1e-3
            && (magnitude(11) - 0.5).abs() < 0.03
            && magnitude(14) < 0.04
            && magnitude(15) < 0.02
    );
}

#[test]
fn chunks_do_not_matter() {
    let samples = noise(3000);
    let whole = spectra(&samples, &small());
    assert_eq!(whole.len(), 31);
    for chunk in [1usize, 7, 99, 100, 101, 1024, 2999] {
        let mut transform = ConstantQ::prepare(&small()).expect("planned");
        let mut all = Vec::new();
        for part in samples.chunks(chunk) {
            transform.push(part, |bands| all.push(bands.to_vec()));
        }
        transform.finish(|bands| all.push(bands.to_vec()));
        assert!(all == whole, "chunks of {chunk}");
    }
}

#[test]
fn impossible_transforms_are_refused() {
    let refused = |parameters: ConstantQParameters| ConstantQ::prepare(&parameters).err().expect("refused");
    for (bands, bands_per_octave) in [(0, 12), (usize::MAX, 12), (12, 0), (12, 2), (12, 193)] {
        let error = refused(ConstantQParameters { bands, bands_per_octave, ..small() });
        assert_eq!(error, ConstantQError::Bands { bands, bands_per_octave });
    }
    for (min_hz, sample_rate_hz) in [
        (0.0, 8000.0),
        (-1.0, 8000.0),
        (f64::NAN, 8000.0),
        (3000.0, 8000.0),
        (220.0, f64::NAN),
        (220.0, 0.0),
        (1.0, f64::INFINITY),
    ] {
        let error = refused(ConstantQParameters { min_hz, sample_rate_hz, ..small() });
        assert!(matches!(error, ConstantQError::Range { .. }), "{min_hz} {sample_rate_hz}: {error}");
    }
    let error = refused(ConstantQParameters { min_hz: 1e-6, ..small() });
    assert!(matches!(error, ConstantQError::Window { min_hz: 1e-6, .. }));
    // With a hop that can be halved, the same bands are a few samples each.
    let low = ConstantQParameters { min_hz: 0.5, bands: 1000, bands_per_octave: 96, hop_frames: 77, ..small() };
    assert!(matches!(refused(low), ConstantQError::Windows { min_hz: 0.5, .. }));
    ConstantQ::prepare(&ConstantQParameters { hop_frames: 1024, ..low }).expect("planned");
    for hop_frames in [0, MAX_HOP_FRAMES + 1, usize::MAX] {
        assert_eq!(refused(ConstantQParameters { hop_frames, ..small() }), ConstantQError::Hop { hop_frames });
    }
    let mut harmless = ConstantQ::prepare(&small()).expect("planned");
    harmless.push(&vec![f32::NAN; 2000], |_| ());
}

#[test]
fn the_default_holds_seven_octaves() {
    let parameters = ConstantQParameters::default();
    let all = spectra(&sine(4186.009, 32_000.0, 40_000), &ConstantQParameters { bands: 85, ..parameters });
    assert!((all[40][84].norm_sqr().sqrt() - 1.0).abs() < 1e-3);
    let all = spectra(&sine(32.703_195_66, 32_000.0, 40_000), &parameters);
    assert!((all[40][0].norm_sqr().sqrt() - 1.0).abs() < 1e-3);
}
