//! What a task works on, as the way there.

use leptos::prelude::*;

/// The kind of a task; a link where what it works on has an address.
#[component]
pub fn Subject(
    /// Kind of the task.
    kind: String,
    /// What it works on.
    subject: String,
) -> impl IntoView {
    match kind.as_str() {
        "analysis" => view! { <a href=format!("/das/{subject}")>{kind}</a> }.into_any(),
        // No page, but a document for programs.
        "call" => view! { <a href=format!("/api/engine/calls/{subject}") rel="external">{kind}</a> }.into_any(),
        _ => kind.into_any(),
    }
}
