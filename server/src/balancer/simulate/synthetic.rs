//! Traces that are made up.

use std::sync::Arc;

use web::model::TaskClass;

use super::{Arrival, MAX_TASKS};
use crate::balancer::{TaskKind, random::Random};

/// Priority of urgent tasks; all others have 0.
const URGENT: i32 = 10;
/// Spread of the logarithm of costs: the longest of a thousand takes some twenty times the mean.
const SIGMA: f64 = 1.0;
/// Engine time per unit of work, and how much the machine varies.
const COST_PER_WORK: f64 = 0.02;
const JITTER: f64 = 0.1;
/// Memory of a task and of each channel of its sound, as the server counts an analysis.
const MEMORY_BYTES: u64 = 64 << 20;
const MEMORY_BYTES_PER_CHANNEL: u64 = 1 << 20;

/// The shape of a made-up trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Synthetic {
    /// Number of tasks.
    pub tasks: usize,
    /// Number of users; the n-th submits in proportion to 1/n (Zipf).
    pub users: u32,
    /// Mean engine time that arrives per engine and second; above 1 the queue grows all the time.
    pub load: f64,
    /// Engines of the class cpu that the load refers to.
    pub engines: u32,
    /// Accelerators that it refers to; they get tasks in proportion to their number.
    pub accelerators: u32,
    /// Same seed, same trace.
    pub seed: u64,
    /// Mean engine time of a task, in seconds.
    pub mean_cost_s: f64,
    /// Share of all tasks that the first user submits in the first second.
    pub burst: f64,
    /// Exponential costs rather than log-normal ones with a long tail.
    pub exponential: bool,
    /// Share of tasks that are urgent.
    pub urgent: f64,
    /// Mean number of tasks that a user has in a row for the same data; below 1 there are no places.
    pub tasks_of_a_place: f64,
    /// Share of the engine time that goes into fetching data which the engine has not had of late.
    pub reading: f64,
    /// Probability that an attempt fails.
    pub failing: f64,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self {
            tasks: 100_000,
            users: 50,
            load: 0.9,
            engines: 8,
            accelerators: 0,
            seed: 1,
            mean_cost_s: 2.0,
            burst: 0.1,
            exponential: false,
            urgent: 0.05,
            tasks_of_a_place: 4.0,
            reading: 0.25,
            failing: 0.01,
        }
    }
}

/// Makes a trace up: Poisson arrivals, a few busy users and many quiet ones, few long recordings among many short ones, few
/// urgent tasks, several tasks for the same data.
pub fn synthetic(shape: &Synthetic) -> Vec<Arrival> {
    let mut random = Random::new(shape.seed);
    let mut users = Users::new(shape.users.max(1));
    let slots = f64::from(shape.engines.max(1)) + f64::from(shape.accelerators);
    let rate = (shape.load * slots / shape.mean_cost_s).max(1e-9);
    let burst = (shape.tasks as f64 * shape.burst.clamp(0.0, 1.0)) as usize;
    let mut arrived_s = 0.0;
    let mut trace: Vec<Arrival> = (0..shape.tasks.min(MAX_TASKS))
        .map(|index| {
            let is_burst = index < burst;
            if !is_burst {
                arrived_s += random.exponential() / rate;
            }
            let at_s = if is_burst { random.unit() } else { arrived_s };
            let user = if is_burst { 0 } else { users.draw(&mut random) };
            let cost_s = shape.mean_cost_s * spread(shape.exponential, &mut random);
            let place = users.place(user, shape.tasks_of_a_place, &mut random);
            let accelerated = random.chance(f64::from(shape.accelerators) / slots);
            Arrival {
                at_s,
                user: Arc::clone(&users.names[user]),
                class: if accelerated { TaskClass::Accelerator } else { TaskClass::Cpu },
                priority: if random.chance(shape.urgent) { URGENT } else { 0 },
                kind: TaskKind::Analysis,
                work: cost_s / COST_PER_WORK * (1.0 + JITTER * random.normal()).max(0.1),
                cost_s,
                read_s: if place.is_some() { cost_s * shape.reading.clamp(0.0, 1.0) } else { 0.0 },
                place,
                memory_bytes: MEMORY_BYTES + MEMORY_BYTES_PER_CHANNEL * if random.chance(0.5) { 2 } else { 1 },
                failures: (0..super::MAX_FAILURES).take_while(|_| random.chance(shape.failing)).count() as u32,
            }
        })
        .collect();
    trace.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
    trace
}

