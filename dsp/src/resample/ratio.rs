//! The ratio of two rates without rounding.

use super::{MAX_RATIO, ResampleFailure};

/// Two rates as whole multiples of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ratio {
    /// Input rate; with `to` in lowest terms.
    pub from: u64,
    /// Output rate.
    pub to: u64,
}

impl Ratio {
    /// Every `f64` is a whole number times a power of two, so the ratio of two of them is a fraction.
    pub fn new(from_hz: f64, to_hz: f64) -> Result<Self, ResampleFailure> {
        let limit = f64::from(MAX_RATIO);
        // Comparisons with NaN are false.
        let fits = from_hz.is_normal() && to_hz.is_normal() && from_hz > 0.0 && to_hz > 0.0;
        if !(fits && from_hz <= to_hz * limit && to_hz <= from_hz * limit) {
            return Err(ResampleFailure::Rates { from_hz, to_hz, limit: MAX_RATIO });
        }
        let ((from, from_exponent), (to, to_exponent)) = (parts(from_hz), parts(to_hz));
        // The exponents differ by 9 at most, so 62 bits are enough.
        let unit = from_exponent.min(to_exponent);
        let (from, to) = (from << (from_exponent - unit), to << (to_exponent - unit));
        let divisor = gcd(from, to);
        Ok(Self { from: from / divisor, to: to / divisor })
    }

    /// Frames out of `frames` frames: ceil(frames x to / from).
    pub fn length(self, frames: u64) -> u64 {
        u64::try_from((u128::from(frames) * u128::from(self.to)).div_ceil(u128::from(self.from))).unwrap_or(u64::MAX)
    }

    /// Output frames per input frame.
    pub fn as_f64(self) -> f64 {
        self.to as f64 / self.from as f64
    }
}

/// Mantissa with its 53 bits and exponent of a positive normal number.
fn parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    ((bits & ((1 << 52) - 1)) | (1 << 52), (bits >> 52) as i32 - 1075)
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_rates_are_in_lowest_terms() {
        assert_eq!(Ratio::new(44_100.0, 32_000.0).expect("rates"), Ratio { from: 441, to: 320 });
        assert_eq!(Ratio::new(8_000.0, 192_000.0).expect("rates"), Ratio { from: 1, to: 24 });
        assert_eq!(Ratio::new(44_100.5, 32_000.0).expect("rates"), Ratio { from: 88_201, to: 64_000 });
        assert_eq!(Ratio::new(0.75, 0.5).expect("rates"), Ratio { from: 3, to: 2 });
    }

    #[test]
    fn length_is_rounded_up_without_rounding_errors() {
        let ratio = Ratio::new(44_100.0, 32_000.0).expect("rates");
        assert_eq!((ratio.length(0), ratio.length(1), ratio.length(441), ratio.length(442)), (0, 1, 320, 321));
        assert_eq!(ratio.length(u64::MAX / 2), ((u128::from(u64::MAX / 2) * 320).div_ceil(441)) as u64);
    }

    #[test]
    fn refuses_what_is_no_rate() {
        for (from, to) in [
            (0.0, 1.0),
            (1.0, 0.0),
            (f64::NAN, 1.0),
            (1.0, f64::INFINITY),
            (-1.0, -1.0),
            (1.0, 257.0),
            (257.0, 1.0),
            (5e-324, 5e-324),
            (f64::MAX, f64::MIN_POSITIVE),
        ] {
            assert!(matches!(Ratio::new(from, to), Err(ResampleFailure::Rates { .. })), "{from} {to}");
        }
    }
}
