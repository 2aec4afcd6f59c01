//! A lease of a task in a row of a table: who had it, why, since when, how long, and how it ended.

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

/// Cells for engine, decision, begin, length and end.
#[component]
pub fn AttemptCells(
    /// The lease.
    attempt: AttemptView,
) -> impl IntoView {
    view! {
        <td>{attempt.engine}</td>
        <td class="prose">{attempt.policy.name()} ": " {attempt.because}</td>
        <td><time datetime=attempt.started_at.clone()>{format::date_time(&attempt.started_at)}</time></td>
        <td>{format::duration(attempt.duration_s)}</td>
        <td class="prose">
            {end_words(attempt.end.as_deref())}
            {attempt.problem.map(|problem| view! { <small>" " {problem.detail}</small> })}
        </td>
    }
}
