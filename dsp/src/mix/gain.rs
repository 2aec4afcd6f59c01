//! Gains in decibels and the loudest sample.

use crate::math;

/// Largest gain and attenuation that is taken for meant: 1,000,000 to one.
pub const MAX_GAIN_DB: f64 = 120.0;

/// 10^(dB / 20).
pub fn db_to_amplitude(gain_db: f64) -> f64 {
    math::pow(10.0, gain_db / 20.0)
}

/// Multiplies all samples by a gain; 0 dB leaves every bit as it is.
pub fn apply_gain<C: AsMut<[f32]>>(channels: &mut [C], gain_db: f64) {
    let gain = db_to_amplitude(gain_db) as f32;
    if gain != 1.0 {
        channels.iter_mut().flat_map(|channel| channel.as_mut()).for_each(|x| *x *= gain);
    }
}

/// Largest absolute sample of all channels; samples that are not a number are passed over.
pub fn peak<C: AsRef<[f32]>>(channels: &[C]) -> f32 {
    channels.iter().flat_map(|channel| channel.as_ref()).fold(0.0, |peak, x| peak.max(x.abs()))
}
