//! There is nothing at this address.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api;

/// The page for addresses that lead nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    api::answer_not_found();
    view! {
        <Title text="Not found"/>
        <section class="empty-state">
            <p class="empty-figure" aria-hidden="true">"404"</p>
            <h1>"Nothing is recorded here"</h1>
            <p>"The address is wrong, or the recording has been deleted."</p>
            <p><a class="button button-primary" href="/das">"To the recordings"</a></p>
        </section>
    }
    .into_any()
}
