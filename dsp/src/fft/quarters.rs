//! The complex transform in single precision for WebAssembly, whose vectors are four numbers wide.
//!
//! rustfft's own has every second number of a vector real, reorders single numbers, and computes lengths with odd
//! factors largely one number at a time. Here the four sub-sequences x\[4 n + l\] lie in the four lanes, rustfft's
//! portable algorithms transform all of them at once, whatever the factors, and one last stage of radix 4 puts them
//! together: X\[k + q N/4\] = sum over l of exp(-2 pi i l k / N) (-i)^(l q) F_l\[k\].

use std::sync::Arc;

use rustfft::{Fft, FftDirection, FftPlannerScalar, num_complex::Complex};

use super::transform::Transform;
use crate::{
    lanes::{LANES, Lanes},
    math,
};

/// Shorter transforms are not worth the last stage.
pub(super) const MIN_LENGTH: usize = 64;

type Wide = Complex<Lanes>;

/// A transform of a multiple of four complex samples, at least [`MIN_LENGTH`].
pub(super) struct QuarterFft {
    quarter: Arc<dyn Fft<Lanes>>,
    inverse: bool,
    /// exp(-2 pi i l k / N) (or its conjugate) for l = 1, 2, 3 and four neighbours k.
    turns: Vec<[Wide; LANES - 1]>,
    /// The k that do not make a group of four, one at a time.
    last_turns: Vec<[Complex<f32>; LANES]>,
    samples: Vec<Wide>,
    bins: Vec<Wide>,
    scratch: Vec<Wide>,
}

impl QuarterFft {
    pub(super) fn new(length: usize, direction: FftDirection) -> Self {
        let quarter_length = length / LANES;
        let quarter = FftPlannerScalar::new().plan_fft(quarter_length, direction);
        let sign = if direction == FftDirection::Forward { -1.0 } else { 1.0 };
        let turn = |index: usize| {
            let phase = core::f64::consts::TAU * (index % length) as f64 / length as f64;
            Complex::new(math::cos(phase) as f32, (sign * math::sin(phase)) as f32)
        };
        let groups = quarter_length / LANES;
        let zero = Complex::new(Lanes::ZERO, Lanes::ZERO);
        Self {
            inverse: direction == FftDirection::Inverse,
            turns: (0..groups)
                .map(|group| [1, 2, 3].map(|l| wide(core::array::from_fn(|k| turn(l * (LANES * group + k))))))
                .collect(),
            last_turns: (groups * LANES..quarter_length).map(|k| core::array::from_fn(|l| turn(l * k))).collect(),
            samples: vec![zero; quarter_length],
            bins: vec![zero; quarter_length],
            scratch: vec![zero; quarter.get_outofplace_scratch_len()],
            quarter,
        }
    }
}

impl Transform<f32> for QuarterFft {
    fn run(&mut self, from: &mut [Complex<f32>], to: &mut [Complex<f32>]) {
        for (lanes, &run) in self.samples.iter_mut().zip(from.as_chunks::<LANES>().0) {
            *lanes = wide(run);
        }
        self.quarter.process_outofplace_with_scratch(&mut self.samples, &mut self.bins, &mut self.scratch);
        let quarter = self.bins.len();
        let (first, rest) = to.split_at_mut(quarter);
        let (second, rest) = rest.split_at_mut(quarter);
        let (third, fourth) = rest.split_at_mut(quarter);
        let to = [first, second, third, &mut fourth[..quarter]];
        match self.inverse {
            true => combine::<true>(&self.bins, &self.turns, &self.last_turns, to),
            false => combine::<false>(&self.bins, &self.turns, &self.last_turns, to),
        }
    }
}

