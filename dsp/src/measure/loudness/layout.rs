//! How much each channel counts.

use alloc::{vec, vec::Vec};

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
}