/// A cost with the mean 1.
fn spread(exponential: bool, random: &mut Random) -> f64 {
    if exponential { random.exponential() } else { (SIGMA * random.normal() - SIGMA * SIGMA / 2.0).exp() }
}

/// Who submits, and what each works on.
struct Users {
    names: Vec<Arc<str>>,
    /// How often one up to this rank is drawn.
    sums: Vec<f64>,
    places: Vec<Option<Arc<str>>>,
    data: u64,
}

impl Users {
    fn new(count: u32) -> Self {
        let names: Vec<Arc<str>> = (1..=count).map(|number| format!("user-{number}").into()).collect();
        let mut sum = 0.0;
        let mut upto = |rank| {
            sum += 1.0 / f64::from(rank);
            sum
        };
        let sums = (1..=count).map(&mut upto).collect();
        Self { places: vec![None; names.len()], names, sums, data: 0 }
    }

    fn draw(&self, random: &mut Random) -> usize {
        let drawn = random.unit() * self.sums.last().copied().unwrap_or(0.0);
        self.sums.partition_point(|&upto| upto < drawn).min(self.names.len() - 1)
    }

    /// The data of the user's next task: that of the last one, or other data.
    fn place(&mut self, user: usize, tasks_of_a_place: f64, random: &mut Random) -> Option<Arc<str>> {
        if tasks_of_a_place < 1.0 {
            return None;
        }
        let place = self.places.get_mut(user)?;
        if random.chance(1.0 / tasks_of_a_place) || place.is_none() {
            self.data += 1;
            *place = Some(format!("blob-{}", self.data).into());
        }
        place.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn share(trace: &[Arrival], is: impl Fn(&Arrival) -> bool) -> f64 {
        trace.iter().filter(|arrival| is(arrival)).count() as f64 / trace.len() as f64
    }

    #[test]
    fn the_same_seed_makes_the_same_trace() {
        let shape = Synthetic { tasks: 500, accelerators: 2, ..Synthetic::default() };
        assert_eq!(synthetic(&shape), synthetic(&shape));
        assert_ne!(synthetic(&shape), synthetic(&Synthetic { seed: 2, ..shape }));
    }

    #[test]
    fn tasks_differ_as_the_shape_says() {
        let shape = Synthetic { tasks: 20_000, engines: 6, accelerators: 2, ..Synthetic::default() };
        let trace = synthetic(&shape);
        assert!((share(&trace, |task| task.priority > 0) - 0.05).abs() < 0.01);
        assert!((share(&trace, |task| task.class == TaskClass::Accelerator) - 0.25).abs() < 0.02);
        assert!((share(&trace, |task| task.failures > 0) - 0.01).abs() < 0.005);
        let mut places: HashMap<_, u32> = HashMap::new();
        for arrival in &trace {
            *places.entry(arrival.place.clone()).or_default() += 1;
        }
        let each = trace.len() as f64 / places.len() as f64;
        assert!((each - 4.0).abs() < 0.2, "{each} tasks read the same data");
        assert!(trace.iter().all(|task| (task.read_s - task.cost_s / 4.0).abs() < 1e-9));
        let without = synthetic(&Synthetic { tasks: 100, tasks_of_a_place: 0.0, urgent: 0.0, ..Synthetic::default() });
        let is_plain = |task: &Arrival| task.place.is_none() && task.read_s == 0.0 && task.priority == 0;
        assert!(without.iter().all(|task| is_plain(task) && task.class == TaskClass::Cpu));
    }
}