/// The last stage.
#[inline(never)]
fn combine<const INVERSE: bool>(
    bins: &[Wide],
    turns: &[[Wide; LANES - 1]],
    last_turns: &[[Complex<f32>; LANES]],
    to: [&mut [Complex<f32>]; LANES],
) {
    let (groups, last) = bins.as_chunks::<LANES>();
    let [(first, first_last), (second, second_last), (third, third_last), (fourth, fourth_last)] =
        to.map(|part| part.as_chunks_mut::<LANES>());
    let count = groups.len();
    let turns = &turns[..count];
    let (first, second) = (&mut first[..count], &mut second[..count]);
    let (third, fourth) = (&mut third[..count], &mut fourth[..count]);
    for group in 0..count {
        let re = Lanes::transpose(groups[group].map(|bin| bin.re));
        let im = Lanes::transpose(groups[group].map(|bin| bin.im));
        let turned: [Wide; LANES] = core::array::from_fn(|l| {
            let bin = Complex::new(re[l], im[l]);
            if l == 0 { bin } else { bin * turns[group][l - 1] }
        });
        let [a, b, c, d] = butterfly::<INVERSE, _>(turned);
        (first[group], second[group], third[group], fourth[group]) = (narrow(a), narrow(b), narrow(c), narrow(d));
    }
    for (k, (&bin, turns)) in last.iter().zip(last_turns).enumerate() {
        let lanes = narrow(bin);
        let [a, b, c, d] = butterfly::<INVERSE, _>(core::array::from_fn(|l| lanes[l] * turns[l]));
        (first_last[k], second_last[k], third_last[k], fourth_last[k]) = (a, b, c, d);
    }
}

/// The transform of four values.
#[inline(always)]
fn butterfly<const INVERSE: bool, T: Copy + core::ops::Neg<Output = T> + rustfft::num_traits::Num>(
    [a, b, c, d]: [Complex<T>; LANES],
) -> [Complex<T>; LANES] {
    let (even_sum, even_difference, odd_sum, odd) = (a + c, a - c, b + d, b - d);
    let turned = if INVERSE { Complex::new(-odd.im, odd.re) } else { Complex::new(odd.im, -odd.re) };
    [even_sum + odd_sum, even_difference + turned, even_sum - odd_sum, even_difference - turned]
}

#[inline(always)]
fn wide(values: [Complex<f32>; LANES]) -> Wide {
    Complex::new(Lanes::new(values.map(|x| x.re)), Lanes::new(values.map(|x| x.im)))
}

#[inline(always)]
fn narrow(values: Wide) -> [Complex<f32>; LANES] {
    let (re, im) = (values.re.get(), values.im.get());
    core::array::from_fn(|l| Complex::new(re[l], im[l]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fft::{Complex64, dft};

    #[test]
    fn both_directions_are_the_definition() {
        for length in [MIN_LENGTH, 68, 76, 100, 256, 420, 1024, 1280, 1764] {
            let mut state = 1u32;
            let mut noise = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            };
            let signal: Vec<Complex<f32>> = (0..length).map(|_| Complex::new(noise(), noise())).collect();
            let exact: Vec<Complex64> = signal.iter().map(|x| Complex64::new(x.re.into(), x.im.into())).collect();
            let scaled = |bins: Vec<Complex64>, scale: f64| bins.into_iter().map(move |bin| bin * scale);
            for (direction, expected) in [
                (FftDirection::Forward, scaled(dft::forward(&exact), 1.0)),
                (FftDirection::Inverse, scaled(dft::inverse(&exact), length as f64)),
            ] {
                let mut bins = vec![Complex::new(f32::NAN, 7.0); length];
                QuarterFft::new(length, direction).run(&mut signal.clone(), &mut bins);
                let (mut error, mut power) = (0.0, 0.0);
                for (bin, exact) in bins.iter().zip(expected) {
                    error += (Complex64::new(bin.re.into(), bin.im.into()) - exact).norm_sqr();
                    power += exact.norm_sqr();
                }
                assert!(math::sqrt(error / power) < 5e-7, "length {length} {direction:?}");
            }
        }
    }
}
