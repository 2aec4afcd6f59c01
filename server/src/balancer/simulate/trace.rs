//! What arrives when, as a file.
//!
//! A trace is comma-separated text with the line [`HEADER`] first. `at_s` is the arrival in seconds, `work` what the policy may
//! know (in the unit of the kind), `cost_s` the engine time that an attempt takes, `read_s` how much of that is saved on an
//! engine that had the task's data before, `place` the data it reads (may be empty), `memory_bytes` what the Balancer counts
//! for it while it runs, `failures` how many attempts fail before one succeeds.

use std::{
    io::{self, BufRead, Write},
    sync::Arc,
};

use web::model::TaskClass;

use crate::balancer::{PRIORITIES, TaskKind};

/// First line of a trace.
pub const HEADER: &str = "at_s,user,class,priority,kind,work,cost_s,read_s,place,memory_bytes,failures";

/// A task that arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Seconds since the start of the trace.
    pub at_s: f64,
    /// Who submits it.
    pub user: Arc<str>,
    /// The hardware it asks for.
    pub class: TaskClass,
    /// Higher is sooner.
    pub priority: i32,
    /// What is to be done: costs are learned for each kind by itself.
    pub kind: TaskKind,
    /// Amount of work that is known beforehand.
    pub work: f64,
    /// Engine time that an attempt takes.
    pub cost_s: f64,
    /// What of that goes into fetching its data; an engine that had them of late saves it.
    pub read_s: f64,
    /// Data that it reads.
    pub place: Option<Arc<str>>,
    /// Memory that is counted for it while it runs.
    pub memory_bytes: u64,
    /// Attempts that fail before the one that succeeds; each takes its whole time and is followed by a pause.
    pub failures: u32,
}

/// Why a trace cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The file.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Not a trace.
    #[error("the first line is not {HEADER:?}")]
    Header,
    /// A line that is none.
    #[error("line {line}: {expected}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is expected there.
        expected: &'static str,
    },
    /// More than is looked at.
    #[error("a trace has at most {MAX_TASKS} tasks")]
    TooLong,
}

/// Most tasks of a trace.
pub const MAX_TASKS: usize = 10_000_000;
/// Most failures of a task.
pub const MAX_FAILURES: u32 = 99;

/// Reads a trace and sorts it by arrival.
pub fn read(source: impl BufRead) -> Result<Vec<Arrival>, TraceError> {
    let mut lines = source.lines();
    if lines.next().transpose()?.as_deref().map(str::trim) != Some(HEADER) {
        return Err(TraceError::Header);
    }
    let mut trace = Vec::new();
    for (index, text) in lines.enumerate() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        if trace.len() == MAX_TASKS {
            return Err(TraceError::TooLong);
        }
        trace.push(arrival(&text).map_err(|expected| TraceError::Line { line: index + 2, expected })?);
    }
    trace.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
    Ok(trace)
}

fn arrival(text: &str) -> Result<Arrival, &'static str> {
    /// Ten years: no sum of such numbers gets out of hand.
    const MOST_S: f64 = 3.2e8;
    let fields: Vec<&str> = text.trim().split(',').collect();
    let [at_s, user, class, priority, kind, work, cost_s, read_s, place, memory_bytes, failures] = fields.as_slice()
    else {
        return Err("eleven fields");
    };
    let number = |text: &str, expected| {
        let value: f64 = text.parse().map_err(|_| expected)?;
        if (0.0..=MOST_S).contains(&value) { Ok(value) } else { Err(expected) }
    };
    let priority: i32 = priority.parse().map_err(|_| "a priority")?;
    let cost_s = number(cost_s, "cost_s of 0 to 3.2e8")?;
    let read_s = number(read_s, "read_s of 0 to cost_s")?;
    let failures: u32 = failures.parse().map_err(|_| "failures of 0 to 99")?;
    Ok(Arrival {
        at_s: number(at_s, "at_s of 0 to 3.2e8")?,
        user: if user.is_empty() { return Err("a user") } else { Arc::from(*user) },
        class: TaskClass::from_name(class).ok_or("the class cpu, accelerator or browser")?,
        priority: if PRIORITIES.contains(&priority) { priority } else { return Err("a priority of -100 to 100") },
        kind: TaskKind::from_name(kind).ok_or("the kind analysis, call or noop")?,
        work: number(work, "work of 0 to 3.2e8")?,
        cost_s,
        read_s: if read_s <= cost_s { read_s } else { return Err("read_s of 0 to cost_s") },
        place: (!place.is_empty()).then(|| Arc::from(*place)),
        memory_bytes: memory_bytes.parse().map_err(|_| "memory_bytes, a whole number from 0")?,
        failures: if failures <= MAX_FAILURES { failures } else { return Err("failures of 0 to 99") },
    })
}

