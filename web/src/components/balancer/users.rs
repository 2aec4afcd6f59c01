//! Who has used the engines of late.

use leptos::prelude::*;

use super::table::Table;
use crate::{format, model::BalancerView};

/// Names of the columns.
const COLUMNS: [&str; 5] = ["User", "Weight", "Engine time of late", "Waiting", "Running"];

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
                view! {
                    <tr data-testid="user">
                        <th scope="row">{user.user}</th>
                        <td>{format!("{}", user.weight)}</td>
                        <td>{format::duration(user.used_s)}</td>
                        <td>{user.queued}</td>
                        <td>{user.running}</td>
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
