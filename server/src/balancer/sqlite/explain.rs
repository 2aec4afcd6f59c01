//! Why a task waits, when it will end, and the Balancer at a glance.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError},
};

use web::model::{
    BalancerView, ClassView, EngineView, Estimate, Outlook, PolicyName, TaskClass, TaskCounts, UserShare, WaitCause,
    WaitReason,
};

use super::{
    Shared,
    board::{Board, Known, Running, Spot},
};
use crate::balancer::{
    forecast::{self, Ahead, Busy, Held, Memory},
    policy,
    waiting::Ticket,
};

/// A forecast serves so long at most: what runs comes nearer to its end.
const FRESH_MS: i64 = 500;
/// That of a longer queue serves so long even when the queue changes all the time.
const SHORT_QUEUE: usize = 256;

/// Users of an overview.
const MOST_USERS: usize = 100;

/// The last forecast of each class.
#[derive(Default)]
pub(super) struct Forecasts(HashMap<TaskClass, Forecast>);

struct Forecast {
    version: u64,
    at_ms: i64,
    ahead: Arc<HashMap<Ticket, Ahead>>,
}

pub(super) fn outlook(shared: &Shared, task_id: &str, now_ms: i64) -> Outlook {
    let class = {
        let board = shared.board();
        let Some(known) = board.known.get(task_id) else { return Outlook::default() };
        if let Spot::Running(running) = &known.spot {
            return Outlook { wait: None, estimate: Some(running_estimate(&board, known, running, now_ms)) };
        }
        known.entry.class
    };
    let ahead = ahead(shared, class, now_ms);
    let board = shared.board();
    let Some(known) = board.known.get(task_id) else { return Outlook::default() };
    let ahead = ahead.get(&known.entry.ticket).copied();
    let cost = board.costs.predict(known.entry.kind, known.entry.work);
    let turn = ahead.filter(|_| !board.paused.contains(&class) && board.hold.is_none()).and_then(|ahead| ahead.turn);
    let estimate = turn.map(|turn| Estimate {
        start_in_s: turn.start_in_s,
        end_in_s: turn.end_in_s,
        error_s: turn.error_s,
        learned_from: cost.learned_from,
    });
    Outlook { wait: Some(wait(&board, known, ahead, now_ms)), estimate }
}

/// The forecast of a class, at most [`FRESH_MS`] old.
fn ahead(shared: &Shared, class: TaskClass, now_ms: i64) -> Arc<HashMap<Ticket, Ahead>> {
    let mut forecasts = shared.forecasts.lock().unwrap_or_else(PoisonError::into_inner);
    let (version, policy, waiting, engines, memory) = {
        let board = shared.board();
        if let Some(known) = forecasts.0.get(&class)
            && now_ms - known.at_ms < FRESH_MS
            && (known.version == board.version || board.waiting.count(class) > SHORT_QUEUE)
        {
            return Arc::clone(&known.ahead);
        }
        (board.version, board.policy, board.waiting.clone(), engines(&board, class, now_ms), memory(&board, now_ms))
    };
    let ahead = Arc::new(forecast::forecast(policy, waiting, &engines, &memory, now_ms));
    forecasts.0.insert(class, Forecast { version, at_ms: now_ms, ahead: Arc::clone(&ahead) });
    ahead
}

/// The engines of a class and when they will be free.
fn engines(board: &Board, class: TaskClass, now_ms: i64) -> Vec<Busy> {
    let slots = board.slots.values().filter(|slot| slot.class == class);
    slots
        .map(|slot| {
            let known = slot.task.as_ref().and_then(|id| board.known.get(id));
            let (free_in_s, error_s) = match known {
                Some(known @ Known { spot: Spot::Running(running), .. }) => {
                    let estimate = running_estimate(board, known, running, now_ms);
                    (estimate.end_in_s, estimate.error_s)
                }
                _ => (0.0, 0.0),
            };
            Busy { seat: slot.seat.clone(), free_in_s, error_s }
        })
        .collect()
}

/// The memory for engines and when it will be free. A task that should be through says nothing about its end.
fn memory(board: &Board, now_ms: i64) -> Memory {
    let held = board.busy().map(|known| {
        let (end_in_s, error_s) = match &known.spot {
            Spot::Running(running) => {
                let estimate = running_estimate(board, known, running, now_ms);
                (estimate.end_in_s, estimate.error_s)
            }
            _ => (known.entry.cost_s, known.entry.cost_error_s),
        };
        Held { bytes: known.entry.memory_bytes, free_in_s: (end_in_s > 0.0).then_some(end_in_s), error_s }
    });
    Memory { limit_bytes: board.settings.memory_limit_bytes, held: held.collect() }
}

