//! Grids as PNG files.

use super::{Grid, GridError, View};

/// A picture that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The view cannot be painted.
    #[error(transparent)]
    Paint(#[from] GridError),
    /// The encoder failed.
    #[error("the picture could not be encoded")]
    Encode(#[from] png::EncodingError),
}

impl Grid {
    /// The view as a PNG file (8-bit RGBA), without axes.
    pub fn to_png(&self, view: &View) -> Result<Vec<u8>, PngError> {
        let bytes = 4 * u64::from(view.width) * u64::from(view.height);
        // `paint` refuses impossible sizes; they must not be allocated first.
        let mut rgba = std::vec![0; if view.width.max(view.height) <= 16_384 { bytes as usize } else { 0 }];
        self.paint(view, &mut rgba)?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, view.width, view.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.write_header()?.write_image_data(&rgba)?;
        Ok(file)
    }
}
