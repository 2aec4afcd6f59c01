//! Keys and their names.

use core::fmt;

/// A pitch class, in the equal temperament of twelve notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum PitchClass {
    /// C
    C,
    /// C sharp, D flat
    #[cfg_attr(feature = "serde", serde(rename = "C#"))]
    CSharp,
    /// D
    D,
    /// D sharp, E flat
    #[cfg_attr(feature = "serde", serde(rename = "D#"))]
    DSharp,
    /// E
    E,
    /// F
    F,
    /// F sharp, G flat
    #[cfg_attr(feature = "serde", serde(rename = "F#"))]
    FSharp,
    /// G
    G,
    /// G sharp, A flat
    #[cfg_attr(feature = "serde", serde(rename = "G#"))]
    GSharp,
    /// A
    A,
    /// A sharp, B flat
    #[cfg_attr(feature = "serde", serde(rename = "A#"))]
    ASharp,
    /// B
    B,
}

impl PitchClass {
    /// All twelve, from C on.
    pub const ALL: [Self; 12] = [
        Self::C,
        Self::CSharp,
        Self::D,
        Self::DSharp,
        Self::E,
        Self::F,
        Self::FSharp,
        Self::G,
        Self::GSharp,
        Self::A,
        Self::ASharp,
        Self::B,
    ];
}

impl fmt::Display for PitchClass {
    /// The name in the document, with a sharp: `C#`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::C => "C",
            Self::CSharp => "C#",
            Self::D => "D",
            Self::DSharp => "D#",
            Self::E => "E",
            Self::F => "F",
            Self::FSharp => "F#",
            Self::G => "G",
            Self::GSharp => "G#",
            Self::A => "A",
            Self::ASharp => "A#",
            Self::B => "B",
        })
    }
}

/// Major or minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Mode {
    /// Major
    Major,
    /// Minor
    Minor,
}

impl fmt::Display for Mode {
    /// `major` or `minor`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Major => "major",
            Self::Minor => "minor",
        })
    }
}

/// One key and how well it fits.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct KeyMatch {
    /// The key note.
    pub tonic: PitchClass,
    /// Major or minor.
    pub mode: Mode,
    /// Pearson's correlation of the pitch classes with the profile of the key, -1 to 1.
    pub correlation: f64,
}

/// The key of a piece and the one that fits second best; the closer their correlations, the less sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Key {
    /// The best.
    pub best: KeyMatch,
    /// The second best.
    pub second: KeyMatch,
}