/// What is left of a running task: by its own pace once that is known, else by what such tasks cost.
fn running_estimate(board: &Board, known: &Known, running: &Running, now_ms: i64) -> Estimate {
    /// From here on the own pace is a better guide than the past of others.
    const PACE_FROM_PERCENT: f32 = 5.0;
    let cost = board.costs.predict(known.entry.kind, known.entry.work);
    let elapsed_s = running.worked_s(now_ms);
    let (end_in_s, error_s) = match running.view.progress_percent {
        Some(percent) if percent >= PACE_FROM_PERCENT => {
            let done = f64::from(percent) / 100.0;
            let left_s = elapsed_s / done * (1.0 - done);
            // The pace so far is known the better the more of it was seen.
            (left_s, left_s * (1.0 - done).max(0.05))
        }
        _ => ((cost.mean_s - elapsed_s).max(0.0), cost.error_s),
    };
    Estimate { start_in_s: 0.0, end_in_s, error_s, learned_from: cost.learned_from }
}

fn wait(board: &Board, known: &Known, ahead: Option<Ahead>, now_ms: i64) -> WaitReason {
    let class = known.entry.class;
    let slots = || board.slots.iter().filter(move |(_, slot)| slot.class == class);
    let busy: Vec<EngineView> =
        slots().filter(|(_, slot)| slot.task.is_some()).map(|(name, slot)| board.engine_view(name, slot)).collect();
    let waiting = board.waiting.count(class) as u32;
    let is_ready = matches!(known.spot, Spot::Ready);
    let position = ahead.filter(|_| is_ready).map(|ahead| ahead.position);
    let (cause, sentence) = match &known.spot {
        Spot::Blocked => {
            let count = known.waits_for.len();
            let s = if count == 1 { "" } else { "s" };
            (WaitCause::Dependency, format!("It needs the result of {count} other task{s}."))
        }
        Spot::Delayed => {
            let left_s = (known.not_before_ms - now_ms).max(0) as f64 / 1e3;
            (WaitCause::Delayed, format!("It is to start in {left_s:.0} s."))
        }
        _ if board.hold.is_some() => (WaitCause::Disk, board.hold.clone().unwrap_or_default()),
        _ if board.paused.contains(&class) => {
            (WaitCause::Paused, format!("The class {} is paused by an administrator.", class.name()))
        }
        _ if slots().next().is_none() => {
            let why = if board.stuck.get(&class).is_some_and(|stuck| *stuck > 0) { ": all of them hang" } else { "" };
            (WaitCause::NoEngine, format!("No engine of the class {} runs{why}.", class.name()))
        }
        _ if busy.len() == slots().count() => {
            (WaitCause::EnginesBusy, busy_sentence(board.policy, position, waiting, &busy))
        }
        _ => match short_of_memory(board, known, now_ms) {
            Some(sentence) => (WaitCause::Memory, sentence),
            None => (WaitCause::Starting, "An engine is about to take it.".to_owned()),
        },
    };
    WaitReason { cause, sentence, position, waiting, policy: board.policy, class, busy }
}

/// Says so when an idle engine would start a task at once but for the memory: of the task itself, or of the one that is next.
fn short_of_memory(board: &Board, known: &Known, now_ms: i64) -> Option<String> {
    if !matches!(known.spot, Spot::Ready) {
        return None;
    }
    let idle = board.slots.values().find(|slot| slot.class == known.entry.class && slot.task.is_none())?;
    let next = policy::choose(board.policy, &board.waiting, &idle.seat, now_ms)?.entry;
    let narrow = [&next, &known.entry].into_iter().find(|entry| !board.fits(entry))?;
    let (used, limit) = (board.memory_used() >> 20, board.settings.memory_limit_bytes >> 20);
    let wanted = narrow.memory_bytes >> 20;
    let who = if narrow.ticket == known.entry.ticket { "It" } else { "It waits behind a task that" };
    Some(format!("{who} needs {wanted} MiB; running tasks use {used} of the {limit} MiB for engines."))
}

fn busy_sentence(policy: PolicyName, position: Option<u32>, waiting: u32, busy: &[EngineView]) -> String {
    /// Engines that are named; a machine may have hundreds.
    const NAMED: usize = 4;
    let mut sentence = match position {
        Some(position) => format!("Place {position} of {waiting} by {}. ", policy.spoken()),
        None => format!("{waiting} tasks wait. "),
    };
    let named: Vec<String> = busy
        .iter()
        .take(NAMED)
        .map(|engine| {
            let percent = engine.progress_percent.map(|percent| format!(", {percent:.0} %")).unwrap_or_default();
            let (kind, user) = (engine.kind.as_deref().unwrap_or("task"), engine.user.as_deref().unwrap_or("somebody"));
            format!("{} with {kind} for {user}{percent}", engine.engine)
        })
        .collect();
    sentence.push_str(&format!("Busy: {}", named.join("; ")));
    if busy.len() > NAMED {
        sentence.push_str(&format!("; and {} more", busy.len() - NAMED));
    }
    sentence.push('.');
    sentence
}

