//! The key of a piece from its pitch classes.

use crate::{
    analysis::{Key, KeyMatch, Mode, PitchClass},
    math,
};

/// How well each note goes with a C major context, from C on (Krumhansl and Kessler 1982, probe tones).
const MAJOR: [f64; 12] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
/// The same with C minor.
const MINOR: [f64; 12] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];
/// Pitch classes whose standard deviation is below this share of their mean speak for no key: they are noise.
const MIN_VARIATION: f64 = 0.2;

/// The key whose profile (Krumhansl and Kessler 1982) correlates best with twelve weights from C on, as in the key-finding
/// of Krumhansl and Schmuckler (Krumhansl 1990). `None` where the weights hardly differ.
///
/// ```
/// use dsp::tonal::{Mode, PitchClass, key};
///
/// // The notes of G major, the key note and its fifth twice.
/// let found = key(&[1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 1.0, 2.0, 0.0, 1.0, 0.0, 1.0]).expect("a scale");
/// assert_eq!((found.best.tonic, found.best.mode), (PitchClass::G, Mode::Major));
/// ```
pub fn key(chroma: &[f64; 12]) -> Option<Key> {
    let (mean, deviation) = moments(chroma);
    // Also where a weight is not a number.
    let varied = mean > 0.0 && deviation >= MIN_VARIATION * mean;
    if !varied || !deviation.is_finite() {
        return None;
    }
    let matches = PitchClass::ALL.into_iter().enumerate().flat_map(|(tonic_index, tonic)| {
        [(Mode::Major, &MAJOR), (Mode::Minor, &MINOR)].map(|(mode, profile)| {
            let (profile_mean, profile_deviation) = moments(profile);
            let covariance =
                (0..12).map(|i| (profile[i] - profile_mean) * (chroma[(i + tonic_index) % 12] - mean)).sum::<f64>()
                    / 12.0;
            KeyMatch { tonic, mode, correlation: covariance / (profile_deviation * deviation) }
        })
    });
    let mut matches: Vec<KeyMatch> = matches.collect();
    matches.sort_by(|a, b| b.correlation.total_cmp(&a.correlation));
    let [best, second, ..] = matches[..] else { return None };
    Some(Key { best, second })
}

/// Mean and standard deviation.
fn moments(weights: &[f64; 12]) -> (f64, f64) {
    let mean = weights.iter().sum::<f64>() / 12.0;
    (mean, math::sqrt(weights.iter().map(|w| (w - mean) * (w - mean)).sum::<f64>() / 12.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_its_own_key_in_all_twelve_places() {
        for (mode, profile) in [(Mode::Major, MAJOR), (Mode::Minor, MINOR)] {
            for (place, tonic) in PitchClass::ALL.into_iter().enumerate() {
                let mut chroma = profile;
                chroma.rotate_right(place);
                let found = key(&chroma).expect("a key");
                assert_eq!((found.best.tonic, found.best.mode), (tonic, mode));
                assert!((found.best.correlation - 1.0).abs() < 1e-12);
                assert!(found.second.correlation < 0.9);
            }
        }
    }

    #[test]
    fn what_is_flat_or_no_number_has_no_key() {
        assert_eq!(key(&[1.0; 12]), None);
        assert_eq!(key(&[0.0; 12]), None);
        let mut broken = MAJOR;
        broken[3] = f64::NAN;
        assert_eq!(key(&broken), None);
        broken[3] = f64::INFINITY;
        assert_eq!(key(&broken), None);
    }
}
