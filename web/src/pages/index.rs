//! `/das`: the recordings of this server.

use leptos::{prelude::*, task::spawn_local};
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
    model::{RecordingPage, RecordingSummary},
};

/// Recordings on one page.
const PAGE_LENGTH: u32 = 50;
/// Pause between two looks at recordings whose analysis goes on.
const POLL_MS: i32 = 1500;

/// Where in the index a page stands.
#[derive(Debug, Clone, Default, PartialEq)]
struct Place {
    /// The last recording of the page before.
    after: Option<String>,
    /// Number of the first recording, from the link that led here.
    first: Option<u64>,
}

/// The index of recordings.
#[component]
pub fn IndexPage() -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| {
        query.with(|query| Place {
            after: query.get("after"),
            first: query.get("from").and_then(|from| from.parse().ok()),
        })
    });
    let page = Resource::new(move || place.get().after, |after| api::recordings(after, PAGE_LENGTH));
    view! {
        <Title text="Recordings"/>
        <div class="page-head">
            <h1>"Recordings"</h1>
            <a class="button button-primary" href="/das/upload"><Icon path=UPLOAD/>"Upload"</a>
        </div>
        <Transition fallback=|| view! { <p class="loading">"Reading the index…"</p> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Recordings page place=place.get_untracked()/> }.into_any(),
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

/// What the page of the index consists of.
#[derive(Clone, Copy, PartialEq)]
enum Content {
    /// The server has no recordings.
    Nothing,
    /// Recordings, but none this far down.
    Beyond,
    /// The table.
    Table,
}

#[component]
fn Recordings(page: RecordingPage, place: Place) -> impl IntoView {
    let page = RwSignal::new(page);
    keep_current(page, place.after.clone());
    let later = place.after.is_some();
    let content = Memo::new(move |_| {
        page.with(|page| match (page.items.is_empty(), page.total) {
            (true, 0) => Content::Nothing,
            (true, _) => Content::Beyond,
            (false, _) => Content::Table,
        })
    });
    let first = place.first;
    let count = Memo::new(move |_| page.with(|page| shown(page, later, first)));
    let older = Memo::new(move |_| {
        page.with(|page| {
            let (next, from) = (page.next.as_ref()?, numbers(page, later, first).map(|(_, last)| last + 1));
            Some(format!("/das?after={next}{}", from.map(|from| format!("&from={from}")).unwrap_or_default()))
        })
    });
    let newest = later.then(|| view! { <a class="button" href="/das">"Newest recordings"</a> });
    let is_older = Memo::new(move |_| older.with(Option::is_some));
    view! {
        {move || match content.get() {
            Content::Nothing => view! { <Empty/> }.into_any(),
            Content::Beyond => view! {
                <section class="empty-state" data-testid="beyond">
                    <p>"There are no older recordings."</p>
                </section>
            }
            .into_any(),
            Content::Table => view! { <Table page/> }.into_any(),
        }}
        <nav class="pagination" aria-label="Pages of the index" hidden=move || content.get() == Content::Nothing>
            <p class="muted" data-testid="count">{count}</p>
            {newest}
            {move || is_older.get().then(|| view! {
                <a class="button" rel="next" href=move || older.get().unwrap_or_default()>"Older recordings"</a>
            })}
        </nav>
    }
    .into_any()
}

#[component]
fn Table(page: RwSignal<RecordingPage>) -> impl IntoView {
    // A row is made once: what changes in it is a signal, so that the focus stays where it is.
    let row = move |recording: RecordingSummary| {
        let id = recording.id.clone();
        let first = recording.clone();
        let now = Memo::new(move |_| {
            page.with(|page| page.items.iter().find(|item| item.id == id).cloned()).unwrap_or_else(|| first.clone())
        });
        view! {
            <RecordingRow
                recording
                state=Signal::derive(move || now.with(|now| now.state))
                percent=Signal::derive(move || now.with(|now| now.progress_percent))
                duration_s=Signal::derive(move || now.with(|now| now.duration_s))
            />
        }
    };
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
                    <For each=move || page.with(|page| page.items.clone()) key=|recording| recording.id.clone() children=row/>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Numbers of the first and the last recording of a page, where they are known. The last page ends with the last
/// recording; an address in the middle may have come without a number.
fn numbers(page: &RecordingPage, later: bool, first: Option<u64>) -> Option<(u64, u64)> {
    let length = page.items.len() as u64;
    let first = match first {
        _ if page.next.is_none() => (page.total + 1).saturating_sub(length).max(1),
        _ if !later => 1,
        first => first.filter(|first| *first > 0)?,
    };
    let last = first.checked_add(length)?.checked_sub(1)?;
    (last <= page.total && length > 0).then_some((first, last))
}

/// `60 recordings`, or which of them are shown.
fn shown(page: &RecordingPage, later: bool, first: Option<u64>) -> String {
    let total = format::count(page.total);
    if page.items.len() as u64 == page.total {
        return if page.total == 1 { "1 recording".to_owned() } else { format!("{total} recordings") };
    }
    match numbers(page, later, first) {
        Some((first, last)) if first == last => format!("{} of {total} recordings", format::count(first)),
        Some((first, last)) => format!("{}–{} of {total} recordings", format::count(first), format::count(last)),
        None => format!("{total} recordings"),
    }
}

/// Looks again while an analysis goes on. One request for all rows: browsers open few connections to one server.
fn keep_current(page: RwSignal<RecordingPage>, after: Option<String>) {
    Effect::new(move |_| {
        if page.with(|page| page.items.iter().all(|recording| recording.state.is_final())) {
            return;
        }
        let after = after.clone();
        spawn_local(async move {
            observe::sleep(POLL_MS).await;
            if page.is_disposed() {
                return;
            }
            let fresh = api::recordings(after, PAGE_LENGTH).await;
            // Without an answer the old state is set again, which asks once more after the pause.
            page.try_update(|page| {
                if let Ok(fresh) = fresh {
                    *page = fresh;
                }
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskState;

    fn page(length: usize, total: u64, next: bool) -> RecordingPage {
        let recording = RecordingSummary {
            id: String::new(),
            name: String::new(),
            size_bytes: 0,
            sha256: String::new(),
            uploaded_at: String::new(),
            container: String::new(),
            codec: String::new(),
            sample_rate_hz: 44_100,
            channels: 1,
            duration_s: None,
            state: TaskState::Finished,
            progress_percent: None,
        };
        RecordingPage { items: vec![recording; length], total, next: next.then(String::new) }
    }

    #[test]
    fn pages_say_what_they_show() {
        assert_eq!(shown(&page(1, 1, false), false, None), "1 recording");
        assert_eq!(shown(&page(7, 7, false), false, None), "7 recordings");
        assert_eq!(shown(&page(50, 120, true), false, None), "1–50 of 120 recordings");
        assert_eq!(shown(&page(50, 120, true), true, Some(51)), "51–100 of 120 recordings");
        assert_eq!(shown(&page(10, 60, false), true, None), "51–60 of 60 recordings");
        assert_eq!(shown(&page(1, 51, false), true, Some(3)), "51 of 51 recordings");
    }

    #[test]
    fn numbers_that_cannot_be_are_not_shown() {
        assert_eq!(shown(&page(50, 120, true), true, None), "120 recordings");
        assert_eq!(shown(&page(50, 120, true), true, Some(u64::MAX)), "120 recordings");
        assert_eq!(shown(&page(50, 120, true), true, Some(0)), "120 recordings");
        assert_eq!(shown(&page(0, 60, false), true, Some(51)), "60 recordings");
    }
}
