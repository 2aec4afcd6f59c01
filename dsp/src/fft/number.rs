//! Lanes as a number, so that transforms can be made of them.

use core::ops::Rem;

use rustfft::num_traits::{FromPrimitive, Num, One, Signed, Zero};

use crate::lanes::Lanes;

fn map(x: Lanes, each: impl FnMut(f32) -> f32) -> Lanes {
    Lanes::new(x.get().map(each))
}

impl PartialEq for Lanes {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Rem for Lanes {
    type Output = Self;
    fn rem(self, other: Self) -> Self {
        let mut divisors = other.get().into_iter();
        map(self, |x| x % divisors.next().unwrap_or(f32::NAN))
    }
}

impl Zero for Lanes {
    #[inline(always)]
    fn zero() -> Self {
        Self::ZERO
    }
    fn is_zero(&self) -> bool {
        self.get() == [0.0; 4]
    }
}

impl One for Lanes {
    #[inline(always)]
    fn one() -> Self {
        Self::splat(1.0)
    }
}

impl Num for Lanes {
    type FromStrRadixErr = <f32 as Num>::FromStrRadixErr;
    fn from_str_radix(text: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        f32::from_str_radix(text, radix).map(Self::splat)
    }
}

impl FromPrimitive for Lanes {
    fn from_i64(value: i64) -> Option<Self> {
        Some(Self::splat(value as f32))
    }
    fn from_u64(value: u64) -> Option<Self> {
        Some(Self::splat(value as f32))
    }
    fn from_f64(value: f64) -> Option<Self> {
        Some(Self::splat(value as f32))
    }
}

impl Signed for Lanes {
    fn abs(&self) -> Self {
        map(*self, f32::abs)
    }
    fn abs_sub(&self, other: &Self) -> Self {
        map(*self - *other, |difference| if difference > 0.0 { difference } else { 0.0 })
    }
    fn signum(&self) -> Self {
        map(*self, f32::signum)
    }
    fn is_positive(&self) -> bool {
        self.get().iter().all(|&x| x > 0.0)
    }
    fn is_negative(&self) -> bool {
        self.get().iter().all(|&x| x < 0.0)
    }
}
