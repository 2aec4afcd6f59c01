//! Many tracks into one stereo sound.

use alloc::{vec, vec::Vec};

use super::{
    downmix::frames,
    gain::{MAX_GAIN_DB, apply_gain, db_to_amplitude, peak},
    pan::StereoGains,
};
use crate::math;

/// Longest mix: 2^30 frames, six hours at 48 kHz.
pub const MAX_MIX_FRAMES: usize = 1 << 30;

/// Why sounds cannot be mixed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MixError {
    /// The number of channels is not what was planned.
    #[error("{actual} channels where {expected} are wanted")]
    Channels {
        /// Channels that were planned.
        expected: usize,
        /// Channels that came.
        actual: usize,
    },
    /// The channels of a sound are not equally long.
    #[error("channel {channel} holds {actual} frames, the first holds {expected}")]
    Frames {
        /// The channel that differs.
        channel: usize,
        /// Frames of the first channel.
        expected: usize,
        /// Frames of that channel.
        actual: usize,
    },
    /// A gain, a pan or the ceiling is not a number in its range.
    #[error("track {track} with {name} {actual}: {allowed}")]
    Figure {
        /// Place of the track, from zero.
        track: usize,
        /// What it is.
        name: &'static str,
        /// Its value.
        actual: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The mix would be longer than it may be.
    #[error("a mix of {actual} frames: {limit} at most")]
    Length {
        /// Frames that the mix would have.
        actual: usize,
        /// Most frames.
        limit: usize,
    },
}

/// One sound in a mix.
#[derive(Debug, Clone, Copy)]
pub struct Track<'a, C> {
    /// One or two slices of equal length: mono or left and right. All tracks have the same sample rate.
    pub channels: &'a [C],
    /// Gain within ±[`MAX_GAIN_DB`].
    pub gain_db: f64,
    /// From -1 (left) to 1 (right): [`StereoGains::pan`] for mono, [`StereoGains::balance`] for stereo.
    pub pan: f64,
    /// Frames of the mix before the track begins.
    pub start_frame: usize,
}

/// A finished mix.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixed {
    /// Left and right, as long as the track that ends last.
    pub channels: [Vec<f32>; 2],
    /// What the mix was turned down by to stay under the ceiling: 0 or less.
    pub headroom_db: f64,
    /// Loudest sample of the result, which is not above the ceiling; None for silence.
    pub peak_dbfs: Option<f64>,
}

/// Adds up tracks, and turns the sum down as far as its loudest sample needs to stay at or under the ceiling; never up.
///
/// ```
/// use dsp::mix::{Track, mix_tracks};
///
/// let (drums, voice) = ([vec![0.9; 4]], [vec![0.8; 2]]);
/// let mixed = mix_tracks(
///     &[
///         Track { channels: &drums, gain_db: 0.0, pan: -1.0, start_frame: 0 },
///         Track { channels: &voice, gain_db: -6.0, pan: -1.0, start_frame: 1 },
///     ],
///     0.0,
/// )?;
/// assert_eq!(mixed.channels[0][1], 1.0);
/// assert!((mixed.headroom_db + 2.28).abs() < 0.01);
/// # Ok::<(), dsp::mix::MixError>(())
/// ```
pub fn mix_tracks<C: AsRef<[f32]>>(tracks: &[Track<'_, C>], ceiling_dbfs: f64) -> Result<Mixed, MixError> {
    if !(-MAX_GAIN_DB..=MAX_GAIN_DB).contains(&ceiling_dbfs) {
        let allowed = "a ceiling within ±120 dBFS";
        return Err(MixError::Figure { track: 0, name: "ceiling (dBFS)", actual: ceiling_dbfs, allowed });
    }
    let mut length = 0;
    for (index, track) in tracks.iter().enumerate() {
        length = length.max(track.check(index)?);
    }
    if length > MAX_MIX_FRAMES {
        return Err(MixError::Length { actual: length, limit: MAX_MIX_FRAMES });
    }
    let mut channels = [vec![0.0; length], vec![0.0; length]];
    for track in tracks {
        track.add_to(&mut channels);
    }
    let headroom_db = limit(&mut channels, ceiling_dbfs);
    let loudest = f64::from(peak(&channels));
    Ok(Mixed { channels, headroom_db, peak_dbfs: math::power_to_decibels(loudest * loudest) })
}

impl<C: AsRef<[f32]>> Track<'_, C> {
    /// Refuses what cannot be mixed; returns the frame at which the track ends.
    fn check(&self, track: usize) -> Result<usize, MixError> {
        if !(-MAX_GAIN_DB..=MAX_GAIN_DB).contains(&self.gain_db) {
            let allowed = "within ±120 dB";
            return Err(MixError::Figure { track, name: "gain (dB)", actual: self.gain_db, allowed });
        }
        if !(-1.0..=1.0).contains(&self.pan) {
            return Err(MixError::Figure { track, name: "pan", actual: self.pan, allowed: "from -1 to 1" });
        }
        let frames = match self.channels.len() {
            one_or_two @ (1 | 2) => frames(self.channels, one_or_two)?,
            actual => return Err(MixError::Channels { expected: 2, actual }),
        };
        Ok(self.start_frame.saturating_add(frames))
    }

    fn add_to(&self, [left, right]: &mut [Vec<f32>; 2]) {
        let (first, last) = match self.channels {
            [mono] => (mono, mono),
            [first, .., last] => (first, last),
            [] => return,
        };
        let gains = match self.channels {
            [_] => StereoGains::pan(self.pan),
            _ => StereoGains::balance(self.pan),
        };
        let gain = db_to_amplitude(self.gain_db);
        for (mix, samples, side) in [(left, first, gains.left), (right, last, gains.right)] {
            let factor = (gain * side) as f32;
            for (sum, &x) in mix[self.start_frame..].iter_mut().zip(samples.as_ref()) {
                *sum += factor * x;
            }
        }
    }
}

