//! Choosing, previewing and submitting files.

pub mod analysis;
pub mod files;
pub mod item;
pub mod name;
pub mod queue;
pub mod screens;
pub mod send;
