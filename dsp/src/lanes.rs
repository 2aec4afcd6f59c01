//! Four numbers that are computed with at once.
//!
//! Plain loops over slices become vectors by themselves. Sums, extremes and filters that keep several partial results
//! do so on most targets, but not in WebAssembly: there these are its 128-bit registers. Everywhere else they are arrays,
//! with the same results to the last bit.

use core::ops::{Add, Div, Mul, Neg, Sub};

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use array as register;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use wasm as register;

/// Numbers in one register.
pub(crate) const LANES: usize = 4;

/// Four numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes(register::Register);

impl Lanes {
    pub(crate) const ZERO: Self = Self(register::ZERO);

    #[inline(always)]
    pub(crate) fn new(values: [f32; LANES]) -> Self {
        Self(register::new(values))
    }

    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self(register::splat(value))
    }

    #[inline(always)]
    pub(crate) fn get(self) -> [f32; LANES] {
        register::get(self.0)
    }

    /// The larger of two numbers in each lane; `self` where `other` is none.
    #[inline(always)]
    pub(crate) fn larger(self, other: Self) -> Self {
        Self(register::larger(self.0, other.0))
    }

    /// The smaller of two numbers in each lane, likewise.
    #[inline(always)]
    pub(crate) fn smaller(self, other: Self) -> Self {
        Self(register::smaller(self.0, other.0))
    }

    /// Exponent e and mantissa m of positive normal numbers 2^e m, where m begins at the number whose bits are `least`.
    #[inline(always)]
    pub(crate) fn split(self, least: u32) -> (Self, Self) {
        let (exponent, mantissa) = register::split(self.0, least);
        (Self(exponent), Self(mantissa))
    }

    /// Rows to columns.
    #[inline(always)]
    #[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
    pub(crate) fn transpose(rows: [Self; LANES]) -> [Self; LANES] {
        register::transpose(rows.map(|row| row.0)).map(Self)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Lanes {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(register::$method(self.0, other.0))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Lanes {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(register::neg(self.0))
    }
}

/// Eight numbers: as many partial results as most sums keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eight(pub(crate) [Lanes; 2]);

impl Eight {
    pub(crate) const ZERO: Self = Self([Lanes::ZERO; 2]);

    #[inline(always)]
    pub(crate) fn new(values: &[f32; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = *values;
        Self([Lanes::new([a, b, c, d]), Lanes::new([e, f, g, h])])
    }

    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self([Lanes::splat(value); 2])
    }

    #[inline(always)]
    pub(crate) fn get(self) -> [f32; 8] {
        let ([a, b, c, d], [e, f, g, h]) = (self.0[0].get(), self.0[1].get());
        [a, b, c, d, e, f, g, h]
    }

    /// All eight put together by an operation whose order does not matter.
    #[inline(always)]
    pub(crate) fn fold(self, operation: impl Fn(Lanes, Lanes) -> Lanes) -> f32 {
        let [a, b, c, d] = operation(self.0[0], self.0[1]).get();
        let pairs = operation(Lanes::new([a, b, a, b]), Lanes::new([c, d, c, d])).get();
        operation(Lanes::splat(pairs[0]), Lanes::splat(pairs[1])).get()[0]
    }

    #[inline(always)]
    pub(crate) fn larger(self, other: Self) -> Self {
        Self([self.0[0].larger(other.0[0]), self.0[1].larger(other.0[1])])
    }

    #[inline(always)]
    pub(crate) fn smaller(self, other: Self) -> Self {
        Self([self.0[0].smaller(other.0[0]), self.0[1].smaller(other.0[1])])
    }
}

impl Add for Eight {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self([self.0[0] + other.0[0], self.0[1] + other.0[1]])
    }
}

impl Mul for Eight {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self([self.0[0] * other.0[0], self.0[1] * other.0[1]])
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use core::arch::wasm32::*;

    pub(super) type Register = v128;
    pub(super) const ZERO: v128 = f32x4(0.0, 0.0, 0.0, 0.0);
    pub(super) use core::arch::wasm32::{
        f32x4_add as add, f32x4_div as div, f32x4_mul as mul, f32x4_neg as neg, f32x4_splat as splat, f32x4_sub as sub,
    };

    #[inline(always)]
    pub(super) fn new([a, b, c, d]: [f32; 4]) -> v128 {
        f32x4(a, b, c, d)
    }

    #[inline(always)]
    pub(super) fn get(x: v128) -> [f32; 4] {
        [f32x4_extract_lane::<0>(x), f32x4_extract_lane::<1>(x), f32x4_extract_lane::<2>(x), f32x4_extract_lane::<3>(x)]
    }

