//! Parts of the upload page.

pub mod drop_zone;
pub mod file_card;
pub mod outcome;
pub mod preview_plot;
pub mod sending_line;
