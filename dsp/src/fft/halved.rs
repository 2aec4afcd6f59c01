//! The transform of an even number of real samples by a complex one of half as many.
//!
//! Even samples as real and odd ones as imaginary parts make N/2 complex samples with bins Z\[k\]. From these,
//! with 2 E\[k\] = Z\[k\] + Z\[N/2-k\]* and 2i O\[k\] = Z\[k\] - Z\[N/2-k\]*, come two bins at once:
//! X\[k\] = E\[k\] + exp(-2 pi i k / N) O\[k\] and X\[N/2-k\] = (E\[k\] - exp(-2 pi i k / N) O\[k\])*
//! (Sorensen and others 1987, "Real-valued fast Fourier transform algorithms"). The loops over k are plain sums of slices
//! of one length, which compilers vectorize; where only powers are wanted, the bins never reach memory.

use rustfft::{FftDirection, num_complex::Complex};

use super::{float::Float, transform::Transform};
use crate::math;

/// A planned transform of N real samples, N even, its inverse, and their memory.
pub(super) struct HalvedFft<T> {
    forward: Box<dyn Transform<T>>,
    inverse: Box<dyn Transform<T>>,
    turns: Turns<T>,
    /// The N/2 complex samples or, on the way back, bins.
    packed: Vec<Complex<T>>,
    /// What became of them.
    transformed: Vec<Complex<T>>,
}

/// exp(-2 pi i k / N) for 1 <= k < N/4: every k whose mirror image N/2 - k is another.
struct Turns<T> {
    re: Vec<T>,
    im: Vec<T>,
}

impl<T: Float> HalvedFft<T> {
    /// Plans transforms of `length` samples, an even number above zero.
    pub fn new(length: usize) -> Self {
        let zeros = vec![Complex::new(T::zero(), T::zero()); length / 2];
        Self {
            forward: T::plan(length / 2, FftDirection::Forward),
            inverse: T::plan(length / 2, FftDirection::Inverse),
            turns: Turns::new(length),
            packed: zeros.clone(),
            transformed: zeros,
        }
    }

    /// Samples of one block.
    pub fn len(&self) -> usize {
        2 * self.packed.len()
    }

    /// Transforms N samples, given in pairs; [`Self::power`] and [`Self::spectrum`] tell what came out.
    #[inline]
    pub fn transform(&mut self, pairs: impl Iterator<Item = [T; 2]>) {
        for (z, [even, odd]) in self.packed.iter_mut().zip(pairs) {
            *z = Complex::new(even, odd);
        }
        self.forward.run(&mut self.packed, &mut self.transformed);
    }

    /// Writes `scale` |X\[k\]|^2 for k = 0..=N/2 (`power` has room for just these).
    pub fn power(&self, scale: T, power: &mut [f32]) {
        let (Some(&first), Some((dc, rest))) = (self.transformed.first(), power.split_first_mut()) else { return };
        let Some((nyquist, inner)) = rest.split_last_mut() else { return };
        let (sum, difference) = (first.re + first.im, first.re - first.im);
        (*dc, *nyquist) = ((sum * sum * scale).narrow(), (difference * difference * scale).narrow());
        let pairs = self.turns.re.len();
        if let (Some(power), Some(bin)) = (inner.get_mut(pairs), self.middle()) {
            *power = ((bin.re * bin.re + bin.im * bin.im) * scale).narrow();
        }
        let (low, high) = flanks(&self.transformed[1..], pairs);
        let (to_low, to_high) = flanks_mut(inner, pairs);
        // E and O are made without their halves, so the powers come out four times as large.
        powers(low, high, &self.turns, T::round(0.25) * scale, to_low, to_high);
    }

    /// Writes X\[k\] for k = 0..=N/2 (`spectrum` has room for just these).
    pub fn spectrum(&self, spectrum: &mut [Complex<T>]) {
        let (Some(&first), Some((dc, rest))) = (self.transformed.first(), spectrum.split_first_mut()) else { return };
        let Some((nyquist, inner)) = rest.split_last_mut() else { return };
        *dc = Complex::new(first.re + first.im, T::zero());
        *nyquist = Complex::new(first.re - first.im, T::zero());
        let pairs = self.turns.re.len();
        if let (Some(to), Some(bin)) = (inner.get_mut(pairs), self.middle()) {
            *to = bin.conj();
        }
        let (low, high) = flanks(&self.transformed[1..], pairs);
        let (to_low, to_high) = flanks_mut(inner, pairs);
        untangle(low, high, &self.turns, to_low, to_high);
    }

    /// Writes the N samples whose bins 0..=N/2 are given, times `scale` / N. The imaginary parts at DC and Nyquist are
    /// taken as zero.
    pub fn inverse(&mut self, spectrum: &[Complex<T>], scale: T, signal: &mut [T]) {
        let (Some((dc, rest)), Some((first, packed))) = (spectrum.split_first(), self.packed.split_first_mut()) else {
            return;
        };
        let Some((nyquist, inner)) = rest.split_last() else { return };
        *first = Complex::new(dc.re + nyquist.re, dc.re - nyquist.re);
        let pairs = self.turns.re.len();
        if let (Some(to), Some(bin), true) = (packed.get_mut(pairs), inner.get(pairs), inner.len() > 2 * pairs) {
            *to = bin.conj().scale(T::round(2.0));
        }
        let (low, high) = flanks(inner, pairs);
        let (to_low, to_high) = flanks_mut(packed, pairs);
        tangle(low, high, &self.turns, to_low, to_high);
        self.inverse.run(&mut self.packed, &mut self.transformed);
        for (pair, z) in signal.as_chunks_mut::<2>().0.iter_mut().zip(&self.transformed) {
            *pair = [z.re * scale, z.im * scale];
        }
    }

