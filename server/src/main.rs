//! `das`: the digital audio server and its tools.

use std::{
    io::{IsTerminal, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use server::{
    command::{
        self,
        analyze::AnalyzeError,
        balancer::BalancerError,
        balancer_bench::BenchError,
        output::{self, OutputError},
    },
    config::{self, Config, ConfigError, Overrides},
    serve,
};
use tracing_subscriber::EnvFilter;

/// Digital audio server: submit recordings, have them analysed, look at the result.
#[derive(Debug, Parser)]
#[command(name = "das", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and API.
    Serve(ServeArgs),
    /// Analyse one file without a server.
    Analyze(command::analyze::AnalyzeArgs),
    /// Try the Balancer's policies on paper.
    #[command(subcommand)]
    Balancer(command::balancer::BalancerCommand),
    /// Analyse one recording for a server, in a process of its own.
    Engine(command::engine::EngineArgs),
    /// Print the settings in force as a das.toml.
    Config(ServeArgs),
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Settings; das.toml of the working folder unless stated.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Address to listen on; wins over settings and environment.
    #[arg(long)]
    bind: Option<SocketAddr>,
    /// Port to listen on; 0 picks a free one.
    #[arg(long)]
    port: Option<u16>,
}

impl ServeArgs {
    fn load(&self) -> Result<Config, ConfigError> {
        let overrides = Overrides { bind: self.bind, port: self.port };
        // Variables that are not Unicode cannot be ours.
        let env =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        config::load(self.config.as_deref(), env, &overrides)
    }
}

/// Why the program ends with a failure.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
    #[error(transparent)]
    Balancer(#[from] BalancerError),
    #[error(transparent)]
    Engine(#[from] command::engine::EngineError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] std::io::Error),
}

impl Failure {
    /// True when the command has ended early because nobody reads what it prints.
    fn reader_is_gone(&self) -> bool {
        match self {
            Self::Output(error)
            | Self::Analyze(AnalyzeError::Output(error))
            | Self::Balancer(BalancerError::Output(error) | BalancerError::Bench(BenchError::Output(error))) => {
                error.reader_is_gone()
            }
            _ => false,
        }
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.reader_is_gone() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("das: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Analyze(args) => Ok(command::analyze::run(&args)?),
        Command::Balancer(args) => Ok(command::balancer::run(&args)?),
        Command::Engine(args) => Ok(command::engine::run(&args)?),
        Command::Config(args) => {
            let text = config::to_commented_toml(&args.load()?);
            Ok(output::print(|out| out.write_all(text.as_bytes()))?)
        }
        Command::Serve(args) => {
            let config = args.load()?;
            log();
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
            let served = runtime.block_on(serve::run(config));
            // An engine in the middle of a long step must not hold the process.
            runtime.shutdown_background();
            Ok(served?)
        }
    }
}

/// Logs go to standard error; `RUST_LOG` chooses what.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,symphonia=off"));
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}
