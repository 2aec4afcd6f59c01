//! The geometry of plots: what part of the sound is visible, and where its ticks stand. Pure.

pub mod range;
pub mod ticks;
