//! `das engine --one-shot`: one task in a process of its own, for a server that does not trust it.

use std::{
    fs::File,
    io::{self, BufRead, Read, Stdout},
    ops::ControlFlow,
    process,
    time::{Duration, Instant},
};

use clap::Args;
use dsp::{
    engine::{BatchRequest, Cancel, das_batch},
    job::{Identity, Job, JobError, Step},
};

use crate::{
    engine::{
        call,
        protocol::{AnalysisOrder, Frame, Order},
    },
    problem::Code,
    service::{error::ServiceError, probe},
};

/// Time between two words about progress.
const EVERY: Duration = Duration::from_millis(100);

/// `das engine`.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// Do what one line of JSON on standard input describes, and end.
    #[arg(long, required = true)]
    one_shot: bool,
}

/// Why the process ends with a failure; the server sees a crash.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The pipes to the server.
    #[error("no server at the other end: {0}")]
    Pipe(#[from] io::Error),
    /// The order.
    #[error("the order cannot be read: {0}")]
    Order(#[from] serde_json::Error),
}

/// Does it.
pub fn run(_args: &EngineArgs) -> Result<(), EngineError> {
    crate::priority::give_way();
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let order: Order = serde_json::from_str(&line)?;
    // The end of the input is the end of the server.
    std::thread::spawn(|| {
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        process::exit(1);
    });
    let mut out = io::stdout();
    match order {
        Order::Analysis(order) => match analyse(*order, &mut out)? {
            Ok(()) => Ok(()),
            Err(error) => Ok(refusal(error).write(&mut out)?),
        },
        Order::Call(request) => operate(&request, &mut out),
    }
}

fn operate(request: &BatchRequest, out: &mut Stdout) -> Result<(), EngineError> {
    let (mut next, mut done, mut told) = (Instant::now(), 0, Ok(()));
    let worked = das_batch(request, &Cancel::default(), |progress| {
        done += 1;
        if told.is_ok() && Instant::now() >= next {
            told = Frame::Progress(call::percent(progress.share), done).write(&mut *out);
            next = Instant::now() + EVERY;
        }
        // Without a server, nobody wants the result.
        if told.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    told?;
    let last = match worked {
        Ok(outcome) => Frame::Called(Box::new(outcome)),
        Err(error) => Frame::Input(Box::new(Code::BadRequest.problem(format!("{error}.")))),
    };
    Ok(last.write(&mut *out)?)
}

fn refusal(error: JobError) -> Frame {
    let problem = probe::problem(&error);
    if problem.code == Code::Internal.name() {
        let error = ServiceError::Engine(error);
        let passes = error.passes();
        return Frame::Trouble(Box::new(error.into_problem()), passes);
    }
    Frame::Input(Box::new(problem))
}

fn analyse(order: AnalysisOrder, out: &mut Stdout) -> Result<Result<(), JobError>, EngineError> {
    let started = Instant::now();
    let file = File::open(&order.path)?;
    let mut job = match Job::open(Box::new(file), Some(&order.name), order.parameters, &order.limits) {
        Ok(job) => job,
        Err(error) => return Ok(Err(error)),
    };
    let mut next = Instant::now();
    loop {
        if Instant::now() >= next {
            let percent = job.progress().map(|share| share.clamp(0.0, 1.0) * 100.0);
            Frame::Progress(percent, (job.analysed_s() * 1000.0) as u64).write(&mut *out)?;
            next = Instant::now() + EVERY;
        }
        match job.step() {
            Ok(Step::More) => {}
            Ok(Step::Done) => break,
            Err(error) => return Ok(Err(error)),
        }
    }
    let identity = Identity { sha256: order.sha256, size_bytes: order.size_bytes };
    let analysed = match job.finish(identity, started.elapsed().as_secs_f64() * 1000.0) {
        Ok(analysed) => analysed,
        Err(error) => return Ok(Err(error)),
    };
    Frame::Analysis(serde_json::to_vec(&analysed.analysis)?).write(&mut *out)?;
    Frame::Spectrogram(analysed.grid.to_bytes()).write(&mut *out)?;
    Frame::Waveform(serde_json::to_vec(&analysed.waveform)?).write(&mut *out)?;
    Frame::Done(analysed.analysis.source.duration_s).write(&mut *out)?;
    Ok(Ok(()))
}
