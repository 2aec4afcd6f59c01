//! `save_spectrogram`: the picture of a file.

use std::path::Path;

use super::{EngineError, analysis, output::Output};
use crate::{
    Measures, ParameterError, Parameters,
    analysis::Geometry,
    decode::Limits,
    grid::{Grid, View},
    palette::Palette,
};

/// Longest side of a picture in pixels.
const MAX_SIDE: u32 = 16_384;
/// Most pixels of a picture: 256 MiB while it is painted.
const MAX_PIXELS: u64 = 1 << 26;

/// How a spectrogram is painted: the whole duration from left to right, 0 Hz at the bottom, half the analysis rate on top.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpectrogramRequest {
    /// Width in pixels, 1 to 16,384.
    pub width: u32,
    /// Height in pixels, 1 to 16,384; at most 67,108,864 pixels in all.
    pub height: u32,
    /// Colour map.
    pub palette: Palette,
    /// Level of the first colour, -200 to 60 dBFS.
    pub low_dbfs: f32,
    /// Level of the last colour, above the first and at most 60 dBFS.
    pub high_dbfs: f32,
}

impl Default for SpectrogramRequest {
    fn default() -> Self {
        Self { width: 1024, height: 512, palette: Palette::default(), low_dbfs: -100.0, high_dbfs: 0.0 }
    }
}

impl SpectrogramRequest {
    /// Checks every field against its range.
    pub fn check(&self) -> Result<(), EngineError> {
        let Self { width, height, low_dbfs, high_dbfs, .. } = *self;
        let side = |side: u32| (1..=MAX_SIDE).contains(&side);
        let levels = -200.0..=60.0;
        let pixels = u64::from(width) * u64::from(height);
        let checks = [
            (side(width), "width", "1 to 16384", f64::from(width)),
            (side(height), "height", "1 to 16384", f64::from(height)),
            (pixels <= MAX_PIXELS, "width x height", "at most 67108864", pixels as f64),
            (levels.contains(&low_dbfs), "low_dbfs", "-200 to 60", f64::from(low_dbfs)),
            (
                levels.contains(&high_dbfs) && high_dbfs > low_dbfs,
                "high_dbfs",
                "above low_dbfs, at most 60",
                f64::from(high_dbfs),
            ),
        ];
        match checks.into_iter().find(|(valid, ..)| !valid) {
            None => Ok(()),
            Some((_, name, allowed, actual)) => Err(ParameterError { name, allowed, actual }.into()),
        }
    }

    /// Paints `grid` as a PNG file.
    pub fn paint(&self, grid: &Grid) -> Result<Vec<u8>, EngineError> {
        self.check()?;
        let view = View {
            range_db: (self.low_dbfs, self.high_dbfs),
            palette: self.palette,
            ..View::full(grid, self.width, self.height)
        };
        Ok(grid.to_png(&view)?)
    }

    /// Paints `grid` into a file.
    pub fn save(&self, grid: &Grid, path: &Path) -> Result<(), EngineError> {
        Output::write(path, &self.paint(grid)?)
    }
}

/// What [`save_spectrogram`] has painted.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SpectrogramOutcome {
    /// Shape of the spectrogram behind the picture.
    pub spectrogram: Geometry,
    /// How it was painted.
    pub picture: SpectrogramRequest,
}

/// Computes the spectrogram of the file `input` and writes it to the PNG file `picture`.
pub fn save_spectrogram(
    input: &Path,
    picture: &Path,
    request: &SpectrogramRequest,
    parameters: &Parameters,
    limits: &Limits,
) -> Result<SpectrogramOutcome, EngineError> {
    request.check()?;
    // Nothing but the grid is wanted.
    let parameters = Parameters { measures: Measures::Overview, ..parameters.clone() };
    let outcome = analysis::of_file(input, &parameters, limits)?;
    request.save(&outcome.grid, picture)?;
    Ok(SpectrogramOutcome { spectrogram: outcome.grid.geometry().clone(), picture: request.clone() })
}
