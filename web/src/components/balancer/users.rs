//! Who has used the engines of late.

use leptos::prelude::*;

use super::table::Table;
use crate::{
    format,
    model::{BalancerView, UserShare},
};

/// Names of the columns.
const COLUMNS: [&str; 6] = ["User", "Weight", "Engine time of late", "Waiting", "Running", "Order"];

/// A table with a row for each user.
#[component]
pub fn Users(
    /// The Balancer now.
    now: RwSignal<BalancerView>,
) -> impl IntoView {
    let rows = move || {
        now.with(|view| view.users.clone())
            .into_iter()
            .map(|user| {
                let order = cancel_all(&user);
                view! {
                    <tr data-testid="user">
                        <th scope="row">{user.user}</th>
                        <td>{format!("{}", user.weight)}</td>
                        <td>{format::duration(user.used_s)}</td>
                        <td>{user.queued}</td>
                        <td>{user.running}</td>
                        <td>{order}</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>()
    };
    let more = move || match now.with(|view| view.more_users) {
        0 => None,
        more => Some(view! {
            <tr><td colspan=COLUMNS.len() class="muted">{format!("and {more} more, with less use and nothing in the queue")}</td></tr>
        }),
    };
    view! {
        <Table title="Users" columns=&COLUMNS>{rows}{more}</Table>
    }
    .into_any()
}

/// The order that ends everything of a user; in two steps, because there is no way back.
fn cancel_all(user: &UserShare) -> Option<impl IntoView + use<>> {
    let open = user.queued + user.running;
    let tasks = if open == 1 { "task" } else { "tasks" };
    (open > 0).then(|| {
        view! {
            <details class="balancer-cancel-all" data-testid="cancel-all">
                <summary>"Cancel all…"</summary>
                <form method="post" action="/admin/balancer/tasks/cancel">
                    <input type="hidden" name="user" value=user.user.clone()/>
                    <button type="submit" class="button">{format!("Cancel {open} {tasks} of {}", user.user)}</button>
                </form>
            </details>
        }
    })
}
