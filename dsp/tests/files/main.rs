//! Whole files through decoder and visualizer: every format, damaged files, and files that lie.

#![allow(clippy::unwrap_used, missing_docs)]

mod damage;
mod formats;
mod headers;
mod jobs;
mod layouts;
mod samples;
mod support;
mod tags;
