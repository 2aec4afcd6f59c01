//! The subcommands that do their work without a server.

pub mod analyze;
mod progress;
