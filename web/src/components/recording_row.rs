//! One line of the index.

use leptos::prelude::*;

use crate::{
    components::state_chip::StateChip,
    format,
    model::{RecordingSummary, TaskState},
};

/// A row of the table of recordings.
#[component]
pub fn RecordingRow(
    /// The recording.
    recording: RecordingSummary,
    /// State of its analysis now.
    #[prop(into)]
    state: Signal<TaskState>,
    /// Work done, 0 to 100.
    #[prop(into)]
    percent: Signal<Option<f32>>,
    /// Its length: from the header until the analysis has counted.
    #[prop(into)]
    duration_s: Signal<Option<f64>>,
) -> impl IntoView {
    let href = format!("/das/{}", recording.id);
    let picture = format!("/api/das/{}/spectrogram.png?width=320&height=64", recording.id);
    let finished = Memo::new(move |_| state.get() == TaskState::Finished);
    let thumbnail = move || match finished.get() {
        true => view! {
            <img
                src=picture.clone()
                width="320"
                height="64"
                loading="lazy"
                decoding="async"
                alt=""
            />
        }
        .into_any(),
        false => view! { <span class="thumbnail-empty"></span> }.into_any(),
    };
    view! {
        <tr class="recording">
            <td class="recording-thumbnail"><a href=href.clone() tabindex="-1" aria-hidden="true">{thumbnail}</a></td>
            <th scope="row" class="recording-name">
                <a href=href data-testid="recording-link">{recording.name}</a>
                <small>{recording.container} " · " {recording.codec}</small>
            </th>
            <td class="recording-number" data-label="Length">{move || duration_s.get().map_or("–".to_owned(), format::duration)}</td>
            <td class="recording-number" data-label="Sound">
                {format::sample_rate(recording.sample_rate_hz)} " " <small>{format::channels(recording.channels)}</small>
            </td>
            <td class="recording-number" data-label="Size">{format::size(recording.size_bytes)}</td>
            <td class="recording-date" data-label="Submitted">
                <time datetime=recording.uploaded_at.clone()>{format::date_time(&recording.uploaded_at)}</time>
            </td>
            <td class="recording-state"><StateChip state percent/></td>
        </tr>
    }
    .into_any()
}
