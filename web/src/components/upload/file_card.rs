//! A chosen file with its preview and its upload.

use leptos::prelude::*;

use super::{outcome::Outcome, preview_plot::PreviewPlot};
use crate::{
    browser::focus,
    components::{
        icons::{CROSS, Icon, UPLOAD},
        problem_notice::ProblemNotice,
        progress_bar::ProgressBar,
    },
    format,
    preview::protocol::Limits,
    upload::{
        item::{Item, Preview, PreviewState, Sending},
        queue::Queue,
    },
};

/// What is known about the sound, in one line.
fn facts(size_bytes: u64, preview: &Preview) -> String {
    let duration = preview
        .summary
        .as_ref()
        .map(|summary| summary.duration_s)
        .or(preview.info.as_ref().and_then(|info| info.duration_s));
    let info = preview.info.as_ref();
    [
        duration.map(format::duration),
        info.map(|info| format::sample_rate(info.sample_rate_hz)),
        info.map(|info| format::channels(info.channels)),
        info.map(|info| format!("{} / {}", info.container, info.codec)),
        Some(format::size(size_bytes)),
        preview
            .summary
            .as_ref()
            .and_then(|summary| summary.peak_dbfs)
            .map(|peak| format!("peak {}", format::level(Some(peak), "dBFS"))),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ")
}

/// The sentence beside the state.
fn progress_text(preview: &Preview) -> String {
    match preview.state {
        PreviewState::Queued => "Waiting for the sound worker".to_owned(),
        PreviewState::Decoding => {
            preview.progress.map_or("Analysing".to_owned(), |share| format!("Analysing, {:.0} %", share * 100.0))
        }
        PreviewState::Done => preview.summary.as_ref().map_or(String::new(), |summary| {
            let speed = summary.duration_s * 1000.0 / summary.elapsed_ms.max(1.0);
            format!("Analysed here in {:.0} ms, {speed:.0} × real time", summary.elapsed_ms)
        }),
        PreviewState::Failed if preview.columns > 0 => "What could be read".to_owned(),
        PreviewState::Failed => "No preview".to_owned(),
    }
}

/// Id of the card of a file.
fn card_id(number: u32) -> String {
    format!("file-{number}")
}

/// A card per file.
#[component]
pub fn FileCard(
    /// The file.
    item: Item,
    /// The line it stands in.
    queue: Queue,
    /// What is accepted.
    limits: Option<Limits>,
) -> impl IntoView {
    let preview = RwSignal::from(item.preview.clone());
    let sending = RwSignal::from(item.sending.clone());
    let size_bytes = item.size_bytes;
    let state = Memo::new(move |_| preview.with(|preview| preview.state));
    let problem = Memo::new(move |_| preview.with(|preview| preview.problem.clone()));
    let code = move || problem.with(|problem| problem.as_ref().map(|problem| problem.code.clone()));
    let share = Signal::derive(move || preview.with(|preview| preview.progress));
    let sent_share = Signal::derive(move || match sending.get() {
        Sending::Going(share) => Some(share),
        _ => None,
    });
    let sent = Memo::new(move |_| match sending.get() {
        Sending::Sent(details) => Some(*details),
        _ => None,
    });
    let can_submit = Memo::new({
        let item = item.clone();
        move |_| item.can_submit()
    });
    let on_its_way = Memo::new({
        let item = item.clone();
        move |_| item.is_on_its_way()
    });
    // The pressed button goes away each time; the keyboard stays with the card, or goes on to the next one.
    let submit = {
        let item = item.clone();
        move |_| {
            queue.submit(&item);
            focus::soon([card_id(item.number)]);
        }
    };
    let cancel = {
        let item = item.clone();
        move |_| {
            queue.cancel(&item);
            focus::soon([card_id(item.number)]);
        }
    };
    let remove = {
        let item = item.clone();
        move |_| {
            let neighbour = queue.neighbour(&item).map(card_id).unwrap_or_default();
            queue.remove(&item);
            focus::soon([neighbour, "upload-title".to_owned()]);
        }
    };
    let sending_text = move || match sending.get() {
        Sending::Waiting => "Waiting for the uploads before it".to_owned(),
        Sending::Going(share) => format!("Sending, {:.0} %", share * 100.0),
        _ => "Sent. The server checks and stores it".to_owned(),
    };
    view! {
        <article class="panel file-card" id=card_id(item.number) tabindex="-1" data-testid="file-card" data-name=item.name.clone()>
            <header class="file-head">
                <div>
                    <h3 class="file-name" dir="auto">{item.name.clone()}</h3>
                    <p class="facts">{move || preview.with(|preview| facts(size_bytes, preview))}</p>
                </div>
                <button
                    type="button" class="icon-button" title="Remove" aria-label=format!("Remove {}", item.name)
                    hidden=move || on_its_way.get() on:click=remove
                >
                    <Icon path=CROSS/>
                </button>
            </header>
            <div class="file-preview" hidden=move || preview.with(|preview| preview.state == PreviewState::Failed && preview.columns == 0)>
                <PreviewPlot item=item.clone() limits/>
            </div>
            <div class="file-state" data-testid="preview-state" data-state=move || state.get().name() data-code=code>
                <span class="muted">{move || preview.with(progress_text)}</span>
                <span class="muted file-columns" data-testid="preview-columns" data-columns=move || preview.with(|preview| preview.columns)>
                    {move || preview.with(|preview| (preview.columns > 0).then(|| format!("{} columns", format::count(preview.columns.into()))))}
                </span>
                <div class="file-progress" hidden=move || !matches!(state.get(), PreviewState::Queued | PreviewState::Decoding)>
                    <ProgressBar label="Preview" value=share/>
                </div>
            </div>
            {move || problem.get().map(|problem| view! { <ProblemNotice problem/> })}
            {move || match sending.get() {
                Sending::Refused(problem) => Some(view! { <ProblemNotice problem/> }),
                _ => None,
            }}
            <div class="file-actions" hidden=move || sent.with(Option::is_some) || !(can_submit.get() || on_its_way.get())>
                <button type="button" class="button button-primary" data-testid="submit" disabled=move || !can_submit.get() hidden=move || on_its_way.get() on:click=submit>
                    <Icon path=UPLOAD/> "Submit"
                </button>
                <div class="file-sending" hidden=move || !on_its_way.get()>
                    <ProgressBar label="Upload" value=sent_share testid="upload-progress"/>
                    <span class="muted">{sending_text}</span>
                    <button type="button" class="button" data-testid="cancel" on:click=cancel>"Cancel"</button>
                </div>
            </div>
            {move || sent.get().map(|details| view! { <Outcome details/> })}
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::protocol::{SoundInfo, Summary};

    #[test]
    fn facts_grow_with_what_is_known() {
        let mut preview = Preview::queued();
        assert_eq!(facts(2048, &preview), "2.0 KiB");
        preview.info = Some(SoundInfo {
            container: "wav".to_owned(),
            codec: "pcm_s16le".to_owned(),
            sample_rate_hz: 44_100,
            channels: 2,
            duration_s: Some(6.0),
        });
        assert_eq!(facts(2048, &preview), "6.00 s · 44.1 kHz · stereo · wav / pcm_s16le · 2.0 KiB");
        preview.summary = Some(Summary {
            duration_s: 5.5,
            peak_dbfs: Some(-6.04),
            rms_dbfs: None,
            clipped_samples: 0,
            elapsed_ms: 11.0,
        });
        preview.state = PreviewState::Done;
        assert!(facts(2048, &preview).starts_with("5.50 s"));
        assert!(facts(2048, &preview).ends_with("peak −6.0 dBFS"));
        assert_eq!(progress_text(&preview), "Analysed here in 11 ms, 500 × real time");
    }
}
