//! Deleting a recording, with one step in between. A form: it works without scripts.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{api, components::problem_notice::ProblemNotice, model::Problem};

/// A button that opens the question, and the question.
#[component]
pub fn DeleteForm(
    /// Recording id.
    id: String,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let action = format!("/das/{id}/delete");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (id, navigate) = (id.clone(), navigate.clone());
        spawn_local(async move {
            match api::delete(id).await {
                // Going back should not lead to what is no longer there.
                Ok(()) => navigate("/das", NavigateOptions { replace: true, ..NavigateOptions::default() }),
                Err(problem) => {
                    refused.try_set(Some(problem));
                    busy.try_set(false);
                }
            }
        });
    };
    view! {
        <details class="delete">
            <summary class="button" data-testid="delete">"Delete…"</summary>
            <form method="post" action=action on:submit=submit>
                <p>"The file, its analysis and everything made from it will be gone. This cannot be undone."</p>
                <button type="submit" class="button button-danger" data-testid="delete-confirm" disabled=move || busy.get()>
                    "Delete this recording"
                </button>
                {move || refused.get().map(|problem| view! { <ProblemNotice problem/> })}
            </form>
        </details>
    }
    .into_any()
}
