//! One sample as bytes.

use super::Encoding;

/// Appends a sample; tells whether it had to be limited. NaN becomes 0 in integers.
pub(super) fn write(x: f32, encoding: Encoding, bytes: &mut Vec<u8>) -> bool {
    match encoding {
        Encoding::Float32 => {
            bytes.extend_from_slice(&x.to_le_bytes());
            false
        }
        Encoding::Pcm16 => {
            let (value, limited) = quantize(x, 32_768.0);
            bytes.extend_from_slice(&(value as i16).to_le_bytes());
            limited
        }
        Encoding::Pcm24 => {
            let (value, limited) = quantize(x, 8_388_608.0);
            bytes.extend_from_slice(&value.to_le_bytes()[..3]);
            limited
        }
    }
}

/// The nearest of the integers from -`full` to `full` - 1, halves away from zero. f64 holds the product exactly.
fn quantize(x: f32, full: f64) -> (i32, bool) {
    let scaled = (f64::from(x) * full).round();
    (scaled.clamp(-full, full - 1.0) as i32, scaled < -full || scaled > full - 1.0)
}
