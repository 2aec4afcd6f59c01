//! From a loudspeaker layout to stereo or mono.

use alloc::{vec, vec::Vec};
use core::f64::consts::FRAC_1_SQRT_2;

use super::{
    layout::{Layout, Place},
    tracks::MixError,
};

/// Whether a mix may be louder than full scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Scale {
    /// The coefficients of the recommendation as they are: levels are kept, loud sound may exceed full scale.
    #[default]
    Unity,
    /// All coefficients divided by the largest sum of one output: full-scale sound stays within full scale.
    Safe,
}

/// A matrix from the channels of a layout to one or two.
///
/// Coefficients to stereo are those of ITU-R BS.775-4, annex 4:
/// L = L + √½ C + √½ Ls and R = R + √½ C + √½ Rs; to mono: √½ L + √½ R + C + ½ Ls + ½ Rs.
/// A surround channel for both sides counts ½ (that is √½ · √½) to each side of stereo and √½ to mono, so that its power
/// stays. BS.775 knows no 7.1: side and back channels of one side both count as its surround. The LFE channel is left
/// out, as the recommendation allows. Mono to stereo has √½ on both sides (the same power); stereo to mono √½ of
/// both: equal channels gain 3 dB, unlike [`to_mono`](super::to_mono), whose mean keeps them.
/// Layouts that the output already has pass untouched.
///
/// ```
/// use dsp::mix::{DownMix, Layout, Scale};
///
/// let mix = DownMix::to_stereo(Layout::Surround51, Scale::Unity)?;
/// // L, R, C, LFE, Ls, Rs on the left.
/// let half = std::f64::consts::FRAC_1_SQRT_2;
/// assert_eq!(mix.coefficients()[0], [1.0, 0.0, half, 0.0, half, 0.0]);
/// # Ok::<(), dsp::mix::MixError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DownMix {
    rows: Vec<Vec<f64>>,
    inputs: usize,
}

impl DownMix {
    /// Plans a mix to two channels, left and right.
    pub fn to_stereo(layout: Layout, scale: Scale) -> Result<Self, MixError> {
        let side = |own, surround| {
            move |place: Place| match place {
                Place::Centre => FRAC_1_SQRT_2,
                Place::Surround => 0.5,
                place if place == own => 1.0,
                place if place == surround => FRAC_1_SQRT_2,
                _ => 0.0,
            }
        };
        let rows = vec![
            row(layout, side(Place::Left, Place::SurroundLeft)),
            row(layout, side(Place::Right, Place::SurroundRight)),
        ];
        Self::new(rows, layout, scale)
    }

    /// Plans a mix to one channel.
    pub fn to_mono(layout: Layout, scale: Scale) -> Result<Self, MixError> {
        let all = row(layout, |place| match place {
            Place::Left | Place::Right | Place::Surround => FRAC_1_SQRT_2,
            Place::Centre => 1.0,
            Place::SurroundLeft | Place::SurroundRight => 0.5,
            Place::Effects => 0.0,
        });
        Self::new(vec![all], layout, scale)
    }

    fn new(mut rows: Vec<Vec<f64>>, layout: Layout, scale: Scale) -> Result<Self, MixError> {
        let inputs = layout.channels();
        if inputs == 0 {
            return Err(MixError::Channels { expected: 1, actual: 0 });
        }
        if scale == Scale::Safe {
            let largest = rows.iter().map(|row| row.iter().sum::<f64>()).fold(1.0, f64::max);
            rows.iter_mut().flatten().for_each(|c| *c /= largest);
        }
        Ok(Self { rows, inputs })
    }

    /// One row per output channel, in it one coefficient per input channel.
    pub fn coefficients(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// Mixes a block: `channels` are as many slices of equal length as the layout has channels; `mixed`, as many as there
    /// are outputs, are cleared and filled to that length. Sums are in `f64`.
    pub fn process<C: AsRef<[f32]>>(&self, channels: &[C], mixed: &mut [Vec<f32>]) -> Result<(), MixError> {
        let frames = frames(channels, self.inputs)?;
        if mixed.len() != self.rows.len() {
            return Err(MixError::Channels { expected: self.rows.len(), actual: mixed.len() });
        }
        for (row, out) in self.rows.iter().zip(mixed) {
            out.clear();
            out.resize(frames, 0.0);
            const BLOCK: usize = 256;
            for (block, out) in out.chunks_mut(BLOCK).enumerate() {
                let mut sums = [0.0f64; BLOCK];
                for (channel, &c) in channels.iter().zip(row).filter(|&(_, &c)| c != 0.0) {
                    for (sum, &x) in sums.iter_mut().zip(&channel.as_ref()[block * BLOCK..]) {
                        *sum += c * f64::from(x);
                    }
                }
                out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum as f32);
            }
        }
        Ok(())
    }

    /// Mixes a whole sound.
    pub fn mix<C: AsRef<[f32]>>(&self, channels: &[C]) -> Result<Vec<Vec<f32>>, MixError> {
        let mut mixed = vec![Vec::new(); self.rows.len()];
        self.process(channels, &mut mixed)?;
        Ok(mixed)
    }
}

fn row(layout: Layout, coefficient: impl Fn(Place) -> f64) -> Vec<f64> {
    (0..layout.channels()).map(|channel| coefficient(layout.place(channel))).collect()
}

