//! The queue of each class.

use leptos::prelude::*;

use super::table::Table;
use crate::{format, model::BalancerView};

/// Names of the columns.
const COLUMNS: [&str; 7] = ["Class", "Engines busy", "Ready", "Delayed", "Blocked", "Oldest waits", "Order"];

/// A table with a row for each class, and the totals.
#[component]
pub fn Queues(
    /// The Balancer now.
    now: RwSignal<BalancerView>,
) -> impl IntoView {
    let rows = move || {
        let classes = now.with(|view| view.classes.clone());
        let rows: Vec<_> = classes
            .into_iter()
            .map(|class| {
                let (verb, word) = if class.paused { ("resume", "Go on") } else { ("pause", "Pause") };
                let action = format!("/admin/balancer/classes/{}/{verb}", class.class.name());
                let hung = (class.stuck > 0).then(|| format!(", {} hung", class.stuck));
                view! {
                    <tr data-testid="queue" data-class=class.class.name() data-paused=class.paused.to_string()>
                        <th scope="row">{class.class.name()}</th>
                        <td>{class.busy} " of " {class.slots} {hung}</td>
                        <td>{class.ready}</td>
                        <td>{class.delayed}</td>
                        <td>{class.blocked}</td>
                        <td>{class.oldest_wait_s.map_or("–".to_owned(), format::duration)}</td>
                        <td>
                            <form method="post" action=action>
                                <button type="submit" class="button">{word}</button>
                            </form>
                        </td>
                    </tr>
                }
            })
            .collect();
        rows
    };
    let totals = move || {
        now.with(|view| {
            let counts = &view.counts;
            format!(
                "{} queued, {} running, {} finished, {} failed, {} cancelled. Room for {} waiting tasks, {} of one user. \
                 Memory of running tasks: {} of {}.",
                counts.queued,
                counts.running,
                counts.finished,
                counts.failed,
                counts.cancelled,
                view.max_queued,
                view.max_queued_per_user,
                format::size(view.memory_used_bytes),
                if view.memory_limit_bytes == 0 { "any".to_owned() } else { format::size(view.memory_limit_bytes) },
            )
        })
    };
    view! {
        <Table title="Queues" columns=&COLUMNS note=move || view! { <span data-testid="totals">{totals}</span> }>{rows}</Table>
    }
    .into_any()
}