    #[inline(always)]
    pub(super) fn larger(a: v128, b: v128) -> v128 {
        f32x4_pmax(a, b)
    }

    #[inline(always)]
    pub(super) fn smaller(a: v128, b: v128) -> v128 {
        f32x4_pmin(a, b)
    }

    #[inline(always)]
    pub(super) fn split(x: v128, least: u32) -> (v128, v128) {
        let exponent = i32x4_shr(i32x4_sub(x, u32x4_splat(least)), 23);
        (f32x4_convert_i32x4(exponent), i32x4_sub(x, i32x4_shl(exponent, 23)))
    }

    #[inline(always)]
    pub(super) fn transpose([a, b, c, d]: [v128; 4]) -> [v128; 4] {
        let (low_ab, low_cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
        let (high_ab, high_cd) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        [
            i32x4_shuffle::<0, 1, 4, 5>(low_ab, low_cd),
            i32x4_shuffle::<2, 3, 6, 7>(low_ab, low_cd),
            i32x4_shuffle::<0, 1, 4, 5>(high_ab, high_cd),
            i32x4_shuffle::<2, 3, 6, 7>(high_ab, high_cd),
        ]
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod array {
    use core::array::from_fn;

    use crate::math;

    pub(super) type Register = [f32; 4];
    pub(super) const ZERO: Register = [0.0; 4];

    #[inline(always)]
    pub(super) fn new(values: [f32; 4]) -> Register {
        values
    }

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Register {
        [value; 4]
    }

    #[inline(always)]
    pub(super) fn get(x: Register) -> [f32; 4] {
        x
    }

    #[inline(always)]
    pub(super) fn add(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    pub(super) fn sub(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] - b[i])
    }

    #[inline(always)]
    pub(super) fn mul(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] * b[i])
    }

    #[inline(always)]
    pub(super) fn div(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] / b[i])
    }

    #[inline(always)]
    pub(super) fn neg(a: Register) -> Register {
        a.map(|x| -x)
    }

    #[inline(always)]
    pub(super) fn larger(a: Register, b: Register) -> Register {
        from_fn(|i| math::larger(a[i], b[i]))
    }

    #[inline(always)]
    pub(super) fn smaller(a: Register, b: Register) -> Register {
        from_fn(|i| math::smaller(a[i], b[i]))
    }

    #[inline(always)]
    pub(super) fn split(x: Register, least: u32) -> (Register, Register) {
        let exponent = x.map(|x| x.to_bits().wrapping_sub(least) as i32 >> 23);
        (
            exponent.map(|e| e as f32),
            from_fn(|i| f32::from_bits((x[i].to_bits() as i32).wrapping_sub(exponent[i] << 23) as u32)),
        )
    }

    #[inline(always)]
    #[cfg(test)]
    pub(super) fn transpose(rows: [Register; 4]) -> [Register; 4] {
        from_fn(|column| from_fn(|row| rows[row][column]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_do_what_single_numbers_do() {
        let (left, right) = ([1.5f32, -2.0, 3.0, f32::NAN], [0.5f32, 4.0, -3.0, 1.0]);
        let (a, b) = (Lanes::new(left), Lanes::new(right));
        let each = |operation: fn(f32, f32) -> f32| [0, 1, 2].map(|l| operation(left[l], right[l]));
        let first = |lanes: Lanes| [0, 1, 2].map(|l| lanes.get()[l]);
        assert_eq!(first(a + b), each(|a, b| a + b));
        assert_eq!(first(a - b), each(|a, b| a - b));
        assert_eq!(first(a * b), each(|a, b| a * b));
        assert_eq!(first(a / b), each(|a, b| a / b));
        assert_eq!(first(-a), each(|a, _| -a));
        assert_eq!(first(a.larger(b)), each(f32::max));
        assert_eq!(first(a.smaller(b)), each(f32::min));
        // What is no number stays on the left and is passed over on the right, as in `math`.
        assert!(a.larger(b).get()[3].is_nan() && b.larger(a).get()[3] == 1.0);
        let rows = [0.0f32, 4.0, 8.0, 12.0].map(|start| Lanes::new([start, start + 1.0, start + 2.0, start + 3.0]));
        assert_eq!(Lanes::transpose(rows)[1].get(), [1.0, 5.0, 9.0, 13.0]);
    }

    #[test]
    fn eight_numbers_fold_to_one() {
        let eight = Eight::new(&[3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0]);
        assert_eq!((eight.fold(Lanes::larger), eight.fold(Lanes::smaller)), (9.0, -5.0));
        assert_eq!((eight + Eight::splat(1.0) * eight).get()[5], 18.0);
    }
}