/// Frames of channels that must be `expected` many and equally long.
pub(super) fn frames<C: AsRef<[f32]>>(channels: &[C], expected: usize) -> Result<usize, MixError> {
    if channels.len() != expected {
        return Err(MixError::Channels { expected, actual: channels.len() });
    }
    let first = channels.first().map_or(0, |channel| channel.as_ref().len());
    match channels.iter().map(|channel| channel.as_ref().len()).enumerate().find(|&(_, frames)| frames != first) {
        Some((channel, actual)) => Err(MixError::Frames { channel, expected: first, actual }),
        None => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::ChannelMask, *};

    /// The output for an impulse in each of the channels.
    fn impulses(mix: &DownMix, channels: usize) -> Vec<Vec<f32>> {
        let sound: Vec<Vec<f32>> =
            (0..channels).map(|c| (0..channels).map(|n| if n == c { 1.0 } else { 0.0 }).collect()).collect();
        mix.mix(&sound).expect("mixed")
    }

    #[test]
    fn has_the_coefficients_of_the_recommendation() {
        let h = core::f32::consts::FRAC_1_SQRT_2;
        let stereo = |layout| impulses(&DownMix::to_stereo(layout, Scale::Unity).expect("layout"), layout.channels());
        let mono =
            |layout| impulses(&DownMix::to_mono(layout, Scale::Unity).expect("layout"), layout.channels()).remove(0);
        assert_eq!(stereo(Layout::Surround51), [[1.0, 0.0, h, 0.0, h, 0.0], [0.0, 1.0, h, 0.0, 0.0, h]]);
        assert_eq!(mono(Layout::Surround51), [h, h, 1.0, 0.0, 0.5, 0.5]);
        assert_eq!(stereo(Layout::Surround71)[0], [1.0, 0.0, h, 0.0, h, 0.0, h, 0.0]);
        assert_eq!(stereo(Layout::Surround31), [[1.0, 0.0, h, 0.5], [0.0, 1.0, h, 0.5]]);
        assert_eq!(stereo(Layout::Stereo), [[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(stereo(Layout::Mono), [[h], [h]]);
        assert_eq!(mono(Layout::Mono), [1.0]);
        assert_eq!(mono(Layout::Stereo), [h, h]);
        assert_eq!(stereo(Layout::Discrete { channels: 5 }), [[1.0, 0.0, 1.0, 0.0, h], [0.0, 1.0, 0.0, 1.0, h]]);
    }

    #[test]
    fn a_mask_says_where_the_channels_belong() {
        let h = core::f64::consts::FRAC_1_SQRT_2;
        let masked = |bits: u32| Layout::with_mask(bits.count_ones() as u16, ChannelMask::new(bits, bits.count_ones()));
        let stereo = |bits| DownMix::to_stereo(masked(bits), Scale::Unity).expect("layout").rows;
        let mono = |bits| DownMix::to_mono(masked(bits), Scale::Unity).expect("layout").rows.remove(0);
        // 2.1; L R C Cs; the wide 7.1 of ALAC and SDDS, whose seventh and eighth are left and right of the centre.
        assert_eq!((stereo(0xb), mono(0xb)), (vec![vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0]], vec![h, h, 0.0]));
        assert_eq!(
            (stereo(0x107), mono(0x107)),
            (vec![vec![1.0, 0.0, h, 0.5], vec![0.0, 1.0, h, 0.5]], vec![h, h, 1.0, h])
        );
        assert_eq!(stereo(0xff)[0], [1.0, 0.0, h, 0.0, h, 0.0, 1.0, 0.0]);
        assert_eq!(mono(0xff), [h, h, 1.0, 0.0, 0.5, 0.5, h, h]);
        for (bits, usual) in [
            (0x3, Layout::Stereo),
            (0x33, Layout::Quadraphonic),
            (0x3f, Layout::Surround51),
            (0x70f, Layout::Surround61),
            (0x63f, Layout::Surround71),
        ] {
            assert_eq!(stereo(bits), DownMix::to_stereo(usual, Scale::Unity).expect("layout").rows, "{usual:?}");
        }
        // A mask of another number of channels is none.
        assert_eq!(Layout::with_mask(6, ChannelMask::new(0xb, 3)), Layout::Surround51);
        for (bits, channels) in [(0, 0), (4, 1), (0xb, 2), (1 << 18 | 1, 2), (u32::MAX, 32)] {
            assert_eq!(ChannelMask::new(bits, channels), None, "{bits:x}");
        }
    }

    #[test]
    fn a_safe_mix_never_clips() {
        for channels in 1..=9 {
            let layout = Layout::of(channels);
            assert_eq!(layout.channels(), usize::from(channels));
            let loud = vec![vec![1.0f32; 300]; channels.into()];
            for mix in [DownMix::to_stereo(layout, Scale::Safe), DownMix::to_mono(layout, Scale::Safe)] {
                let mixed = mix.expect("layout").mix(&loud).expect("mixed");
                assert!(mixed.iter().flatten().all(|x| *x <= 1.0), "{layout:?}");
                assert_eq!(mixed[0].len(), 300);
            }
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mix = DownMix::to_mono(Layout::Stereo, Scale::Unity).expect("layout");
        assert_eq!(mix.mix(&[[0.0; 2]]), Err(MixError::Channels { expected: 2, actual: 1 }));
        let uneven = mix.mix(&[vec![0.0; 2], vec![0.0; 3]]);
        assert_eq!(uneven, Err(MixError::Frames { channel: 1, expected: 2, actual: 3 }));
        let none = DownMix::to_mono(Layout::Discrete { channels: 0 }, Scale::Unity);
        assert_eq!(none, Err(MixError::Channels { expected: 1, actual: 0 }));
    }
}
