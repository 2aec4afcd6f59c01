//! The history of a task: every lease, who had it, why, how long, and how it ended.

use leptos::prelude::*;

use crate::{format, model::AttemptView};

/// Words for the ends of an attempt.
fn end_words(end: Option<&str>) -> String {
    match end {
        None => "runs".to_owned(),
        Some("finished") => "finished".to_owned(),
        Some("server_died") => "the server died".to_owned(),
        Some("lease_expired") => "the engine was not heard of".to_owned(),
        Some("stalled") => "no progress".to_owned(),
        Some("overdue") => "over its deadline".to_owned(),
        Some(other) => other.replace('_', " "),
    }
}

/// A table that opens on demand; nothing as long as no engine had the task.
#[component]
pub fn TaskAttempts(
    /// The attempts, oldest first.
    #[prop(into)]
    attempts: Signal<Vec<AttemptView>>,
) -> impl IntoView {
    move || {
        let attempts = attempts.get();
        (!attempts.is_empty()).then(|| {
            let rows: Vec<_> = attempts
                .into_iter()
                .map(|attempt| {
                    let end = end_words(attempt.end.as_deref());
                    view! {
                        <tr data-testid="attempt" data-end=attempt.end.unwrap_or_else(|| "running".to_owned())>
                            <td>{attempt.number}</td>
                            <td>{attempt.engine}</td>
                            <td>{attempt.policy.name()} ": " {attempt.because}</td>
                            <td><time datetime=attempt.started_at.clone()>{format::date_time(&attempt.started_at)}</time></td>
                            <td>{format!("{:.1} s", attempt.duration_s)}</td>
                            <td>{end} {attempt.problem.map(|problem| view! { <small>" " {problem.detail}</small> })}</td>
                        </tr>
                    }
                })
                .collect();
            view! {
                <details class="panel attempts" data-testid="attempts">
                    <summary>"Attempts: which engine had the task, when and why"</summary>
                    <table class="recordings">
                        <thead>
                            <tr>
                                <th scope="col">"No."</th>
                                <th scope="col">"Engine"</th>
                                <th scope="col">"Chosen by"</th>
                                <th scope="col">"Began"</th>
                                <th scope="col">"Took"</th>
                                <th scope="col">"Ended"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </details>
            }
        })
    }
}
