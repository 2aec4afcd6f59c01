//! What several tests share.

#![allow(dead_code, missing_docs)]

pub mod numbers;
pub mod signals;
