//! Any bytes as a grid file, looked at and painted from any angle.

use dsp::{
    grid::{Grid, View},
    palette::Palette,
};

use super::bytes::Bytes;

/// Bytes at the end of the input that choose the view.
const VIEW_BYTES: usize = 44;

/// Reads `data` as a grid file, writes it again, paints it.
pub fn check(data: &[u8]) {
    let _ = Grid::from_bytes(data);
    let (file, view) = data.split_at(data.len().saturating_sub(VIEW_BYTES));
    let Ok(grid) = Grid::from_bytes(file) else { return };
    let again = grid.to_bytes();
    assert_eq!(again.len(), file.len());
    assert_eq!(again[..60], file[..60]);
    assert_eq!(again[64..], file[64..]);

    let same = grid.difference(&grid).expect("the same shape");
    assert_eq!(same.max_db, 0.0);
    let mut view = Bytes(view);
    let view = View {
        time_s: (view.f64(), view.f64()),
        frequency_hz: (view.f64(), view.f64()),
        range_db: (view.f32(), view.f32()),
        palette: Palette::default(),
        width: u32::from(view.u16() % 80),
        height: u32::from(view.u16() % 80),
    };
    let _ = grid.level_at(view.time_s.0, view.frequency_hz.0);
    let mut rgba = vec![0; 4 * (view.width * view.height) as usize];
    let painted = grid.paint(&view, &mut rgba);
    assert_eq!(painted.is_ok(), view.width > 0 && view.height > 0);
    assert!(grid.paint(&view, &mut vec![0; rgba.len() + 1]).is_err());
    let full = View::full(&grid, 16, 16);
    grid.paint(&full, &mut [0; 1024]).expect("painted");
    grid.to_png(&full).expect("encoded");
}
