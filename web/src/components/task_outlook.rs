//! Why a task waits, and when it is expected to end.

use leptos::prelude::*;

use crate::model::{Estimate, Outlook, WaitCause};

/// Attribute value of each cause.
fn cause_name(cause: WaitCause) -> &'static str {
    match cause {
        WaitCause::Starting => "starting",
        WaitCause::EnginesBusy => "engines_busy",
        WaitCause::NoEngine => "no_engine",
        WaitCause::Paused => "paused",
        WaitCause::Delayed => "delayed",
        WaitCause::Dependency => "dependency",
        WaitCause::Memory => "memory",
        WaitCause::Disk => "disk",
    }
}

/// Seconds for people: an estimate has no tenths beyond the first few seconds.
fn about(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 10.0 => format!("{seconds:.1} s"),
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7_200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3_600.0),
    }
}

fn estimate_sentence(estimate: &Estimate) -> String {
    let start = match estimate.start_in_s {
        seconds if seconds > 0.0 => format!("starts in about {}, ", about(seconds)),
        _ => String::new(),
    };
    let learned = match estimate.learned_from {
        0 => "a guess, nothing was learned yet".to_owned(),
        1 => "learned from one earlier task".to_owned(),
        count => format!("learned from {count} earlier tasks"),
    };
    format!("Expected: {start}ends in {} ± {} ({learned}).", about(estimate.end_in_s), about(estimate.error_s))
}

/// Two sentences while the task goes on, nothing afterwards.
#[component]
pub fn TaskOutlook(
    /// What is ahead of the task.
    outlook: RwSignal<Outlook>,
) -> impl IntoView {
    let wait = Memo::new(move |_| {
        outlook.with(|outlook| outlook.wait.as_ref().map(|wait| (wait.cause, wait.sentence.clone())))
    });
    let estimate = Memo::new(move |_| outlook.with(|outlook| outlook.estimate.as_ref().map(estimate_sentence)));
    move || {
        let (wait, estimate) = (wait.get(), estimate.get());
        (wait.is_some() || estimate.is_some()).then(|| {
            view! {
                <div class="task-outlook muted" data-testid="task-outlook">
                    {wait.map(|(cause, sentence)| view! {
                        <p data-testid="task-wait" data-cause=cause_name(cause)>{sentence}</p>
                    })}
                    {estimate.map(|sentence| view! { <p data-testid="task-estimate">{sentence}</p> })}
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_rounded_to_what_they_are_worth() {
        let estimate = Estimate { start_in_s: 0.0, end_in_s: 3.1234, error_s: 0.5, learned_from: 7 };
        assert_eq!(estimate_sentence(&estimate), "Expected: ends in 3.1 s ± 0.5 s (learned from 7 earlier tasks).");
        let estimate = Estimate { start_in_s: 700.0, end_in_s: 9_000.0, error_s: 100.0, learned_from: 0 };
        assert_eq!(
            estimate_sentence(&estimate),
            "Expected: starts in about 12 min, ends in 2.5 h ± 100 s (a guess, nothing was learned yet)."
        );
    }
}