    /// Z\[N/4\], which is its own mirror image; none where four does not divide N.
    fn middle(&self) -> Option<Complex<T>> {
        let half = self.transformed.len();
        half.is_multiple_of(2).then(|| self.transformed[half / 2])
    }
}

impl<T: Float> Turns<T> {
    fn new(length: usize) -> Self {
        let pairs = (length / 2 - 1) / 2;
        let phases = || (1..=pairs).map(|k| core::f64::consts::TAU * k as f64 / length as f64);
        Self {
            re: phases().map(|phase| T::round(math::cos(phase))).collect(),
            im: phases().map(|phase| T::round(-math::sin(phase))).collect(),
        }
    }
}

/// The first and the last `pairs` values; bin k of the first has its mirror image in the last, counted from the end.
fn flanks<V>(inner: &[V], pairs: usize) -> (&[V], &[V]) {
    (&inner[..pairs], &inner[inner.len() - pairs..])
}

fn flanks_mut<V>(inner: &mut [V], pairs: usize) -> (&mut [V], &mut [V]) {
    let (low, rest) = inner.split_at_mut(pairs);
    let start = rest.len() - pairs;
    (low, &mut rest[start..])
}

/// 2 E\[k\] and 2 exp(-2 pi i k / N) O\[k\] of two bins Z\[k\] and Z\[N/2-k\].
#[inline(always)]
fn halves<T: Float>(low: Complex<T>, high: Complex<T>, re: T, im: T) -> (Complex<T>, Complex<T>) {
    let even = Complex::new(low.re + high.re, low.im - high.im);
    let odd = Complex::new(low.im + high.im, high.re - low.re);
    (even, Complex::new(re * odd.re - im * odd.im, re * odd.im + im * odd.re))
}

// The loops stand by themselves, and all their slices are cut to one length first: then nothing is checked inside them,
// nothing can overlap, and backward runs become vectors as forward ones do.

#[inline(never)]
fn powers<T: Float>(
    low: &[Complex<T>],
    high: &[Complex<T>],
    turns: &Turns<T>,
    scale: T,
    to_low: &mut [f32],
    to_high: &mut [f32],
) {
    let count = low.len();
    let (high, re, im) = (&high[..count], &turns.re[..count], &turns.im[..count]);
    let (to_low, to_high) = (&mut to_low[..count], &mut to_high[..count]);
    for k in 0..count {
        let mirrored = count - 1 - k;
        let (even, odd) = halves(low[k], high[mirrored], re[k], im[k]);
        let (sum, difference) = (even + odd, even - odd);
        to_low[k] = ((sum.re * sum.re + sum.im * sum.im) * scale).narrow();
        to_high[mirrored] = ((difference.re * difference.re + difference.im * difference.im) * scale).narrow();
    }
}

#[inline(never)]
fn untangle<T: Float>(
    low: &[Complex<T>],
    high: &[Complex<T>],
    turns: &Turns<T>,
    to_low: &mut [Complex<T>],
    to_high: &mut [Complex<T>],
) {
    let (count, half) = (low.len(), T::round(0.5));
    let (high, re, im) = (&high[..count], &turns.re[..count], &turns.im[..count]);
    let (to_low, to_high) = (&mut to_low[..count], &mut to_high[..count]);
    for k in 0..count {
        let mirrored = count - 1 - k;
        let (even, odd) = halves(low[k], high[mirrored], re[k], im[k]);
        to_low[k] = Complex::new((even.re + odd.re) * half, (even.im + odd.im) * half);
        to_high[mirrored] = Complex::new((even.re - odd.re) * half, (odd.im - even.im) * half);
    }
}

/// The way back: 2 Z\[k\] and 2 Z\[N/2-k\] from X\[k\] and X\[N/2-k\].
#[inline(never)]
fn tangle<T: Float>(
    low: &[Complex<T>],
    high: &[Complex<T>],
    turns: &Turns<T>,
    to_low: &mut [Complex<T>],
    to_high: &mut [Complex<T>],
) {
    let count = low.len();
    let (high, re, im) = (&high[..count], &turns.re[..count], &turns.im[..count]);
    let (to_low, to_high) = (&mut to_low[..count], &mut to_high[..count]);
    for k in 0..count {
        let mirrored = count - 1 - k;
        let (low, high) = (low[k], high[mirrored]);
        let even = Complex::new(low.re + high.re, low.im - high.im);
        let turned = Complex::new(low.re - high.re, low.im + high.im);
        let odd = Complex::new(turned.re * re[k] + turned.im * im[k], turned.im * re[k] - turned.re * im[k]);
        to_low[k] = Complex::new(even.re - odd.im, even.im + odd.re);
        to_high[mirrored] = Complex::new(even.re + odd.im, odd.re - even.im);
    }
}
