//! Which loudspeakers a file gives its channels to.

use crate::ParameterError;

/// Loudspeakers that a mask has names for.
const SPEAKERS: u32 = 18;

/// A set of loudspeakers, one for each channel in the order of their bits: the `dwChannelMask` of WAVE files
/// (Microsoft, "WAVEFORMATEXTENSIBLE structure"). At least two: one channel is mono wherever it stands.
///
/// | bit | loudspeaker | bit | loudspeaker | bit | loudspeaker |
/// |-----|-------------|-----|-------------|-----|-------------|
/// | 0, 1 | front left, right | 6, 7 | left, right of the centre | 11 | above |
/// | 2 | centre | 8 | behind | 12, 13, 14 | above front left, centre, right |
/// | 3 | LFE | 9, 10 | side left, right | 15, 16, 17 | above back left, centre, right |
/// | 4, 5 | back left, right | | | | |
///
/// ```
/// use dsp::mix::ChannelMask;
///
/// // Left, right and LFE: 2.1.
/// assert_eq!(ChannelMask::new(0xb, 3).expect("three bits").speakers().collect::<Vec<_>>(), [0, 1, 3]);
/// assert_eq!(ChannelMask::new(0xb, 6), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u32", into = "u32"))]
pub struct ChannelMask(u32);

impl ChannelMask {
    /// The mask of so many channels; `None` unless it names as many loudspeakers, at least two, of the 18 that there are.
    pub fn new(bits: u32, channels: u32) -> Option<Self> {
        Self::try_from(bits).ok().filter(|mask| mask.channels() as u32 == channels)
    }

    /// The mask as a number.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Number of channels.
    pub fn channels(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Bit number of the loudspeaker of each channel.
    pub fn speakers(self) -> impl Iterator<Item = u32> {
        (0..SPEAKERS).filter(move |bit| self.has(*bit))
    }

    /// Whether a channel belongs to this loudspeaker.
    pub fn has(self, speaker: u32) -> bool {
        self.0.checked_shr(speaker).is_some_and(|rest| rest & 1 == 1)
    }
}

impl TryFrom<u32> for ChannelMask {
    type Error = ParameterError;

    fn try_from(bits: u32) -> Result<Self, Self::Error> {
        if bits >> SPEAKERS == 0 && bits.count_ones() >= 2 {
            return Ok(Self(bits));
        }
        let allowed = "a set of at least two of the 18 loudspeakers of WAVE files";
        Err(ParameterError { name: "channel_mask", allowed, actual: f64::from(bits) })
    }
}

impl From<ChannelMask> for u32 {
    fn from(mask: ChannelMask) -> Self {
        mask.0
    }
}