/// Writes a trace.
pub fn write(mut sink: impl Write, trace: &[Arrival]) -> io::Result<()> {
    writeln!(sink, "{HEADER}")?;
    for arrival in trace {
        let Arrival { at_s, user, priority, work, cost_s, read_s, memory_bytes, failures, .. } = arrival;
        let (class, kind, place) =
            (arrival.class.name(), arrival.kind.name(), arrival.place.as_deref().unwrap_or_default());
        write!(sink, "{at_s:.6},{user},{class},{priority},{kind},{work:.6},{cost_s:.6},{read_s:.6},")?;
        writeln!(sink, "{place},{memory_bytes},{failures}")?;
    }
    sink.flush()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::balancer::simulate::{Synthetic, synthetic};

    #[test]
    fn a_written_trace_reads_back() {
        let trace = synthetic(&Synthetic { tasks: 500, accelerators: 1, failing: 0.2, ..Synthetic::default() });
        let mut bytes = Vec::new();
        write(&mut bytes, &trace).unwrap();
        let back = read(bytes.as_slice()).unwrap();
        assert_eq!(back.len(), 500);
        for (one, other) in trace.iter().zip(back) {
            let numbers = |task: &Arrival| [task.at_s, task.work, task.cost_s, task.read_s];
            for (written, read) in numbers(one).into_iter().zip(numbers(&other)) {
                assert!((written - read).abs() < 1e-5, "{one:?} as {other:?}");
            }
            let [at_s, work, cost_s, read_s] = numbers(one);
            assert_eq!(Arrival { at_s, work, cost_s, read_s, ..other }, *one);
        }
    }

    #[test]
    fn what_is_no_trace_is_refused_with_its_line() {
        let read_text = |text: &str| read(text.as_bytes());
        assert!(matches!(read_text(""), Err(TraceError::Header)));
        assert!(matches!(read_text("a,b\n"), Err(TraceError::Header)));
        for line in [
            "1,ann,cpu,0,noop,1,1,0,,0",
            "-1,ann,cpu,0,noop,1,1,0,,0,0",
            "nan,ann,cpu,0,noop,1,1,0,,0,0",
            "1,,cpu,0,noop,1,1,0,,0,0",
            "1,ann,gpu,0,noop,1,1,0,,0,0",
            "1,ann,cpu,101,noop,1,1,0,,0,0",
            "1,ann,cpu,0,dance,1,1,0,,0,0",
            "1,ann,cpu,0,noop,inf,1,0,,0,0",
            "1,ann,cpu,0,noop,1,1e300,0,,0,0",
            "1,ann,cpu,0,noop,1,1,2,,0,0",
            "1,ann,cpu,0,noop,1,1,0,,-1,0",
            "1,ann,cpu,0,noop,1,1,0,,0,100",
        ] {
            let error = read_text(&format!("{HEADER}\n\n{line}\n")).unwrap_err();
            assert!(matches!(error, TraceError::Line { line: 3, .. }), "{line}: {error}");
        }
    }
}
