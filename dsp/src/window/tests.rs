use alloc::vec;

use super::*;
use crate::{fft::RealFft, math};

fn periodic() -> [Window; 8] {
    let beta = 3.0 * core::f64::consts::PI;
    [
        Window::Rectangular,
        Window::HannPeriodic,
        Window::HammingPeriodic,
        Window::BlackmanPeriodic,
        Window::BlackmanHarrisPeriodic,
        Window::FlatTopPeriodic,
        Window::KaiserPeriodic { beta },
        Window::KaiserPeriodic { beta: 0.0 },
    ]
}

fn symmetric() -> [Window; 8] {
    let beta = 3.0 * core::f64::consts::PI;
    [
        Window::Rectangular,
        Window::HannSymmetric,
        Window::HammingSymmetric,
        Window::BlackmanSymmetric,
        Window::BlackmanHarrisSymmetric,
        Window::FlatTopSymmetric,
        Window::KaiserSymmetric { beta },
        Window::KaiserSymmetric { beta: 0.0 },
    ]
}

#[test]
fn hann_overlaps_to_a_constant() {
    let window = Window::HannPeriodic.coefficients(2048);
    for n in 0..512 {
        let sum: f32 = (0..4).map(|k| window[n + 512 * k]).sum();
        assert!((sum - 2.0).abs() < 1e-6);
    }
}

#[test]
fn symmetric_windows_are_periodic_ones_with_the_end() {
    for (periodic, symmetric) in periodic().into_iter().zip(symmetric()) {
        for length in [1usize, 2, 3, 8, 15, 64] {
            let short = periodic.coefficients(length);
            let long = symmetric.coefficients(length + 1);
            if length > 1 {
                assert_eq!(short, long[..length], "{periodic:?} of {length}");
            }
            assert!(long.iter().eq(long.iter().rev()), "{symmetric:?} of {}", length + 1);
        }
    }
}

#[test]
fn the_middle_is_one_and_the_largest() {
    for (periodic, symmetric) in periodic().into_iter().zip(symmetric()) {
        for window in [periodic.coefficients(64), symmetric.coefficients(65)] {
            assert!((window[32] - 1.0).abs() < 1e-7, "{periodic:?}");
            assert!(window.iter().all(|&w| w <= window[32]), "{periodic:?}");
        }
        assert_eq!(periodic.coefficients(1), [1.0]);
        assert_eq!(symmetric.coefficients(1), [1.0]);
        assert_eq!(periodic.coefficients(0), symmetric.coefficients(0));
    }
}

/// Harris (1978), table I: coherent gain, noise bandwidth, scalloping loss, highest side lobe. Hamming's loss is that
/// of Heinzel, Ruediger and Schilling (2002) for 0.54 (Harris has 1.78). The flat-top window is not in Harris: its
/// bandwidth is that of Stanford Research's (3.7702, Heinzel), its loss below 0.01 dB, its side lobes as in scipy.
#[test]
fn figures_of_the_literature() {
    let kaiser = |alpha: f64| Window::KaiserPeriodic { beta: alpha * core::f64::consts::PI };
    for (window, gain, bandwidth, loss, side_lobe) in [
        (Window::Rectangular, 1.00, 1.00, 3.92, -13.3),
        (Window::HannPeriodic, 0.50, 1.50, 1.42, -31.5),
        (Window::HammingPeriodic, 0.54, 1.36, 1.75, -42.7),
        (Window::BlackmanPeriodic, 0.42, 1.73, 1.10, -58.1),
        (Window::BlackmanHarrisPeriodic, 0.36, 2.00, 0.83, -92.0),
        (kaiser(2.0), 0.49, 1.50, 1.46, -45.8),
        (kaiser(2.5), 0.44, 1.65, 1.20, -57.6),
        (kaiser(3.0), 0.40, 1.80, 1.02, -69.6),
        (kaiser(3.5), 0.37, 1.93, 0.89, -82.0),
        (Window::FlatTopPeriodic, 0.2156, 3.7702, 0.0, -91.5),
    ] {
        let figures = window.figures(1024);
        let side_lobe_measured = highest_side_lobe_db(window);
        assert!((figures.coherent_gain - gain).abs() < 0.0051, "{window:?}: {figures:?}");
        assert!((figures.noise_bandwidth_bins - bandwidth).abs() < 0.0051, "{window:?}: {figures:?}");
        assert!((figures.scalloping_loss_db - loss).abs() < 0.0101, "{window:?}: {figures:?}");
        assert!((side_lobe_measured - side_lobe).abs() < 1.0, "{window:?}: {side_lobe_measured}");
    }
}

