//! `das balancer`: policies on paper.

use std::{
    fs::File,
    io::{BufReader, Write},
    path::PathBuf,
    time::Instant,
};

use clap::{Args, Subcommand};
use web::model::PolicyName;

use super::{
    balancer_bench::{self, BenchArgs, BenchError},
    balancer_trace::{self, PastError},
    output::{self, OutputError},
};
use crate::{
    balancer::simulate::{self, Arrival, Report, Site, Synthetic, TraceError},
    config,
};

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum BalancerCommand {
    /// Play a recorded or made-up trace through policies; print waits, fairness and utilization.
    Simulate(SimulateArgs),
    /// Measure durable tasks a second beside a bare SQLite insert loop.
    Bench(BenchArgs),
    /// Print a trace: made up, or of the tasks that have finished in a data folder.
    Trace(TraceArgs),
}

/// `das balancer simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// File with a trace; made up unless stated. Its tasks are played on so many engines as --engines says.
    #[arg(long, conflicts_with_all = ["tasks", "users", "load", "seed"])]
    trace: Option<PathBuf>,
    /// fifo, priority, fair_share, shortest_first or affinity; all of them unless stated. May be repeated.
    #[arg(long, value_parser = policy)]
    policy: Vec<PolicyName>,
    /// Weight of a user for the fair share as USER=W, 0.001 to 1000; 1 for all others. May be repeated.
    #[arg(long, value_name = "USER=W", value_parser = weight)]
    weight: Vec<(String, f64)>,
    /// Memory in bytes that running tasks may use together, as engine.memory_bytes; 0 for no limit.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    memory: u64,
    #[command(flatten)]
    synthetic: SyntheticArgs,
}

/// `das balancer trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Data folder of a server, which may run: the tasks that have finished there rather than made-up ones.
    #[arg(long, conflicts_with_all = ["engines", "accelerators", "tasks", "users", "load", "seed"])]
    data: Option<PathBuf>,
    #[command(flatten)]
    synthetic: SyntheticArgs,
}

/// The shape of a made-up trace.
#[derive(Debug, Args)]
pub struct SyntheticArgs {
    /// Engines of each class.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    engines: u32,
    /// Accelerators, besides --engines. A made-up trace has tasks for them in proportion to their number, none unless stated;
    /// the accelerators of a recorded trace are as many as --engines unless stated.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    accelerators: Option<u32>,
    /// Number of tasks.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    tasks: u32,
    /// Number of users; a few are busy, most are quiet.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    users: u32,
    /// Engine time that arrives per engine and second.
    #[arg(long, default_value_t = 0.9, value_parser = load)]
    load: f64,
    /// The same seed makes the same trace.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Why nothing was simulated.
#[derive(Debug, thiserror::Error)]
pub enum BalancerError {
    /// The trace.
    #[error("{}: {source}", path.display())]
    Trace {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: TraceError,
    },
    /// The data folder.
    #[error(transparent)]
    Past(#[from] PastError),
    /// The measurement.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// Standard output.
    #[error(transparent)]
    Output(#[from] OutputError),
}

fn policy(name: &str) -> Result<PolicyName, String> {
    PolicyName::from_name(name).ok_or_else(|| {
        let names: Vec<_> = PolicyName::ALL.iter().map(|(_, name)| *name).collect();
        format!("the policies are {}", names.join(", "))
    })
}

fn weight(text: &str) -> Result<(String, f64), String> {
    config::weight(text).ok_or_else(|| "user=weight is expected, with a weight of 0.001 to 1000".into())
}

fn load(text: &str) -> Result<f64, String> {
    let load: f64 = text.parse().map_err(|_| "a number is expected".to_owned())?;
    if (0.01..=100.0).contains(&load) { Ok(load) } else { Err("the load is 0.01 to 100".into()) }
}

impl SyntheticArgs {
    fn trace(&self) -> Vec<Arrival> {
        simulate::synthetic(&Synthetic {
            tasks: self.tasks as usize,
            users: self.users,
            load: self.load,
            engines: self.engines,
            accelerators: self.accelerators.unwrap_or(0),
            seed: self.seed,
            ..Synthetic::default()
        })
    }
}

/// Runs it.
pub fn run(command: &BalancerCommand) -> Result<(), BalancerError> {
    match command {
        BalancerCommand::Trace(args) => {
            let trace = match &args.data {
                Some(folder) => balancer_trace::finished(folder)?,
                None => args.synthetic.trace(),
            };
            Ok(output::print(|out| simulate::write(out, &trace))?)
        }
        BalancerCommand::Bench(args) => Ok(balancer_bench::run(args)?),
        BalancerCommand::Simulate(args) => simulate_all(args),
    }
}

fn simulate_all(args: &SimulateArgs) -> Result<(), BalancerError> {
    let trace = match &args.trace {
        None => args.synthetic.trace(),
        Some(path) => {
            let failed = |source| BalancerError::Trace { path: path.clone(), source };
            let file = File::open(path).map_err(|error| failed(error.into()))?;
            simulate::read(BufReader::new(file)).map_err(failed)?
        }
    };
    let all = PolicyName::ALL.map(|(policy, _)| policy);
    let policies = if args.policy.is_empty() { all.as_slice() } else { &args.policy };
    let site = Site {
        engines: args.synthetic.engines,
        accelerators: args.synthetic.accelerators,
        weights: args.weight.iter().map(|(user, weight)| (user.as_str().into(), *weight)).collect(),
        memory_limit_bytes: args.memory,
    };
    output::print(|out| {
        writeln!(out, "{}", Report::title())?;
        for &policy in policies {
            // Each is shown before the next takes its time.
            out.flush()?;
            let begun = Instant::now();
            let report = simulate::simulate(&trace, policy, &site);
            writeln!(out, "{report}   ({:.1} s to simulate)", begun.elapsed().as_secs_f64())?;
        }
        Ok(())
    })?;
    Ok(())
}
