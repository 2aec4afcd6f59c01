//! `/das/upload`: choose, see, submit.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api,
    components::{
        icons::{Icon, UPLOAD},
        problem_notice::ProblemNotice,
        upload::{drop_zone::DropZone, file_card::FileCard},
    },
    model::{Problem, UploadRules},
    preview::{bridge, protocol::Limits},
    upload::queue::Queue,
};

/// What the page is made of: the rules and, after a refused form, the problem.
type Content = (Option<UploadRules>, Option<Problem>);

/// The upload page.
#[component]
pub fn UploadPage() -> impl IntoView {
    let content = Resource::new(
        || (),
        |()| async {
            let refused = api::form_problem();
            let answer: Content = match api::upload_rules().await {
                Ok(rules) => (Some(rules), refused),
                Err(problem) => (None, refused.or(Some(problem))),
            };
            answer
        },
    );
    view! {
        <Title text="Upload"/>
        <div class="page-head"><h1 id="upload-title" tabindex="-1">"Upload"</h1></div>
        <Suspense fallback=|| view! { <p class="loading">"Reading the rules…"</p> }>
            {move || Suspend::new(async move {
                let (rules, refused) = content.await;
                view! { <Chooser rules refused/> }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Chooser(rules: Option<UploadRules>, refused: Option<Problem>) -> impl IntoView {
    let queue = Queue::of_visit();
    let limits = rules.as_ref().map(Limits::from);
    // The worker compiles while the visitor still looks for the file. If it does not start, the first card says so.
    Effect::new(|_| drop(bridge::start()));
    let several =
        Memo::new(move |_| queue.items.with(|items| items.iter().filter(|item| item.can_submit()).count() > 0));
    view! {
        {refused.map(|problem| view! { <ProblemNotice problem/> })}
        <DropZone queue rules/>
        <div class="upload-all" hidden=move || queue.items.with(Vec::is_empty)>
            <h2>"Chosen files"</h2>
            <button type="button" class="button button-primary" data-testid="submit-all" disabled=move || !several.get() on:click=move |_| queue.submit_all()>
                <Icon path=UPLOAD/> "Submit all"
            </button>
        </div>
        <div class="file-cards">
            <For each=move || queue.items.get() key=|item| item.number children=move |item| view! { <FileCard item queue limits/> }/>
        </div>
    }
    .into_any()
}