/// Of 128 coefficients, by their spectrum at 32 points a bin: the highest value behind the first minimum.
fn highest_side_lobe_db(window: Window) -> f64 {
    let mut signal = vec![0.0; 4096];
    window.fill(&mut signal[..128]);
    let mut power = vec![0.0; 2049];
    RealFft::new(4096).expect("planned").power(&mut signal, &mut power).expect("transformed");
    // The top of a flat-top window is not quite flat: the search begins where the main lobe has fallen by 10 dB.
    let slope = power.iter().position(|&p| p < 0.1 * power[0]).expect("a slope");
    let valley = slope + power[slope..].windows(2).position(|pair| pair[1] > pair[0]).expect("a side lobe");
    let highest = power[valley..].iter().copied().fold(0.0f32, f32::max);
    10.0 * math::log10(f64::from(highest) / f64::from(power[0]))
}

/// The noise bandwidth is a statement about spectra: N sum |W|^2 / |W[0]|^2 over all bins of the window's transform.
#[test]
fn noise_bandwidth_is_that_of_the_transform() {
    for window in periodic() {
        let spectrum = crate::fft::dft::power(&window.coefficients(64));
        let all: f64 = spectrum[0] + spectrum[32] + 2.0 * spectrum[1..32].iter().sum::<f64>();
        let bandwidth = window.figures(64).noise_bandwidth_bins;
        assert!((all / spectrum[0] - bandwidth).abs() < 1e-6, "{window:?}");
    }
    assert_eq!(Figures::of(&[]).coherent_gain, 0.0);
}

/// Abramowitz and Stegun, table 9.8, and the asymptotic e^x / sqrt(2 pi x) (1 + 1/8x + 9/128x^2 + 225/3072x^3).
#[test]
fn bessel_function_of_the_literature() {
    for (x, expected) in [(0.0, 1.0), (1.0, 1.266_065_877_752_008), (5.0, 27.239_871_823_604_44)] {
        assert!((shape::bessel_i0(x) / expected - 1.0).abs() < 1e-14);
    }
    let x = 100.0;
    let series = 1.0 + 1.0 / (8.0 * x) + 9.0 / (128.0 * x * x) + 225.0 / (3072.0 * x * x * x);
    let expected = math::exp(x) / math::sqrt(core::f64::consts::TAU * x) * series;
    assert!((shape::bessel_i0(x) / expected - 1.0).abs() < 1e-7);
    assert!(!shape::bessel_i0(f64::NAN).is_finite() && !shape::bessel_i0(f64::INFINITY).is_finite());
}

#[test]
fn beta_is_guarded() {
    for beta in [-1.0, 100.1, f64::NAN, f64::INFINITY] {
        for window in [Window::KaiserPeriodic { beta }, Window::KaiserSymmetric { beta }] {
            assert_eq!(window.check().expect_err("refused").name, "window");
            // Unchecked, it is useless but harmless.
            assert_eq!(window.coefficients(8).len(), 8);
        }
    }
    for window in periodic().into_iter().chain(symmetric()) {
        window.check().expect("valid");
    }
}

#[cfg(feature = "serde")]
#[test]
fn names_in_json() {
    for (window, json) in [
        (Window::HannPeriodic, r#""hann_periodic""#),
        (Window::Rectangular, r#""rectangular""#),
        (Window::BlackmanHarrisSymmetric, r#""blackman_harris_symmetric""#),
        (Window::FlatTopPeriodic, r#""flat_top_periodic""#),
        (Window::KaiserPeriodic { beta: 8.5 }, r#"{"kaiser_periodic":{"beta":8.5}}"#),
    ] {
        assert_eq!(serde_json::to_string(&window).expect("written"), json);
        assert_eq!(serde_json::from_str::<Window>(json).expect("read"), window);
    }
}

#[test]
fn the_main_lobe_ends_at_the_first_zero_of_the_spectrum() {
    const LENGTH: usize = 256;
    for window in periodic() {
        let w: Vec<f64> = window.exact(LENGTH).collect();
        let magnitude = |bins: f64| {
            let phase = |n: usize| core::f64::consts::TAU * bins * n as f64 / LENGTH as f64;
            let part = |f: fn(f64) -> f64| w.iter().enumerate().map(|(n, w)| w * f(phase(n))).sum::<f64>();
            math::sqrt(part(math::cos).powi(2) + part(math::sin).powi(2)) / w.iter().sum::<f64>()
        };
        let zero = window.main_lobe_bins() / 2.0;
        // Kaiser's zeros are those of the continuous window; the lobes beside them are far above what is left here.
        assert!(magnitude(zero) < 1e-5, "{window:?}: {} at {zero} bins", magnitude(zero));
        // The top of flat-top is flat to a thousandth and may ripple.
        let inside: Vec<f64> = (4..=40).map(|step| magnitude(zero * f64::from(step) / 41.0)).collect();
        assert!(inside.is_sorted_by(|near, far| near > far), "{window:?}: {inside:?}");
    }
}
