//! Colour maps for spectrograms, from quiet to loud.

/// A colour map whose lightness rises evenly, so that louder is always lighter, also in print and for people who do
/// not see all colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Palette {
    /// Black, violet, orange, pale yellow.
    #[default]
    Magma,
    /// Dark violet, teal, yellow.
    Viridis,
    /// Black, deep blue, pale cyan.
    Ice,
    /// Black to white.
    Gray,
}

/// Number of steps in [`Palette::table`].
pub const STEPS: usize = 1024;

impl Palette {
    /// All colour maps in the order of menus.
    pub const ALL: [Self; 4] = [Self::Magma, Self::Viridis, Self::Ice, Self::Gray];

    /// Name on the wire and in menus.
    pub fn name(self) -> &'static str {
        match self {
            Self::Magma => "magma",
            Self::Viridis => "viridis",
            Self::Ice => "ice",
            Self::Gray => "gray",
        }
    }

    /// The colour map of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|palette| palette.name() == name)
    }

    /// Supporting points at equal distances.
    fn stops(self) -> &'static [[u8; 3]] {
        match self {
            Self::Magma => &[
                [0, 0, 4],
                [20, 14, 54],
                [59, 15, 112],
                [100, 26, 128],
                [140, 41, 129],
                [183, 55, 121],
                [222, 73, 104],
                [247, 112, 92],
                [254, 159, 109],
                [254, 207, 146],
                [252, 253, 191],
            ],
            Self::Viridis => &[
                [68, 1, 84],
                [72, 36, 117],
                [65, 68, 135],
                [53, 95, 141],
                [42, 120, 142],
                [33, 145, 140],
                [34, 168, 132],
                [68, 191, 112],
                [122, 209, 81],
                [189, 223, 38],
                [253, 231, 37],
            ],
            Self::Ice => &[
                [3, 5, 18],
                [14, 26, 66],
                [23, 57, 120],
                [27, 98, 160],
                [47, 143, 186],
                [104, 187, 205],
                [176, 222, 224],
                [240, 252, 250],
            ],
            Self::Gray => &[[0, 0, 0], [255, 255, 255]],
        }
    }

    /// Colour at `position`, 0 (quiet) to 1 (loud); values outside are clamped, NaN is quiet.
    pub fn color(self, position: f32) -> [u8; 3] {
        let stops = self.stops();
        let scaled = position.clamp(0.0, 1.0).max(0.0) * (stops.len() - 1) as f32;
        let index = (scaled as usize).min(stops.len() - 2);
        let fraction = scaled - index as f32;
        core::array::from_fn(|c| {
            let (from, to) = (f32::from(stops[index][c]), f32::from(stops[index + 1][c]));
            (from + (to - from) * fraction + 0.5) as u8
        })
    }

    /// The colour map in [`STEPS`] opaque RGBA pixels.
    pub fn table(self) -> [[u8; 4]; STEPS] {
        core::array::from_fn(|i| {
            let [r, g, b] = self.color(i as f32 / (STEPS - 1) as f32);
            [r, g, b, 255]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn louder_is_lighter() {
        for palette in Palette::ALL {
            let lightness = |[r, g, b]: [u8; 3]| 0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b);
            let mut last = -1.0;
            for step in 0..=100 {
                let now = lightness(palette.color(step as f32 / 100.0));
                assert!(now >= last - 0.5, "{palette:?} at {step}");
                last = now;
            }
        }
    }

    #[test]
    fn clamps_and_names_round_trip() {
        assert_eq!(Palette::Gray.color(f32::NAN), [0, 0, 0]);
        assert_eq!(Palette::Gray.color(-1.0), [0, 0, 0]);
        assert_eq!(Palette::Gray.color(7.0), [255, 255, 255]);
        for palette in Palette::ALL {
            assert_eq!(Palette::from_name(palette.name()), Some(palette));
        }
        assert_eq!(Palette::from_name("jet"), None);
    }
}
