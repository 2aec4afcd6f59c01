//! The commands of the README: `cargo xtask serve`, `test`, `bench`, `reference`, `library`, `fuzz`, `chaos`, `setup`,
//! `bundle` and `deny`.
//!
//! Everything they need beyond rustup is looked for first, installed once into a cache folder if it is missing, and
//! named with the command that installs it if it cannot be.

mod bench;
mod build;
mod chaos;
mod deny;
mod fuzz;
mod library;
#[cfg(test)]
mod map;
mod process;
mod reference;
mod serve;
mod setup;
mod steps;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::steps::Steps;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Commands for building, running and testing DAS", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up what is missing, build, and start DAS on http://127.0.0.1:3000
    Serve(serve::Options),
    /// Set up what is missing and run every check and every test
    Test(test::Options),
    /// Build in release and run the comparisons under bench/
    Bench(bench::Options),
    /// Make the peers' numbers under dsp/reference anew
    Reference(reference::Options),
    /// Build libdas in release and install it with its header and pkg-config file
    Library(library::Options),
    /// Run the fuzz targets of dsp/fuzz
    Fuzz(fuzz::Options),
    /// Kill the server at random instants under load, and account for everything it has accepted
    Chaos(chaos::Options),
    /// Only set up the tools
    Setup(setup::Options),
    /// Only build the browser bundle into dist/
    Bundle,
    /// Check licences and banned crates with cargo-deny
    Deny,
}

fn main() -> ExitCode {
    let mut steps = Steps::new();
    let result = match Cli::parse().command {
        Command::Serve(options) => serve::run(&mut steps, &options),
        Command::Test(options) => test::run(&mut steps, &options),
        Command::Bench(options) => bench::run(&mut steps, &options),
        Command::Reference(options) => reference::run(&mut steps, &options),
        Command::Library(options) => library::run(&mut steps, &options),
        Command::Fuzz(options) => fuzz::run(&mut steps, &options),
        Command::Chaos(options) => chaos::run(&mut steps, &options),
        Command::Setup(options) => setup::run(&mut steps, &options),
        Command::Bundle => setup::for_bundle(&mut steps).and_then(|tools| build::bundle(&mut steps, &tools)),
        Command::Deny => deny::run(&mut steps),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
