//! The fast transforms against the definition, for every length that the build offers.

use alloc::{vec, vec::Vec};

use proptest::prelude::*;

use super::*;

fn noise(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn complex_noise(length: usize, seed: u32) -> Vec<Complex32> {
    noise(2 * length, seed).as_chunks::<2>().0.iter().map(|&[re, im]| Complex32::new(re, im)).collect()
}

/// Every length up to 300, then primes, products of odd primes and powers of two.
#[cfg(feature = "std")]
fn lengths() -> impl Iterator<Item = usize> {
    (1..=300).chain([511, 512, 521, 1000, 1021, 1024, 1155, 2047, 2048])
}
#[cfg(not(feature = "std"))]
fn lengths() -> impl Iterator<Item = usize> {
    [64, 128, 256, 512, 1024, 2048, 4096].into_iter()
}

/// Too long for the definition: only properties are tested.
#[cfg(feature = "std")]
const LARGE: [usize; 6] = [4_096, 10_007, 44_100, 65_536, 65_537, 96_001];
#[cfg(not(feature = "std"))]
const LARGE: [usize; 2] = [2_048, 4_096];

fn widen(value: Complex32) -> Complex64 {
    Complex64::new(f64::from(value.re), f64::from(value.im))
}

/// Root mean square distance over root mean square of the exact values.
fn relative_error(fast: &[Complex32], exact: &[Complex64]) -> f64 {
    assert_eq!(fast.len(), exact.len());
    let error: f64 = fast.iter().zip(exact).map(|(&fast, exact)| (widen(fast) - exact).norm_sqr()).sum();
    let scale: f64 = exact.iter().map(Complex64::norm_sqr).sum();
    libm::sqrt(error / scale.max(1e-30))
}

/// Single precision: the error of one addition grows with the depth of the transform.
const PRECISION: f64 = 5e-7;

#[test]
fn real_forward_is_the_definition() {
    for length in lengths() {
        let signal = noise(length, 1);
        let exact = dft::real(&signal);
        let mut fft = RealFft::new(length).expect("planned");
        let mut spectrum = vec![Complex32::new(f32::NAN, 7.0); length / 2 + 1];
        let mut power = vec![f32::NAN; length / 2 + 1];
        // A second run on dirty scratch must not differ.
        for _ in 0..2 {
            fft.forward(&mut signal.clone(), &mut spectrum).expect("transformed");
            assert!(relative_error(&spectrum, &exact) < PRECISION, "length {length}");
            assert_eq!(spectrum[0].im, 0.0);
            fft.power(&mut signal.clone(), &mut power).expect("transformed");
            for (power, bin) in power.iter().zip(&spectrum) {
                assert!((power - bin.norm_sqr()).abs() <= 1e-6 * power, "length {length}");
            }
        }
    }
}

#[test]
fn real_inverse_is_the_definition() {
    for length in lengths() {
        let half = length / 2 + 1;
        let mut spectrum = complex_noise(half, 2);
        // The whole spectrum of real samples: conjugates above Nyquist, no phase at DC and Nyquist.
        let mut whole: Vec<Complex64> = (0..length)
            .map(|k| if k < half { widen(spectrum[k]) } else { widen(spectrum[length - k]).conj() })
            .collect();
        whole[0].im = 0.0;
        if length.is_multiple_of(2) {
            whole[length / 2].im = 0.0;
        }
        let exact = dft::inverse(&whole);
        let mut signal = vec![f32::NAN; length];
        RealFft::new(length).expect("planned").inverse(&mut spectrum, &mut signal).expect("transformed");
        let signal: Vec<Complex32> = signal.into_iter().map(Complex32::from).collect();
        assert!(relative_error(&signal, &exact) < PRECISION, "length {length}");
    }
}

#[test]
fn complex_transforms_are_the_definition() {
    for length in lengths() {
        let signal = complex_noise(length, 3);
        let exact: Vec<Complex64> = signal.iter().map(|&x| widen(x)).collect();
        let mut fft = ComplexFft::new(length).expect("planned");
        for _ in 0..2 {
            let mut block = signal.clone();
            fft.forward(&mut block).expect("transformed");
            assert!(relative_error(&block, &dft::forward(&exact)) < PRECISION, "length {length}");
            let mut block = signal.clone();
            fft.inverse(&mut block).expect("transformed");
            assert!(relative_error(&block, &dft::inverse(&exact)) < PRECISION, "length {length}");
        }
    }
}

/// Parseval: the energy of the samples is that of the bins over N; the inner bins of a real transform stand for two.
#[test]
fn energy_is_kept() {
    for length in lengths().chain(LARGE) {
        let signal = noise(length, 4);
        let time: f64 = signal.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let mut power = vec![0.0; length / 2 + 1];
        RealFft::new(length).expect("planned").power(&mut signal.clone(), &mut power).expect("transformed");
        let mirrored = |k: usize| k > 0 && 2 * k != length;
        let frequency: f64 =
            power.iter().enumerate().map(|(k, &p)| f64::from(p) * if mirrored(k) { 2.0 } else { 1.0 }).sum();
        assert!((frequency / length as f64 / time - 1.0).abs() < 1e-5, "length {length}");
    }
}

#[test]
fn inverse_undoes_forward() {
    for length in lengths().chain(LARGE) {
        let signal = noise(length, 5);
        let mut fft = RealFft::new(length).expect("planned");
        assert_eq!(fft.len(), length);
        let (mut spectrum, mut again) = (vec![Complex32::ZERO; length / 2 + 1], vec![f32::NAN; length]);
        fft.forward(&mut signal.clone(), &mut spectrum).expect("transformed");
        fft.inverse(&mut spectrum, &mut again).expect("transformed");
        assert!(signal.iter().zip(&again).all(|(x, y)| (x - y).abs() < 4e-6), "length {length}");

        let signal = complex_noise(length, 6);
        let mut fft = ComplexFft::new(length).expect("planned");
        assert_eq!(fft.len(), length);
        let mut block = signal.clone();
        fft.forward(&mut block).expect("transformed");
        fft.inverse(&mut block).expect("transformed");
        assert!(signal.iter().zip(&block).all(|(x, y)| (x - y).norm_sqr() < 16e-12), "length {length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// F(a x + b y) = a F(x) + b F(y), and a circular shift by one turns bin k by exp(-2 pi i k / N).
    #[test]
    fn linear_and_shift_covariant(seed in any::<u32>(), a in -3.0f32..3.0, b in -3.0f32..3.0, at in 0usize..10_000) {
        let choices: Vec<usize> = lengths().collect();
        let length = choices[at % choices.len()];
        let mut fft = RealFft::new(length).expect("planned");
        let mut spectrum = |signal: &[f32]| {
            let mut spectrum = vec![Complex32::ZERO; length / 2 + 1];
            fft.forward(&mut signal.to_vec(), &mut spectrum).expect("transformed");
            spectrum
        };
        let (x, y) = (noise(length, seed), noise(length, seed ^ 0x5555));
        let both: Vec<f32> = x.iter().zip(&y).map(|(x, y)| a * x + b * y).collect();
        let mut shifted = x.clone();
        shifted.rotate_right(1);
        let (of_x, of_y, of_both, of_shifted) = (spectrum(&x), spectrum(&y), spectrum(&both), spectrum(&shifted));
        let tolerance = 2e-6 * length as f32;
        for k in 0..=length / 2 {
            prop_assert!((of_x[k] * a + of_y[k] * b - of_both[k]).norm_sqr() < tolerance, "length {} bin {}", length, k);
            let phase = -core::f64::consts::TAU * k as f64 / length as f64;
            let turn = Complex32::new(libm::cos(phase) as f32, libm::sin(phase) as f32);
            prop_assert!((of_x[k] * turn - of_shifted[k]).norm_sqr() < tolerance, "length {} bin {}", length, k);
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for length in [0, MAX_LENGTH + 1, usize::MAX] {
        assert!(matches!(RealFft::new(length), Err(FftError::Length { length: told, .. }) if told == length));
        assert!(matches!(ComplexFft::new(length), Err(FftError::Length { length: told, .. }) if told == length));
    }
    let refused = |expected, actual| Err(FftError::Buffer { expected, actual });
    let bins = |count| vec![Complex32::ZERO; count];
    let mut fft = RealFft::new(64).expect("planned");
    assert_eq!(fft.power(&mut [0.0; 63], &mut [0.0; 33]), refused(64, 63));
    assert_eq!(fft.power(&mut [0.0; 64], &mut [0.0; 32]), refused(33, 32));
    assert_eq!(fft.forward(&mut [0.0; 65], &mut bins(33)), refused(64, 65));
    assert_eq!(fft.forward(&mut [0.0; 64], &mut bins(34)), refused(33, 34));
    assert_eq!(fft.inverse(&mut bins(0), &mut [0.0; 64]), refused(33, 0));
    assert_eq!(fft.inverse(&mut bins(33), &mut []), refused(64, 0));
    let mut fft = ComplexFft::new(64).expect("planned");
    assert_eq!(fft.forward(&mut bins(128)), refused(64, 128));
    assert_eq!(fft.inverse(&mut bins(0)), refused(64, 0));
}

/// What is not a number comes out as what is not a number, and nothing panics.
#[test]
fn infinities_are_harmless() {
    let mut fft = RealFft::new(64).expect("planned");
    let mut spectrum = vec![Complex32::ZERO; 33];
    fft.forward(&mut [f32::INFINITY; 64], &mut spectrum).expect("transformed");
    fft.inverse(&mut spectrum, &mut [0.0; 64]).expect("transformed");
    fft.power(&mut [f32::NAN; 64], &mut [0.0; 33]).expect("transformed");
}
