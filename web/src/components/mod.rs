//! Parts that pages are made of.

pub mod analysis_table;
pub mod attempt_cells;
pub mod balancer;
pub mod delete_form;
pub mod downloads;
pub mod icons;
pub mod parity_badge;
pub mod plot;
pub mod problem_notice;
pub mod progress_bar;
pub mod recording_row;
pub mod state_chip;
pub mod task_attempts;
pub mod task_live;
pub mod task_orders;
pub mod task_outlook;
pub mod theme_toggle;
pub mod upload;
