//! Choosing, previewing and submitting files.

pub mod files;
pub mod item;
pub mod queue;
pub mod send;
