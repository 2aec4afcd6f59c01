//! Windows against scipy; STFT, its inverse, mel bands, MFCC, chroma and constant-Q against librosa
//! (`dsp/reference/peers_transforms.py`). Both peers compute in double precision here.

#![allow(missing_docs)]

mod common;

use common::{
    numbers::{list, number, read},
    signals,
};
use dsp::{
    chroma::ChromaBank,
    constant_q::{ConstantQ, ConstantQParameters},
    fft::Complex32,
    filterbank::{BandNorm, BankParameters, FilterBank, MelParameters, MelScale},
    mfcc::Mfcc,
    stft::{ComplexStft, Framing, InverseStft, Synthesis},
    window::Window,
};
use serde_json::Value;

const RATE_HZ: f64 = 32_000.0;
const LENGTH: usize = 25_600;
const FRAMING: Framing = Framing { window: Window::HannPeriodic, length_frames: 2_048, hop_frames: 512 };
const BINS: usize = 1_025;
const BIN_WIDTH_HZ: f64 = RATE_HZ / 2_048.0;

fn sound() -> Vec<f32> {
    signals::mixed(&[
        &signals::harmonic_tone(LENGTH, RATE_HZ, 220.5, 30, 0.3),
        &signals::sine(LENGTH, RATE_HZ, 3_333.3, 0.1, 0.0),
        &signals::noise(LENGTH, 5, 0.001),
    ])
}

fn spectra() -> Vec<Complex32> {
    ComplexStft::of(&sound(), &FRAMING).expect("transformed")
}

fn indices(value: &Value) -> Vec<usize> {
    list(value).into_iter().map(|index| index as usize).collect()
}

/// Power spectra of the frames whose numbers were written down.
fn powers(expected: &Value) -> Vec<Vec<f32>> {
    let spectra = spectra();
    let frame = |i: usize| spectra[i * BINS..(i + 1) * BINS].iter().map(Complex32::norm_sqr).collect();
    indices(&expected["frames"]).into_iter().map(frame).collect()
}

/// Every value within `relative` of its own and `of_largest` of the largest magnitude of the list.
fn assert_close(made: &[f32], expected: &Value, relative: f64, of_largest: f64, what: &str) {
    let expected = list(expected);
    assert_eq!(made.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
    for (at, (&made, &expected)) in made.iter().zip(&expected).enumerate() {
        let error = (f64::from(made) - expected).abs();
        assert!(error <= relative * expected.abs() + of_largest * largest, "{what}, {at}: {made} != {expected}");
    }
}

#[test]
fn windows_are_those_of_scipy() {
    let expected = &read("transforms")["windows"];
    for (name, periodic, symmetric) in [
        ("rectangular", Window::Rectangular, Window::Rectangular),
        ("hann", Window::HannPeriodic, Window::HannSymmetric),
        ("hamming", Window::HammingPeriodic, Window::HammingSymmetric),
        ("blackman", Window::BlackmanPeriodic, Window::BlackmanSymmetric),
        ("blackman_harris", Window::BlackmanHarrisPeriodic, Window::BlackmanHarrisSymmetric),
        ("flat_top", Window::FlatTopPeriodic, Window::FlatTopSymmetric),
        ("kaiser", Window::KaiserPeriodic { beta: 8.6 }, Window::KaiserSymmetric { beta: 8.6 }),
    ] {
        for length in [16, 33] {
            for (kind, window) in [("periodic", periodic), ("symmetric", symmetric)] {
                let expected = list(&expected[name][kind][length.to_string()]);
                assert_eq!(expected.len(), length);
                for (made, expected) in window.exact(length).zip(expected) {
                    // Twelve digits were written down.
                    assert!((made - expected).abs() < 1e-11, "{name} {kind} {length}: {made} != {expected}");
                }
            }
        }
    }
}

/// Single precision: a few units in the last place of the loudest bin.
#[test]
fn spectra_are_those_of_librosa() {
    let expected = read("transforms");
    let spectra = spectra();
    // Here the hop divides the length, and both make the same number of frames.
    assert_eq!(spectra.len() / BINS, 1 + LENGTH / 512);
    for frame in expected["stft"].as_array().expect("frames") {
        let i = number(&frame["frame"]) as usize;
        let spectrum = &spectra[i * BINS..(i + 1) * BINS];
        let largest = spectrum.iter().map(|bin| bin.norm_sqr().sqrt()).fold(0.0, f32::max);
        let bins = indices(&expected["bins"]);
        for ((bin, re), im) in bins.into_iter().zip(list(&frame["re"])).zip(list(&frame["im"])) {
            let error = (f64::from(spectrum[bin].re) - re).hypot(f64::from(spectrum[bin].im) - im);
            assert!(error < 5e-7 * f64::from(largest), "frame {i} bin {bin}: {} != {re} {im}", spectrum[bin]);
        }
    }
}

/// Spectra that were changed belong to no sound: least squares find the nearest, as librosa's istft does.
#[test]
fn the_way_back_is_that_of_librosa() {
    let mut spectra = spectra();
    for spectrum in spectra.chunks_mut(BINS) {
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value *= if (10..300).contains(&bin) { 0.5 } else { 0.0 };
        }
    }
    let made = InverseStft::of(&spectra, &FRAMING, Synthesis::LeastSquares, LENGTH).expect("put together");
    let made: Vec<f32> = made.into_iter().step_by(97).collect();
    assert_close(&made, &read("transforms")["inverse_every_97th"], 0.0, 2e-6, "inverse");
}

