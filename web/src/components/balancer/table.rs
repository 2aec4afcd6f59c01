//! A table of the Balancer's page.

use leptos::prelude::*;

/// A heading, the names of the columns, and the rows.
#[component]
pub fn Table(
    /// What it shows.
    title: &'static str,
    /// Id of the element, and its name for tests.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Names of the columns; the first names the row.
    columns: &'static [&'static str],
    /// A line below it.
    #[prop(optional, into)]
    note: Option<ViewFn>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let heads: Vec<_> = columns.iter().map(|name| view! { <th scope="col">{*name}</th> }).collect();
    view! {
        <section class="panel balancer-table" id=id data-testid=id>
            <h2>{title}</h2>
            <table class="figures">
                <thead><tr>{heads}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
            {note.map(|note| view! { <p class="muted balancer-note">{note.run()}</p> })}
        </section>
    }
    .into_any()
}
