//! Who has used the engines of late.

use leptos::prelude::*;

use crate::{format, model::BalancerView};

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
    view! {
        <section class="panel balancer-table">
            <h2>"Users"</h2>
            <table class="recordings">
                <thead>
                    <tr>
                        <th scope="col">"User"</th>
                        <th scope="col">"Weight"</th>
                        <th scope="col">"Engine time of late"</th>
                        <th scope="col">"Waiting"</th>
                        <th scope="col">"Running"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
