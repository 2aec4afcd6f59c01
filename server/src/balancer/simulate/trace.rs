//! What arrives when: read from a file, or made up.
//!
//! A trace is comma-separated text with the line [`HEADER`] first. `at_s` is the arrival in seconds, `work` what the policy may
//! know (in the unit of the kind), `cost_s` the engine time that the task takes, `place` the data it reads (may be empty).

use std::{
    io::{self, BufRead, Write},
    sync::Arc,
};

use web::model::TaskClass;

use crate::balancer::{PRIORITIES, TaskKind};

/// First line of a trace.
pub const HEADER: &str = "at_s,user,class,priority,kind,work,cost_s,place";

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
    /// Engine time that it takes.
    pub cost_s: f64,
    /// Data that it reads.
    pub place: Option<Arc<str>>,
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
    let [at_s, user, class, priority, kind, work, cost_s, place] = fields.as_slice() else {
        return Err("eight fields");
    };
    let number = |text: &str, expected| {
        let value: f64 = text.parse().map_err(|_| expected)?;
        if (0.0..=MOST_S).contains(&value) { Ok(value) } else { Err(expected) }
    };
    let priority: i32 = priority.parse().map_err(|_| "a priority")?;
    Ok(Arrival {
        at_s: number(at_s, "at_s of 0 to 3.2e8")?,
        user: if user.is_empty() { return Err("a user") } else { Arc::from(*user) },
        class: TaskClass::from_name(class).ok_or("the class cpu, accelerator or browser")?,
        priority: if PRIORITIES.contains(&priority) { priority } else { return Err("a priority of -100 to 100") },
        kind: TaskKind::from_name(kind).ok_or("the kind analysis, call or noop")?,
        work: number(work, "work of 0 to 3.2e8")?,
        cost_s: number(cost_s, "cost_s of 0 to 3.2e8")?,
        place: (!place.is_empty()).then(|| Arc::from(*place)),
    })
}

/// Writes a trace.
pub fn write(mut sink: impl Write, trace: &[Arrival]) -> io::Result<()> {
    writeln!(sink, "{HEADER}")?;
    for arrival in trace {
        let Arrival { at_s, user, class, priority, kind, work, cost_s, place } = arrival;
        let place = place.as_deref().unwrap_or_default();
        let (class, kind) = (class.name(), kind.name());
        writeln!(sink, "{at_s:.6},{user},{class},{priority},{kind},{work:.6},{cost_s:.6},{place}")?;
    }
    sink.flush()
}

/// The shape of a made-up trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Synthetic {
    /// Number of tasks.
    pub tasks: usize,
    /// Number of users; the n-th submits in proportion to 1/n (Zipf).
    pub users: u32,
    /// Mean engine time that arrives per engine and second; above 1 the queue grows all the time.
    pub load: f64,
    /// Engines that the load refers to.
    pub engines: u32,
    /// Same seed, same trace.
    pub seed: u64,
    /// Mean engine time of a task, in seconds.
    pub mean_cost_s: f64,
    /// Share of all tasks that the first user submits in the first second.
    pub burst: f64,
    /// Exponential costs rather than log-normal ones with a long tail.
    pub exponential: bool,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self {
            tasks: 100_000,
            users: 50,
            load: 0.9,
            engines: 8,
            seed: 1,
            mean_cost_s: 2.0,
            burst: 0.1,
            exponential: false,
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Above 0, at most 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// Box and Muller 1958.
    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// Makes a trace up: Poisson arrivals, a few busy users and many quiet ones, few long recordings among many short ones.
pub fn synthetic(shape: &Synthetic) -> Vec<Arrival> {
    /// Spread of the logarithm of costs: the longest of a thousand takes some twenty times the mean.
    const SIGMA: f64 = 1.0;
    /// Engine time per unit of work, and how much the machine varies.
    const COST_PER_WORK: f64 = 0.02;
    const JITTER: f64 = 0.1;
    let mut random = Random(shape.seed);
    let users: Vec<Arc<str>> = (1..=shape.users.max(1)).map(|number| format!("user-{number}").into()).collect();
    let mut sums = Vec::with_capacity(users.len());
    let mut sum = 0.0;
    for rank in 1..=users.len() {
        sum += 1.0 / rank as f64;
        sums.push(sum);
    }
    let rate = (shape.load * f64::from(shape.engines.max(1)) / shape.mean_cost_s).max(1e-9);
    let burst = (shape.tasks as f64 * shape.burst.clamp(0.0, 1.0)) as usize;
    let mut at_s = 0.0;
    let mut trace: Vec<Arrival> = (0..shape.tasks.min(MAX_TASKS))
        .map(|index| {
            let is_burst = index < burst;
            if !is_burst {
                at_s += random.exponential() / rate;
            }
            let drawn = random.unit() * sum;
            let user = if is_burst { 0 } else { sums.partition_point(|&upto| upto < drawn).min(users.len() - 1) };
            let spread = if shape.exponential {
                random.exponential()
            } else {
                (SIGMA * random.normal() - SIGMA * SIGMA / 2.0).exp()
            };
            let cost_s = shape.mean_cost_s * spread;
            let work = cost_s / COST_PER_WORK * (1.0 + JITTER * random.normal()).max(0.1);
            Arrival {
                at_s: if is_burst { random.unit() } else { at_s },
                user: Arc::clone(&users[user]),
                class: TaskClass::Cpu,
                priority: 0,
                kind: TaskKind::Analysis,
                work,
                cost_s,
                place: None,
            }
        })
        .collect();
    trace.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
    trace
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_written_trace_reads_back() {
        let shape = Synthetic { tasks: 500, ..Synthetic::default() };
        let trace = synthetic(&shape);
        assert_eq!(trace, synthetic(&shape), "the same seed");
        assert_ne!(trace, synthetic(&Synthetic { seed: 2, ..shape }));
        let mut bytes = Vec::new();
        write(&mut bytes, &trace).unwrap();
        let back = read(bytes.as_slice()).unwrap();
        assert_eq!(back.len(), 500);
        for (one, other) in trace.iter().zip(&back) {
            assert!((one.at_s - other.at_s).abs() < 1e-5 && (one.cost_s - other.cost_s).abs() < 1e-5);
            assert_eq!(one.user, other.user);
        }
    }

    #[test]
    fn what_is_no_trace_is_refused_with_its_line() {
        let read_text = |text: &str| read(text.as_bytes());
        assert!(matches!(read_text(""), Err(TraceError::Header)));
        assert!(matches!(read_text("a,b\n"), Err(TraceError::Header)));
        for line in [
            "1,ann,cpu,0,noop,1,1",
            "-1,ann,cpu,0,noop,1,1,",
            "nan,ann,cpu,0,noop,1,1,",
            "1,,cpu,0,noop,1,1,",
            "1,ann,gpu,0,noop,1,1,",
            "1,ann,cpu,101,noop,1,1,",
            "1,ann,cpu,0,dance,1,1,",
            "1,ann,cpu,0,noop,inf,1,",
            "1,ann,cpu,0,noop,1,1e300,",
        ] {
            let error = read_text(&format!("{HEADER}\n\n{line}\n")).unwrap_err();
            assert!(matches!(error, TraceError::Line { line: 3, .. }), "{line}: {error}");
        }
    }
}
