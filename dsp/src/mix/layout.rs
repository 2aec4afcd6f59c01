//! Which loudspeaker a channel belongs to.

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

/// A loudspeaker layout with the order of its channels, which is that of WAVE files (and of Vorbis and FLAC up to two
/// channels; from three on, Vorbis puts the centre second).
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

    /// Number of channels.
    pub fn channels(self) -> usize {
        match self {
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
            Self::Discrete { .. } => &[],
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
            other => other.named()[channel],
        }
    }
}
