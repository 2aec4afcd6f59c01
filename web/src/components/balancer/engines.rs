//! Who works on what.

use leptos::prelude::*;

use super::{subject::Subject, table::Table};
use crate::{
    format,
    model::{BalancerView, EngineView},
};

/// Names of the columns.
const COLUMNS: [&str; 6] = ["Slot", "Works on", "For", "Done", "Since", "Order"];

fn row(engine: EngineView) -> impl IntoView {
    let work = match (&engine.kind, &engine.subject) {
        (Some(kind), Some(subject)) => view! { <Subject kind=kind.clone() subject=subject.clone()/> }.into_any(),
        _ => view! { <span class="muted">"idle"</span> }.into_any(),
    };
    let percent = engine.progress_percent.map(|percent| format!("{percent:.0} %"));
    let cancel = engine.task_id.map(|id| {
        view! {
            <form method="post" action=format!("/admin/balancer/tasks/{id}/cancel")>
                <button type="submit" class="button">"Cancel"</button>
            </form>
        }
    });
    view! {
        <tr data-testid="engine">
            <th scope="row">{engine.engine}</th>
            <td>{work}</td>
            <td>{engine.user}</td>
            <td>{percent}</td>
            <td><time datetime=engine.since.clone()>{format::date_time(&engine.since)}</time></td>
            <td>{cancel}</td>
        </tr>
    }
}

/// A table with a row for each slot.
#[component]
pub fn Engines(
    /// The Balancer now.
    now: RwSignal<BalancerView>,
) -> impl IntoView {
    let rows = move || now.with(|view| view.engines.clone()).into_iter().map(row).collect::<Vec<_>>();
    view! {
        <Table title="Engines" columns=&COLUMNS>{rows}</Table>
    }
    .into_any()
}