/// Turns sound down to the ceiling, if it is above; returns the gain.
fn limit(channels: &mut [Vec<f32>; 2], ceiling_dbfs: f64) -> f64 {
    let (loudest, ceiling) = (peak(channels), db_to_amplitude(ceiling_dbfs) as f32);
    if loudest <= ceiling || !loudest.is_finite() {
        return 0.0;
    }
    let headroom_db = 20.0 * math::log10(f64::from(ceiling) / f64::from(loudest));
    apply_gain(channels, headroom_db);
    // The product may be rounded to a step above the ceiling.
    channels.iter_mut().flatten().for_each(|x| *x = x.clamp(-ceiling, ceiling));
    headroom_db
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn track(channels: &[Vec<f32>]) -> Track<'_, Vec<f32>> {
        Track { channels, gain_db: 0.0, pan: 0.0, start_frame: 0 }
    }

    #[test]
    fn one_quiet_stereo_track_passes_untouched() {
        let sound = [vec![0.1, -0.2], vec![0.3, 0.4]];
        let mixed = mix_tracks(&[track(&sound)], 0.0).expect("mixed");
        assert_eq!((mixed.channels, mixed.headroom_db), (sound, 0.0));
        assert!((mixed.peak_dbfs.expect("peak") - 20.0 * math::log10(f64::from(0.4f32))).abs() < 1e-9);
    }

    #[test]
    fn gain_pan_and_start_are_heeded() {
        let (sound, late) = ([vec![0.5; 4]], [vec![0.25; 3]]);
        let tracks = [
            Track { gain_db: 20.0 * math::log10(0.5), pan: 1.0, ..track(&sound) },
            Track { start_frame: 2, pan: -1.0, ..track(&late) },
        ];
        let mixed = mix_tracks(&tracks, 0.0).expect("mixed");
        assert_eq!(mixed.channels, [vec![0.0, 0.0, 0.25, 0.25, 0.25], vec![0.25, 0.25, 0.25, 0.25, 0.0]]);
    }

    #[test]
    fn refuses_what_makes_no_mix() {
        let (sound, three) = ([vec![0.5; 4]], vec![vec![0.0; 2]; 3]);
        let figure = |track: Track<'_, Vec<f32>>| match mix_tracks(&[track], 0.0) {
            Err(MixError::Figure { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(figure(Track { gain_db: f64::NAN, ..track(&sound) }), "gain (dB)");
        assert_eq!(figure(Track { gain_db: 121.0, ..track(&sound) }), "gain (dB)");
        assert_eq!(figure(Track { pan: -1.1, ..track(&sound) }), "pan");
        assert!(matches!(mix_tracks(&[track(&three)], 0.0), Err(MixError::Channels { actual: 3, .. })));
        assert!(matches!(mix_tracks(&[track(&[])], 0.0), Err(MixError::Channels { actual: 0, .. })));
        assert!(matches!(mix_tracks(&[track(&sound)], f64::INFINITY), Err(MixError::Figure { .. })));
        let far = Track { start_frame: usize::MAX, ..track(&sound) };
        assert!(matches!(mix_tracks(&[far], 0.0), Err(MixError::Length { actual: usize::MAX, .. })));
        let nothing = mix_tracks::<Vec<f32>>(&[], 0.0).expect("silence");
        assert_eq!((nothing.channels[0].len(), nothing.peak_dbfs), (0, None));
    }

    proptest! {
        #[test]
        fn the_result_is_never_above_the_ceiling(
            sounds in proptest::collection::vec(proptest::collection::vec(-1.0..1.0f32, 1..50), 1..8),
            gain_db in -20.0..20.0f64,
            pan in -1.0..1.0f64,
            ceiling_dbfs in -30.0..3.0f64,
        ) {
            let sounds: Vec<[Vec<f32>; 1]> = sounds.into_iter().map(|sound| [sound]).collect();
            let tracks: Vec<_> = sounds.iter().map(|sound| Track { gain_db, pan, ..track(sound) }).collect();
            let mixed = mix_tracks(&tracks, ceiling_dbfs).expect("mixed");
            prop_assert!(peak(&mixed.channels) <= db_to_amplitude(ceiling_dbfs) as f32);
            prop_assert!(mixed.headroom_db <= 0.0);
        }
    }
}
