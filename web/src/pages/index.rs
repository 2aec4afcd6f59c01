//! `/das`: the recordings of this server.

use leptos::{either::Either, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api,
    browser::observe,
    components::{
        icons::{Icon, UPLOAD, WAVE},
        problem_notice::ProblemNotice,
        recording_row::RecordingRow,
    },
    format,
    model::RecordingPage,
};

/// Recordings on one page.
const PAGE_LENGTH: u32 = 50;
/// Pause between two looks at recordings whose analysis goes on.
const POLL_MS: i32 = 1500;

/// The index of recordings.
#[component]
pub fn IndexPage() -> impl IntoView {
    let query = use_query_map();
    let after = Memo::new(move |_| query.with(|query| query.get("after")));
    let page = Resource::new(move || after.get(), |after| api::recordings(after, PAGE_LENGTH));
    view! {
        <Title text="Recordings"/>
        <div class="page-head">
            <h1>"Recordings"</h1>
            <a class="button button-primary" href="/das/upload"><Icon path=UPLOAD/>"Upload"</a>
        </div>
        <Transition fallback=|| view! { <p class="loading">"Reading the index…"</p> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) if page.items.is_empty() && page.total == 0 => view! { <Empty/> }.into_any(),
                    Ok(page) => view! { <Recordings page after=after.get_untracked()/> }.into_any(),
                    Err(problem) => view! { <ProblemNotice problem/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="empty-state" data-testid="empty">
            <p class="empty-figure" aria-hidden="true"><Icon path=WAVE/></p>
            <h2>"No recordings yet"</h2>
            <p>"Drop a sound file on the upload page. Its spectrogram appears before anything is sent."</p>
            <p><a class="button button-primary" href="/das/upload">"Upload the first"</a></p>
        </section>
    }
    .into_any()
}

#[component]
fn Recordings(page: RecordingPage, after: Option<String>) -> impl IntoView {
    let RecordingPage { items, total, next } = page;
    let shown = items.len() as u64;
    let items = RwSignal::new(items);
    keep_current(items, after.clone());
    let older = next.map(|next| {
        view! { <a class="button" rel="next" href=format!("/das?after={next}")>"Older recordings"</a> }
    });
    let newest = after.map(|_| view! { <a class="button" href="/das">"Newest recordings"</a> });
    let count = if total == 1 { "1 recording".to_owned() } else { format!("{} recordings", format::count(total)) };
    let count = if shown < total { format!("{} of {count}", format::count(shown)) } else { count };
    view! {
        <div class="panel panel-table">
            <table class="recordings" data-testid="recordings">
                <caption class="visually-hidden">"Recordings, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">"Spectrogram"</span></th>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="recording-number">"Length"</th>
                        <th scope="col" class="recording-number">"Sound"</th>
                        <th scope="col" class="recording-number">"Size"</th>
                        <th scope="col">"Submitted"</th>
                        <th scope="col">"Analysis"</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || items.get()
                        key=|recording| {
                            // A row is made anew when something that it shows has changed.
                            (recording.id.clone(), recording.state as u8, recording.progress_percent.map(|percent| percent.round() as i32))
                        }
                        children=|recording| view! { <RecordingRow recording/> }
                    />
                </tbody>
            </table>
        </div>
        <nav class="pagination" aria-label="Pages of the index">
            <p class="muted">{count}</p>
            {match (newest, older) {
                (None, None) => Either::Left(()),
                both => Either::Right(both),
            }}
        </nav>
    }
    .into_any()
}

/// Looks again while an analysis goes on. One request for all rows: browsers open few connections to one server.
fn keep_current(items: RwSignal<Vec<crate::model::RecordingSummary>>, after: Option<String>) {
    Effect::new(move |_| {
        if items.with(|items| items.iter().all(|recording| recording.state.is_final())) {
            return;
        }
        let after = after.clone();
        spawn_local(async move {
            observe::sleep(POLL_MS).await;
            let fresh = api::recordings(after, PAGE_LENGTH).await;
            // Without an answer the old state is set again, which asks once more after the pause.
            if items.is_disposed() {
                return;
            }
            items.update(|items| {
                if let Ok(fresh) = fresh {
                    *items = fresh.items;
                }
            });
        });
    });
}
