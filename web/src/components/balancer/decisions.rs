//! Which policy gave what to which engine, when and why.

use leptos::prelude::*;

use super::{
    lists::{DECISIONS, Log, note},
    subject::Subject,
    table::Table,
};
use crate::{components::attempt_cells::AttemptCells, model::Decision};

/// Names of the columns.
const COLUMNS: [&str; 7] = ["Task", "User", "Engine", "Chosen by", "Began", "Took", "Ended"];

fn row(decision: Decision) -> impl IntoView {
    view! {
        <tr data-testid="decision">
            <th scope="row"><Subject kind=decision.kind subject=decision.subject/></th>
            <td>{decision.user}</td>
            <AttemptCells attempt=decision.attempt/>
        </tr>
    }
}

/// The latest decisions, newest first; nothing before the first.
#[component]
pub fn Decisions(
    /// The decisions.
    log: Log,
    /// True once they follow the Balancer.
    is_live: RwSignal<bool>,
) -> impl IntoView {
    let Log { id, decisions } = log;
    let is_empty = Memo::new(move |_| decisions.with(|log| log.items.is_empty()));
    let rows = move || decisions.with(|log| log.items.clone()).into_iter().map(row).collect::<Vec<_>>();
    let table = move || {
        let note = move || {
            view! { {move || note(is_live.get(), true)} {format!(" At most {DECISIONS} are shown; the API lists up to 500.")} }
        };
        view! {
            <Table title="Latest decisions, newest first" id=id columns=&COLUMNS note=note>{rows}</Table>
        }
    };
    (move || (!is_empty.get()).then(table)).into_any()
}
