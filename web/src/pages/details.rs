//! `/das/{id}`: one recording.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    api,
    components::{
        analysis_table::AnalysisTable,
        delete_form::DeleteForm,
        downloads::Downloads,
        parity_badge::ParityBadge,
        plot::{
            connection::measure::Recording, controls::Controls, player::Player, readout::Readout,
            spectrogram::Spectrogram, state::PlotState, waveform::Waveform,
        },
        problem_notice::ProblemNotice,
        task_live::{self, TaskLive, TaskProblem},
    },
    format,
    model::{RecordingDetails, RecordingSummary, TaskView},
    pages::not_found::NotFoundPage,
};

/// The page of a recording.
#[component]
pub fn DetailsPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    // Blocking: the status of the response depends on the answer.
    let details = Resource::new_blocking(move || id.get(), api::recording);
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Reading the recording…"</p> }>
            {move || Suspend::new(async move {
                match details.await {
                    Ok(details) => view! { <RecordingView details/> }.into_any(),
                    Err(problem) if problem.code == "not_found" => view! { <NotFoundPage/> }.into_any(),
                    Err(problem) => view! { <ProblemNotice problem/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn RecordingView(details: RecordingDetails) -> impl IntoView {
    let recording = details.recording.clone();
    let task = RwSignal::new(details.task.clone());
    let details = RwSignal::new(details);
    let id = recording.id.clone();
    task_live::follow(id.clone(), task, move || {
        let id = id.clone();
        spawn_local(async move {
            if let Ok(fresh) = api::recording(id).await {
                details.try_set(fresh);
            }
        });
    });
    // The result is built once, when it is there.
    let analysed = Memo::new(move |_| details.with(|details| details.analysis.is_some()));
    let facts = move || {
        details.with(|RecordingDetails { recording, .. }| {
            [
                recording.duration_s.map(format::duration),
                Some(format::sample_rate(recording.sample_rate_hz)),
                Some(format::channels(recording.channels)),
                Some(format!("{} / {}", recording.container, recording.codec)),
                Some(format::size(recording.size_bytes)),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
        })
    };
    let id = recording.id.clone();
    view! {
        <Title text=recording.name.clone()/>
        <div class="page-head page-head-recording">
            <div>
                <p class="breadcrumb"><a href="/das">"Recordings"</a></p>
                <h1 class="recording-title">{recording.name.clone()}</h1>
                <p class="facts">{facts}</p>
                <p class="muted">
                    "Submitted " <time datetime=recording.uploaded_at.clone()>{format::date_time(&recording.uploaded_at)}</time>
                </p>
            </div>
            <TaskLive task/>
        </div>
        <TaskProblem task/>
        {move || {
            analysed.get();
            details.with_untracked(|details| match Recording::of(details) {
                Some(_) => view! { <ResultView details=details.clone()/> }.into_any(),
                None => view! { <Pending details=details.clone() task/> }.into_any(),
            })
        }}
        <footer class="page-foot"><DeleteForm id/></footer>
    }
    .into_any()
}

/// The server keeps nothing of a file that it found to be bad; a failure of its own costs no sound.
fn original_is_kept(task: &TaskView) -> bool {
    const OWN_FAILURES: [&str; 3] = ["internal", "attempts_exhausted", "disk_full"];
    task.problem.as_ref().is_none_or(|problem| OWN_FAILURES.contains(&problem.code.as_str()))
}

/// Without a result there is the sound, if it is kept.
#[component]
fn Pending(details: RecordingDetails, task: RwSignal<TaskView>) -> impl IntoView {
    let recording = StoredValue::new(details.recording);
    let going_on = Memo::new(move |_| task.with(|task| !task.state.is_final()));
    let kept = Memo::new(move |_| task.with(original_is_kept));
    let screen = move || {
        going_on.get().then(|| {
            view! {
                <div class="plot plot-unknown">
                    <div class="plot-stage">
                        <p class="plot-message">
                            "The spectrogram appears here when the analysis is finished."
                            <span class="no-js-only">" Load the page again then."</span>
                        </p>
                    </div>
                </div>
            }
        })
    };
    move || {
        if !kept.get() {
            return view! { <p class="muted">"The file has been removed; only this entry says why. It can be deleted."</p> }.into_any();
        }
        let RecordingSummary { id, duration_s, codec, .. } = recording.get_value();
        let plot = PlotState::new(duration_s.unwrap_or(0.0), 1.0);
        view! {
            <section class="panel panel-pending" aria-label="Sound">
                {screen}
                <Player plot src=format!("/api/das/{id}/original") codec/>
            </section>
            <section class="panel">
                <h2>"Downloads"</h2>
                <Downloads id analysed=false/>
            </section>
        }
        .into_any()
    }
}

#[component]
fn ResultView(details: RecordingDetails) -> impl IntoView {
    let recording = Recording::of(&details)?;
    let analysis = details.analysis?;
    let geometry = &analysis.spectrogram;
    let plot = PlotState::new(geometry.duration_s, f64::from(geometry.bins.saturating_sub(1)) * geometry.bin_width_hz);
    let id = recording.id.clone();
    let codec = analysis.source.codec.clone();
    Some(view! {
        <section class="panel panel-instrument" aria-label="Spectrogram and waveform">
            <div class="instrument-head">
                <Controls plot/>
                <Readout plot/>
            </div>
            <Spectrogram plot recording=recording.clone()/>
            <Waveform plot id=id.clone()/>
            <Player plot src=recording.original_url() codec/>
            <p class="hint js-only">
                "Drag to zoom, click to play from there. With the keyboard: arrows move the cursor, "
                <kbd>"+"</kbd> " " <kbd>"−"</kbd> " zoom, " <kbd>"0"</kbd> " shows everything, " <kbd>"Space"</kbd> " plays."
            </p>
        </section>
        <div class="columns">
            <section class="panel">
                <h2>"Analysis"</h2>
                <AnalysisTable analysis/>
            </section>
            <div class="column-side">
                <ParityBadge plot recording/>
                <section class="panel">
                    <h2>"Downloads"</h2>
                    <Downloads id analysed=true/>
                </section>
            </div>
        </div>
    }
    .into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::TaskState, problem};

    #[test]
    fn bad_input_is_not_kept() {
        let mut task = TaskView {
            id: String::new(),
            state: TaskState::Running,
            attempt: 1,
            progress_percent: None,
            problem: None,
            queued_at: String::new(),
            started_at: None,
            finished_at: None,
        };
        assert!(original_is_kept(&task));
        task.problem = Some(problem::internal(""));
        assert!(original_is_kept(&task));
        task.problem = Some(problem::sound("corrupt", "", None, None, None));
        assert!(!original_is_kept(&task));
    }
}