pub(super) fn overview(board: &Board, counts: TaskCounts, now_ms: i64) -> BalancerView {
    let classes = board.settings.classes.iter().map(|&class| class_view(board, class, now_ms)).collect();
    let mut users: BTreeSet<Arc<str>> = board.waiting.usage.users().cloned().collect();
    let mut of_user: HashMap<Arc<str>, (u32, u32)> = HashMap::new();
    for known in board.known.values() {
        users.insert(Arc::clone(&known.entry.user));
        let (queued, running) = of_user.entry(Arc::clone(&known.entry.user)).or_default();
        match known.spot {
            Spot::Running(_) => *running += 1,
            _ => *queued += 1,
        }
    }
    let users: Vec<UserShare> = users
        .into_iter()
        .map(|user| {
            let (queued, running) = of_user.get(&user).copied().unwrap_or_default();
            UserShare {
                weight: board.waiting.usage.weight(&user),
                used_s: board.waiting.usage.used_s(&user, now_ms),
                user: user.to_string(),
                queued,
                running,
            }
        })
        .collect();
    let (users, more_users) = foremost(users);
    BalancerView {
        policy: board.policy,
        policies: PolicyName::ALL.map(|(policy, _)| policy).to_vec(),
        hold: board.hold.clone(),
        counts,
        classes,
        engines: board.slots.iter().map(|(name, slot)| board.engine_view(name, slot)).collect(),
        users,
        more_users,
        minutes: board.minutes.views(now_ms),
        memory_limit_bytes: board.settings.memory_limit_bytes,
        memory_used_bytes: board.memory_used(),
        max_queued: board.settings.max_queued,
        max_queued_per_user: board.settings.max_queued_per_user,
    }
}

/// Those with tasks, then those with the most use, as many as a page and a stream of events can hold; and how many are left out.
fn foremost(mut users: Vec<UserShare>) -> (Vec<UserShare>, u32) {
    let all = users.len();
    if all > MOST_USERS {
        let rank = |user: &UserShare| (user.queued + user.running > 0, user.used_s);
        users.sort_by(|a, b| rank(b).partial_cmp(&rank(a)).unwrap_or(std::cmp::Ordering::Equal));
        users.truncate(MOST_USERS);
        users.sort_by(|a, b| a.user.cmp(&b.user));
    }
    let more = (all - users.len()) as u32;
    (users, more)
}

fn class_view(board: &Board, class: TaskClass, now_ms: i64) -> ClassView {
    let slots = || board.slots.values().filter(|slot| slot.class == class);
    let of_class = || board.known.values().filter(|known| known.entry.class == class);
    let oldest_ms =
        board.waiting.lanes(class).filter_map(|(_, lane)| lane.oldest()).map(|entry| entry.ready_at_ms).min();
    ClassView {
        class,
        paused: board.paused.contains(&class),
        slots: slots().count() as u32,
        busy: slots().filter(|slot| slot.task.is_some()).count() as u32,
        stuck: board.stuck.get(&class).copied().unwrap_or(0),
        ready: board.waiting.count(class) as u32,
        delayed: of_class().filter(|known| matches!(known.spot, Spot::Delayed)).count() as u32,
        blocked: of_class().filter(|known| matches!(known.spot, Spot::Blocked)).count() as u32,
        oldest_wait_s: oldest_ms.map(|oldest_ms| (now_ms - oldest_ms).max(0) as f64 / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_users_those_with_tasks_come_first() {
        let share = |number: u32, queued| UserShare {
            user: format!("user{number:03}"),
            weight: 1.0,
            used_s: f64::from(number),
            queued,
            running: 0,
        };
        let few: Vec<_> = (0..MOST_USERS as u32).map(|number| share(number, 0)).collect();
        assert_eq!(foremost(few.clone()), (few, 0));
        let many = (0..150).map(|number| share(number, u32::from(number == 3))).collect();
        let (kept, more) = foremost(many);
        assert_eq!((kept.len(), more), (MOST_USERS, 50));
        assert_eq!((kept[0].user.as_str(), kept[1].user.as_str()), ("user003", "user051"));
        assert!(kept.is_sorted_by_key(|user| &user.user));
    }
}
