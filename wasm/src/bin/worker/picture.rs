//! Spectrograms as pictures for a canvas.

use dsp::{
    grid::{Grid, View},
    palette::Palette,
};
use js_sys::ArrayBuffer;
use web::{
    model::Problem,
    preview::protocol::{CanvasSize, ViewSpec},
    problem,
};

use crate::scope;

/// Levels of previews; the details page begins with the same.
const RANGE_DB: (f32, f32) = (-100.0, 0.0);

/// A spectrogram, finished or not, over a time axis of its own length or longer.
pub fn preview(grid: &Grid, axis_s: f64, canvas: CanvasSize) -> Result<ArrayBuffer, Problem> {
    paint(grid, &ViewSpec { time_s: (0.0, axis_s), range_db: RANGE_DB, palette: Palette::default(), canvas })
}

/// Any part of a spectrogram.
pub fn paint(grid: &Grid, view: &ViewSpec) -> Result<ArrayBuffer, Problem> {
    let CanvasSize { width, height } = view.canvas;
    let mut rgba = vec![0; 4 * width as usize * height as usize];
    let view = View {
        time_s: view.time_s,
        frequency_hz: (0.0, grid.nyquist_hz()),
        range_db: view.range_db,
        palette: view.palette,
        width,
        height,
    };
    grid.paint(&view, &mut rgba).map_err(|error| problem::internal(error.to_string()))?;
    Ok(scope::buffer(&rgba))
}
