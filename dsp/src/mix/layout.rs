//! Which loudspeaker a channel belongs to.

use super::ChannelMask;

/// Place of a loudspeaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Left,
    Right,
    Centre,
    /// The low-frequency effects channel.
    Effects,
    SurroundLeft,
    SurroundRight,
    /// One surround channel for both sides.
    Surround,
}

impl Place {
    /// Place of a loudspeaker of [`ChannelMask`].
    fn of_speaker(speaker: u32) -> Self {
        match speaker {
            0 | 6 | 12 => Self::Left,
            1 | 7 | 14 => Self::Right,
            3 => Self::Effects,
            4 | 9 | 15 => Self::SurroundLeft,
            5 | 10 | 17 => Self::SurroundRight,
            8 | 11 | 16 => Self::Surround,
            // 2 and 13.
            _ => Self::Centre,
        }
    }
}

/// A loudspeaker layout with the order of its channels, which is that of WAVE files. FLAC has the same; from Vorbis, AAC and
/// ALAC, which put the centre elsewhere, the decoder brings them into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Layout {
    /// One channel.
    Mono,
    /// L, R.
    Stereo,
    /// L, R, C.
    Surround30,
    /// L, R, C, S: one surround channel.
    Surround31,
    /// L, R, Ls, Rs.
    Quadraphonic,
    /// L, R, C, Ls, Rs.
    Surround50,
    /// L, R, C, LFE, Ls, Rs.
    Surround51,
    /// L, R, C, LFE, S, Ls, Rs: one channel behind, two at the sides.
    Surround61,
    /// L, R, C, LFE, back left, back right, side left, side right.
    Surround71,
    /// The loudspeakers that a file names. Those above, and left and right of the centre, count as those of their side:
    /// in front as left or right, behind as surround.
    Masked(ChannelMask),
    /// Channels without a place: odd ones (the first, the third, ...) are taken as left, even ones as right, and the last
    /// of an odd number as centre.
    Discrete {
        /// Number of channels.
        channels: u16,
    },
}

impl Layout {
    /// The usual layout for a number of channels, as WAVE files without a channel mask are understood.
    pub fn of(channels: u16) -> Self {
        match channels {
            1 => Self::Mono,
            2 => Self::Stereo,
            3 => Self::Surround30,
            4 => Self::Quadraphonic,
            5 => Self::Surround50,
            6 => Self::Surround51,
            7 => Self::Surround61,
            8 => Self::Surround71,
            _ => Self::Discrete { channels },
        }
    }

    /// The layout of so many channels with the loudspeakers that their file names; the usual one where it names none, or
    /// another number of them.
    pub fn with_mask(channels: u16, mask: Option<ChannelMask>) -> Self {
        match mask {
            Some(mask) if mask.channels() == usize::from(channels) => Self::Masked(mask),
            _ => Self::of(channels),
        }
    }

    /// Number of channels.
    pub fn channels(self) -> usize {
        match self {
            Self::Masked(mask) => mask.channels(),
            Self::Discrete { channels } => channels.into(),
            other => other.named().len(),
        }
    }

    fn named(self) -> &'static [Place] {
        use Place::{Centre, Effects, Left, Right, Surround, SurroundLeft, SurroundRight};
        match self {
            Self::Mono => &[Centre],
            Self::Stereo => &[Left, Right],
            Self::Surround30 => &[Left, Right, Centre],
            Self::Surround31 => &[Left, Right, Centre, Surround],
            Self::Quadraphonic => &[Left, Right, SurroundLeft, SurroundRight],
            Self::Surround50 => &[Left, Right, Centre, SurroundLeft, SurroundRight],
            Self::Surround51 => &[Left, Right, Centre, Effects, SurroundLeft, SurroundRight],
            Self::Surround61 => &[Left, Right, Centre, Effects, Surround, SurroundLeft, SurroundRight],
            Self::Surround71 => {
                &[Left, Right, Centre, Effects, SurroundLeft, SurroundRight, SurroundLeft, SurroundRight]
            }
            Self::Masked(_) | Self::Discrete { .. } => &[],
        }
    }

    /// Place of a channel.
    pub(super) fn place(self, channel: usize) -> Place {
        match self {
            Self::Discrete { channels } if channel + 1 == usize::from(channels) && channel.is_multiple_of(2) => {
                Place::Centre
            }
            Self::Discrete { .. } if channel.is_multiple_of(2) => Place::Left,
            Self::Discrete { .. } => Place::Right,
            Self::Masked(mask) => mask.speakers().nth(channel).map_or(Place::Centre, Place::of_speaker),
            other => other.named()[channel],
        }
    }
}
