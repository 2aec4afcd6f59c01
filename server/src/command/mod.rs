//! The subcommands that do their work without a server.

pub mod analyze;
pub mod balancer;
mod progress;
