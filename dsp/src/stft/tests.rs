//! Complex spectra against the definition, and the way back for every size, hop and window.

use alloc::{vec, vec::Vec};

use proptest::prelude::*;

use super::*;
use crate::{
    Parameters,
    fft::{Complex32, dft},
    window::Window,
};

const WINDOWS: [Window; 13] = Window::all(3.0);

#[cfg(feature = "std")]
const LENGTHS: [usize; 7] = [1, 2, 3, 15, 36, 64, 97];
#[cfg(not(feature = "std"))]
const LENGTHS: [usize; 2] = [64, 128];

fn noise(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn there_and_back(sound: &[f32], framing: &Framing, synthesis: Synthesis) -> Result<Vec<f32>, StftError> {
    InverseStft::of(&ComplexStft::of(sound, framing)?, framing, synthesis, sound.len())
}

fn largest_error(sound: &[f32], again: &[f32]) -> f32 {
    assert_eq!(sound.len(), again.len());
    sound.iter().zip(again).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max)
}

#[test]
fn frames_are_the_definition() {
    for (window, length, hop) in [(Window::HannPeriodic, 64, 16), (Window::BlackmanSymmetric, 128, 100)] {
        let framing = Framing { window, length_frames: length, hop_frames: hop };
        let sound = noise(1000, 1);
        let spectra = ComplexStft::of(&sound, &framing).expect("transformed");
        let w = window.coefficients(length);
        assert_eq!(spectra.len() as u64, framing.frames(1000) * framing.bins() as u64);
        for (i, spectrum) in spectra.chunks(framing.bins()).enumerate() {
            let frame: Vec<f32> = (0..length)
                .map(|n| (i * hop + n).checked_sub(length / 2).and_then(|at| sound.get(at)).map_or(0.0, |x| x * w[n]))
                .collect();
            for (fast, exact) in spectrum.iter().zip(dft::real(&frame)) {
                assert!((f64::from(fast.re) - exact.re).abs() < 1e-5 && (f64::from(fast.im) - exact.im).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn powers_are_the_squares_of_the_complex_spectra() {
    let parameters = Parameters { window_length_frames: 256, hop_frames: 64, ..Parameters::default() };
    let framing = Framing::from(&parameters);
    let sound = noise(2048, 2);
    let spectra = ComplexStft::of(&sound, &framing).expect("transformed");
    let mut powers = Vec::new();
    let mut stft = Stft::prepare(&parameters).expect("planned");
    stft.push(&sound, |power| powers.extend_from_slice(power)).expect("pushed");
    stft.finish(|power| powers.extend_from_slice(power)).expect("finished");
    assert_eq!(powers.len(), spectra.len());
    for (at, (power, bin)) in powers.iter().zip(&spectra).enumerate() {
        let edge = [0, 128].contains(&(at % 129));
        let expected = bin.norm_sqr() * if edge { 1.0 } else { 4.0 } / (128.0 * 128.0);
        assert!((power - expected).abs() <= 1e-5 * expected + 1e-12);
    }
}

/// All of the sums, one window after the other, without any cleverness.
fn sums_by_hand(framing: &Framing, synthesis: Synthesis) -> Vec<f64> {
    let (length, hop) = (framing.length_frames, framing.hop_frames);
    let mut sums = vec![0.0; 8 * length];
    for start in (0..7 * length).step_by(hop) {
        for (sum, w) in sums[start..].iter_mut().zip(framing.window.exact(length)) {
            *sum += if synthesis == Synthesis::OverlapAdd { w } else { w * w };
        }
    }
    sums[length / 2..6 * length].to_vec()
}

#[test]
fn every_size_hop_and_window_comes_back_or_says_why_not() {
    let (mut back, mut refused) = (0, 0);
    for length in LENGTHS {
        for hop in 1..=length {
            for window in WINDOWS {
                let framing = Framing { window, length_frames: length, hop_frames: hop };
                let sound = noise(3 * length + hop / 2, 3);
                for synthesis in [Synthesis::LeastSquares, Synthesis::OverlapAdd] {
                    let sums = sums_by_hand(&framing, synthesis);
                    let largest = sums.iter().copied().fold(1e-30, f64::max);
                    let gap = sums.iter().copied().fold(f64::MAX, f64::min) / largest;
                    let steady = &sums[length..];
                    let lowest = steady.iter().copied().fold(f64::MAX, f64::min);
                    let highest = steady.iter().copied().fold(1e-30, f64::max);
                    let constant = highest > 1e-30 && (highest - lowest) / highest < 0.9 * MAX_RIPPLE;
                    match there_and_back(&sound, &framing, synthesis) {
                        Ok(again) => {
                            let error = largest_error(&sound, &again);
                            assert!(error < 2e-5, "{framing:?} {synthesis:?}: {error}");
                            assert!(gap > 0.9 * MIN_OVERLAP, "{framing:?} {synthesis:?}: {gap}");
                            back += 1;
                        }
                        Err(StftError::Gap { weakest, .. }) => {
                            assert!(weakest < MIN_OVERLAP && gap < 1.1 * MIN_OVERLAP, "{framing:?}: {weakest} {gap}");
                            refused += 1;
                        }
                        Err(StftError::NotConstant { ripple, .. }) => {
                            assert_eq!(synthesis, Synthesis::OverlapAdd);
                            assert!(!constant && ripple > MAX_RIPPLE, "{framing:?}: {ripple}");
                            refused += 1;
                        }
                        Err(error) => panic!("{framing:?} {synthesis:?}: {error}"),
                    }
                }
            }
        }
    }
    assert!(back > 500 && refused > 500, "{back} came back, {refused} were refused");
}

/// What textbooks say about overlap-add.
#[test]
fn constant_overlaps_of_the_literature() {
    let framing = |window, hop_frames| Framing { window, length_frames: 64, hop_frames };
    for (window, hop, sum) in [
        (Window::Rectangular, 64, 1.0),
        (Window::Rectangular, 16, 4.0),
        (Window::HannPeriodic, 32, 1.0),
        (Window::HannPeriodic, 16, 2.0),
        (Window::HammingPeriodic, 32, 1.08),
        (Window::BlackmanPeriodic, 16, 1.68),
        (Window::BlackmanHarrisPeriodic, 16, 1.435),
        (Window::BlackmanHarrisPeriodic, 8, 2.87),
    ] {
        assert!(framing(window, hop).is_cola(), "{window:?} {hop}");
        let overlap = framing(window, hop).overlap(Synthesis::OverlapAdd).expect("possible");
        assert!((overlap.mean - sum).abs() < 1e-9, "{window:?} {hop}: {overlap:?}");
    }
    for (window, hop) in [
        (Window::HannSymmetric, 32),
        (Window::HannPeriodic, 24),
        (Window::BlackmanPeriodic, 32),
        (Window::KaiserPeriodic { beta: 8.6 }, 32),
    ] {
        assert!(!framing(window, hop).is_cola() && framing(window, hop).is_nola(), "{window:?} {hop}");
        assert!(matches!(
            InverseStft::prepare(&framing(window, hop), Synthesis::OverlapAdd),
            Err(StftError::NotConstant { length_frames: 64, .. })
        ));
    }
    // A Hann window begins with zero: without overlap that sample is lost.
    assert!(!framing(Window::HannPeriodic, 64).is_nola());
    let lost =
        InverseStft::prepare(&framing(Window::HannPeriodic, 64), Synthesis::LeastSquares).err().expect("refused");
    assert_eq!(lost, StftError::Gap { length_frames: 64, hop_frames: 64, weakest: 0.0 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn streams_come_back_however_they_are_cut(
        samples in 0usize..2_000,
        exponent in 6u32..=8,
        hop in 1usize..=256,
        window in prop::sample::select(WINDOWS.to_vec()),
        cuts in prop::collection::vec(1usize..700, 1..8),
        seed: u32,
    ) {
        let length = 1usize << exponent;
        let framing = Framing { window, length_frames: length, hop_frames: hop.min(length / 2) };
        let sound = noise(samples, seed);
        let whole = ComplexStft::of(&sound, &framing).expect("transformed");
        let mut stft = ComplexStft::prepare(&framing).expect("planned");
        let mut parts = Vec::new();
        let mut rest = &sound[..];
        for &cut in cuts.iter().cycle() {
            let (part, behind) = rest.split_at(cut.min(rest.len()));
            stft.push(part, |spectrum| parts.extend_from_slice(spectrum)).expect("pushed");
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        let frames = stft.finish(|spectrum| parts.extend_from_slice(spectrum)).expect("finished");
        prop_assert_eq!(frames, framing.frames(samples as u64));
        prop_assert!(parts == whole);

        match InverseStft::of(&whole, &framing, Synthesis::LeastSquares, samples) {
            Ok(again) => prop_assert!(largest_error(&sound, &again) < 2e-5),
            Err(error) => prop_assert!(matches!(error, StftError::Gap { .. }), "{}", error),
        }
    }
}

#[test]
fn memory_does_not_grow_and_sound_comes_early() {
    let framing = Framing { window: Window::HannPeriodic, length_frames: 256, hop_frames: 64 };
    let mut inverse = InverseStft::prepare(&framing, Synthesis::default()).expect("planned");
    let spectrum = vec![Complex32::ZERO; framing.bins()];
    let mut samples = 0u64;
    for frame in 0..1000u64 {
        inverse.push(&spectrum, |part| samples += part.len() as u64).expect("pushed");
        // The centre of this frame minus half a window: later frames reach no further back.
        assert!(samples + 128 >= frame * 64);
    }
    // More than the spectra hold, or fewer than were handed out.
    assert!(matches!(inverse.finish(samples - 1, |_| ()), Err(StftError::Samples { .. })));
    assert!(matches!(inverse.finish(999 * 64 + 129, |_| ()), Err(StftError::Samples { .. })));
    inverse.finish(999 * 64 + 64, |part| samples += part.len() as u64).expect("finished");
    assert_eq!(samples, 999 * 64 + 64);
}

#[test]
fn what_does_not_fit_is_refused() {
    let framing = Framing { window: Window::HannPeriodic, length_frames: 64, hop_frames: 16 };
    for hop_frames in [0, 65, usize::MAX] {
        let wrong = Framing { hop_frames, ..framing };
        assert_eq!(ComplexStft::prepare(&wrong).err(), Some(StftError::Hop { hop_frames, length_frames: 64 }));
        assert_eq!(
            InverseStft::prepare(&wrong, Synthesis::OverlapAdd).err(),
            Some(StftError::Hop { hop_frames, length_frames: 64 })
        );
    }
    let wrong = Framing { length_frames: 0, hop_frames: 0, ..framing };
    assert!(ComplexStft::prepare(&wrong).is_err());
    let wrong = Framing { window: Window::KaiserPeriodic { beta: f64::NAN }, ..framing };
    assert!(matches!(ComplexStft::prepare(&wrong), Err(StftError::Beta { .. })));
    let mut inverse = InverseStft::prepare(&framing, Synthesis::LeastSquares).expect("planned");
    assert!(matches!(inverse.push(&[Complex32::ZERO; 32], |_| ()), Err(StftError::Fft(_))));
    assert_eq!(inverse.finish(1, |_| ()), Err(StftError::Samples { asked: 1, covered: 0 }));
    inverse.finish(0, |_| panic!("nothing to hand out")).expect("finished");
}
