//! The pages, one module each.

pub mod balancer;
pub mod details;
pub mod index;
pub mod not_found;
pub mod upload;
