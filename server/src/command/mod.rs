//! The subcommands that do their work without a server.

pub mod analyze;
pub mod balancer;
pub mod balancer_bench;
pub mod balancer_trace;
pub mod engine;
pub mod output;
mod progress;
mod targets;
