//! How much each channel counts.

use alloc::{vec, vec::Vec};
use core::ops::RangeInclusive;

use crate::mix::ChannelMask;

/// Weight of surround channels between 60 and 120 degrees (BS.1770-4, table 3 and Annex 3): +1.5 dB.
const SURROUND: f64 = 1.41;
/// The low-frequency effects channel does not count.
const LFE: f64 = 0.0;

/// Weights of the powers of `channels` channels in the order of WAVE files, for the usual layout of so many channels:
///
/// | channels | layout                   | weights                           |
/// |----------|--------------------------|-----------------------------------|
/// | 1        | mono                     | 1 (3 LU below the same in stereo) |
/// | 2, 3     | L R (C)                  | all 1                             |
/// | 4        | L R Ls Rs                | 1 1 1.41 1.41                     |
/// | 5        | L R C Ls Rs              | 1 1 1 1.41 1.41                   |
/// | 6        | L R C LFE Ls Rs          | 1 1 1 0 1.41 1.41                 |
/// | 7        | L R C LFE Cs Ls Rs       | 1 1 1 0 1 1.41 1.41               |
/// | 8        | L R C LFE Lb Rb Ls Rs    | 1 1 1 0 1 1 1.41 1.41             |
/// | others   | unknown                  | all 1                             |
///
/// Source: BS.1770-4, Annex 1 table 3 and Annex 3 table 4: 1.41 for loudspeakers at 60 to 120 degrees, 1 for all
/// others.
pub fn channel_weights(channels: usize) -> Vec<f64> {
    match channels {
        4 => vec![1.0, 1.0, SURROUND, SURROUND],
        5 => vec![1.0, 1.0, 1.0, SURROUND, SURROUND],
        6 => vec![1.0, 1.0, 1.0, LFE, SURROUND, SURROUND],
        7 => vec![1.0, 1.0, 1.0, LFE, 1.0, SURROUND, SURROUND],
        8 => vec![1.0, 1.0, 1.0, LFE, 1.0, 1.0, SURROUND, SURROUND],
        others => vec![1.0; others],
    }
}

/// The weights of channels whose file names their loudspeakers; those of the usual layout where it names none, or another
/// number of them.
///
/// Side channels have 1.41, LFE 0, all others 1. Back channels have 1.41 where there are no side channels (those of 5.1 stand
/// at 110 degrees), and 1 beside them (those of 7.1 stand at 135 degrees and more).
pub fn masked_channel_weights(channels: usize, mask: Option<ChannelMask>) -> Vec<f64> {
    const SIDES: RangeInclusive<u32> = 9..=10;
    let Some(mask) = mask.filter(|mask| mask.channels() == channels) else { return channel_weights(channels) };
    let beside = SIDES.clone().any(|side| mask.has(side));
    let weight = |speaker| match speaker {
        3 => LFE,
        4 | 5 if !beside => SURROUND,
        _ if SIDES.contains(&speaker) => SURROUND,
        _ => 1.0,
    };
    mask.speakers().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_a_weight() {
        for channels in 0..40 {
            assert_eq!(channel_weights(channels).len(), channels);
        }
        assert_eq!(channel_weights(6), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
    }

    #[test]
    fn a_mask_says_which_channel_is_beside_and_which_does_not_count() {
        let weights = |bits: u32| {
            let channels = bits.count_ones();
            masked_channel_weights(channels as usize, ChannelMask::new(bits, channels))
        };
        assert_eq!(weights(0xb), [1.0, 1.0, 0.0]);
        assert_eq!(weights(0x107), [1.0, 1.0, 1.0, 1.0]);
        assert_eq!(weights(0xff), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.0, 1.0]);
        assert_eq!(weights(0x60f), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
        for (bits, channels) in [(0x3, 2), (0x33, 4), (0x37, 5), (0x3f, 6), (0x70f, 7), (0x63f, 8)] {
            assert_eq!(weights(bits), channel_weights(channels), "{bits:x}");
        }
        assert_eq!(masked_channel_weights(6, ChannelMask::new(0xb, 3)), channel_weights(6));
    }
}