#[test]
fn mel_bands_are_those_of_librosa() {
    let expected = read("transforms");
    let powers = powers(&expected);
    for expected in expected["mel"].as_array().expect("banks") {
        let (scale, norm) = (expected["scale"].as_str().expect("text"), expected["norm"].as_str().expect("text"));
        let bank = BankParameters {
            norm: if norm == "area" { BandNorm::Area } else { BandNorm::Peak },
            ..BankParameters::new(BINS, BIN_WIDTH_HZ, 40)
        };
        let scale = if scale == "slaney" { MelScale::Slaney } else { MelScale::Htk };
        let mel = FilterBank::mel(MelParameters { bank, scale }).expect("possible");
        let what = format!("{scale:?} {norm}");
        assert_close(mel.weights(20).1, &expected["band_20"], 1e-6, 1e-7, &what);
        let sums: Vec<f32> = (0..40).map(|band| mel.weights(band).1.iter().sum()).collect();
        assert_close(&sums, &expected["sums"], 1e-5, 0.0, &what);
        let centroids: Vec<f32> = (0..40)
            .map(|band| {
                let (first, weights) = mel.weights(band);
                let moment: f32 = weights.iter().zip(first..).map(|(w, bin)| w * bin as f32).sum();
                moment / sums[band]
            })
            .collect();
        assert_close(&centroids, &expected["centroids_bins"], 1e-5, 0.0, &what);
        for (power, expected) in powers.iter().zip(expected["spectrogram"].as_array().expect("frames")) {
            let mut bands = vec![0.0; 40];
            mel.apply(power, &mut bands);
            // A quiet band beside a loud one holds the rounding of its own transform.
            assert_close(&bands, expected, 1e-4, 1e-9, &what);
        }
    }
}

/// librosa without `top_db`. In decibels: 1e-3 where bands are loud, and what rounding does to the quietest.
#[test]
fn cepstra_are_those_of_librosa() {
    let expected = read("transforms");
    let bank = BankParameters::new(BINS, BIN_WIDTH_HZ, 40);
    let mel = FilterBank::mel(MelParameters { bank, scale: MelScale::Slaney }).expect("possible");
    let mut mfcc = Mfcc::new(mel, 20).expect("possible");
    for (power, expected) in powers(&expected).iter().zip(expected["mfcc"].as_array().expect("frames")) {
        let mut coefficients = [0.0; 20];
        mfcc.apply(power, &mut coefficients);
        assert_close(&coefficients, expected, 1e-5, 2e-5, "mfcc");
    }
}

/// librosa gives the DC bin a little weight, which in music holds nothing; ours has none.
#[test]
fn chroma_is_that_of_librosa() {
    let expected = read("transforms");
    let powers = powers(&expected);
    for chroma in expected["chroma"].as_array().expect("tunings") {
        let bank = ChromaBank::new(BINS, BIN_WIDTH_HZ, number(&chroma["tuning_cents"])).expect("possible");
        for (bin, weights) in indices(&expected["bins"]).into_iter().zip(chroma["weights"].as_array().expect("bins")) {
            if bin > 0 {
                assert_close(&bank.weights(bin), weights, 1e-6, 1e-6, &format!("bin {bin}"));
            }
        }
        for (power, frame) in powers.iter().zip(chroma["frames"].as_array().expect("frames")) {
            let mut made = [0.0; 12];
            bank.apply(power, &mut made);
            assert_close(&made, frame, 1e-4, 1e-6, "chroma");
        }
    }
}

/// librosa's filters are 3 % shorter (its Q counts to the middle between two bands), decimated and single precision:
/// bands on a tone agree to 0.5 % of its amplitude, all others to 5 % of it.
#[test]
fn constant_q_is_near_that_of_librosa() {
    let expected = &read("transforms")["constant_q"];
    let tones = list(&expected["tones_hz"]);
    let sines: Vec<Vec<f32>> = tones.iter().map(|&hz| signals::sine(64_000, RATE_HZ, hz, 0.2, 0.0)).collect();
    let sound = signals::mixed(&sines.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let parameters = ConstantQParameters {
        sample_rate_hz: RATE_HZ,
        min_hz: number(&expected["min_hz"]),
        bands: 60,
        bands_per_octave: 12,
        hop_frames: 512,
    };
    let mut frames = Vec::new();
    let mut transform = ConstantQ::prepare(&parameters).expect("planned");
    transform.push(&sound, |bands| frames.push(bands.to_vec()));
    let centers = list(&expected["centers_hz"]);
    for (band, amplitude) in list(&expected["amplitudes"]).into_iter().enumerate() {
        let center = parameters.center_hz(band);
        assert!((center / centers[band] - 1.0).abs() < 1e-8);
        let made = f64::from(frames[62][band].norm_sqr().sqrt());
        let on_a_tone = tones.iter().any(|hz| (hz / center - 1.0).abs() < 1e-3);
        let tolerance = 0.2 * if on_a_tone { 0.005 } else { 0.05 };
        assert!((made - amplitude).abs() < tolerance, "band {band}, {center} Hz: {made} != {amplitude}");
        assert!(!on_a_tone || (made - 0.2).abs() < 2e-4, "band {band}: {made}");
    }
}
