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
            connection::measure::Recording,
            controls::Controls,
            player::{Player, Sound},
            readout::Readout,
            spectrogram::Spectrogram,
            state::PlotState,
            waveform::Waveform,
        },
        problem_notice::ProblemNotice,
        task_attempts::TaskAttempts,
        task_live::{self, TaskLive, TaskProblem},
        task_orders::TaskOrders,
        task_outlook::TaskOutlook,
    },
    format,
    model::{Analysis, RecordingDetails, RecordingSummary, TaskView},
    pages::not_found::NotFoundPage,
    plot::range::Extent,
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

/// The result and the instrument that shows it.
#[derive(Clone)]
struct Shown {
    recording: Recording,
    analysis: Analysis,
    plot: PlotState,
}

impl Shown {
    fn of(details: &RecordingDetails, sound: Sound) -> Option<Self> {
        let recording = Recording::of(details)?;
        let analysis = details.analysis.clone()?;
        let geometry = &analysis.spectrogram;
        let extent = Extent::new(geometry.duration_s, geometry.column_duration_s);
        let nyquist_hz = f64::from(geometry.bins.saturating_sub(1)) * geometry.bin_width_hz;
        let plot = PlotState::new(extent, nyquist_hz, sound);
        Some(Self { recording, analysis, plot })
    }
}

#[component]
fn RecordingView(details: RecordingDetails) -> impl IntoView {
    let recording = StoredValue::new(details.recording.clone());
    let task = RwSignal::new(details.task.clone());
    let outlook = RwSignal::new(details.outlook.clone());
    let details = RwSignal::new(details);
    let gone = RwSignal::new(false);
    let id = recording.with_value(|recording| recording.id.clone());
    task_live::follow(id.clone(), task, outlook, move || {
        let id = id.clone();
        spawn_local(async move {
            match api::recording(id).await {
                Ok(fresh) => drop(details.try_set(fresh)),
                Err(problem) if problem.code == "not_found" => drop(gone.try_set(true)),
                Err(_) => {}
            }
        });
    });
    move || {
        if gone.get() {
            return view! { <Gone/> }.into_any();
        }
        view! {
            <Title text=recording.with_value(|recording| recording.name.clone())/>
            <Head details task/>
            <TaskProblem task/>
            <div class="task-ahead">
                <TaskOutlook outlook/>
                <TaskOrders id=recording.with_value(|recording| recording.id.clone()) task/>
            </div>
            <Body details task/>
            <TaskAttempts attempts=Signal::derive(move || details.with(|details| details.attempts.clone()))/>
            <footer class="page-foot"><DeleteForm id=recording.with_value(|recording| recording.id.clone())/></footer>
        }
        .into_any()
    }
}

/// Somebody else has deleted what this page was about.
#[component]
fn Gone() -> impl IntoView {
    view! {
        <section class="empty-state" role="status" data-testid="gone">
            <h1>"This recording has been deleted."</h1>
            <p><a class="button" href="/das">"All recordings"</a></p>
        </section>
    }
    .into_any()
}

#[component]
fn Head(details: RwSignal<RecordingDetails>, task: RwSignal<TaskView>) -> impl IntoView {
    let RecordingSummary { name, uploaded_at, .. } = details.with_untracked(|details| details.recording.clone());
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
    view! {
        <div class="page-head page-head-recording">
            <div>
                <p class="breadcrumb"><a href="/das">"Recordings"</a></p>
                <h1 class="recording-title">{name}</h1>
                <p class="facts">{facts}</p>
                <p class="muted">
                    "Submitted " <time datetime=uploaded_at.clone()>{format::date_time(&uploaded_at)}</time>
                </p>
            </div>
            <TaskLive task/>
        </div>
    }
    .into_any()
}

/// The server keeps nothing of a file that it found to be bad; a failure of its own costs no sound.
fn original_is_kept(task: &TaskView) -> bool {
    const OWN_FAILURES: [&str; 8] = [
        "attempts_exhausted",
        "cancelled",
        "dependency_failed",
        "disk_full",
        "internal",
        "overdue",
        "quarantined",
        "stalled",
    ];
    task.problem.as_ref().is_none_or(|problem| OWN_FAILURES.contains(&problem.code.as_str()))
}

/// The sound, and everything that is known about it. The player is built once: it plays on when the result comes.
#[component]
fn Body(details: RwSignal<RecordingDetails>, task: RwSignal<TaskView>) -> impl IntoView {
    let sound = Sound::new();
    let recording = StoredValue::new(details.with_untracked(|details| details.recording.clone()));
    let analysed = Memo::new(move |_| details.with(|details| details.analysis.is_some()));
    // The instrument is built once, when the result is there.
    let shown = Memo::new_with_compare(
        move |_| {
            analysed.track();
            details.with_untracked(|details| Shown::of(details, sound))
        },
        |_, _| true,
    );
    let kept = Memo::new(move |_| task.with(original_is_kept));
    move || {
        if !kept.get() {
            return view! { <p class="muted">"The file has been removed; only this entry says why. It can be deleted."</p> }.into_any();
        }
        let RecordingSummary { id, codec, .. } = recording.get_value();
        view! {
            <section
                class=move || if analysed.get() { "panel panel-instrument" } else { "panel panel-pending" }
                aria-label=move || if analysed.get() { "Spectrogram and waveform" } else { "Sound" }
            >
                {move || match shown.get() {
                    Some(shown) => view! { <Instrument shown/> }.into_any(),
                    None => view! { <Pending task/> }.into_any(),
                }}
                <Player sound src=format!("/api/das/{id}/original") codec ready=analysed/>
                {move || analysed.get().then(|| view! { <Hint/> })}
            </section>
            {move || match shown.get() {
                Some(shown) => view! { <Results shown/> }.into_any(),
                None => view! {
                    <section class="panel">
                        <h2>"Downloads"</h2>
                        <Downloads id=recording.with_value(|recording| recording.id.clone()) geometry=None/>
                    </section>
                }
                .into_any(),
            }}
        }
        .into_any()
    }
}

/// Where the plot will be.
#[component]
fn Pending(task: RwSignal<TaskView>) -> impl IntoView {
    let going_on = Memo::new(move |_| task.with(|task| !task.state.is_final()));
    move || {
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
    }
}

#[component]
fn Instrument(shown: Shown) -> impl IntoView {
    let Shown { recording, plot, .. } = shown;
    let id = recording.id.clone();
    view! {
        <div class="instrument-head">
            <Controls plot/>
            <Readout plot/>
        </div>
        <Spectrogram plot recording/>
        <Waveform plot id/>
    }
    .into_any()
}

#[component]
fn Hint() -> impl IntoView {
    view! {
        <p class="hint js-only">
            "Click to play from there, drag to zoom in; " <kbd>"Ctrl"</kbd> " with the wheel zooms too, "
            <kbd>"Shift"</kbd> " with dragging moves along. With the keyboard: arrows move the cursor, "
            <kbd>"+"</kbd> " " <kbd>"−"</kbd> " zoom, " <kbd>"Page Up"</kbd> " " <kbd>"Page Down"</kbd> " move along, "
            <kbd>"0"</kbd> " shows everything, " <kbd>"Enter"</kbd> " plays from the cursor, " <kbd>"Space"</kbd> " plays and pauses."
        </p>
    }
}

#[component]
fn Results(shown: Shown) -> impl IntoView {
    let Shown { recording, analysis, plot } = shown;
    let (id, geometry) = (recording.id.clone(), analysis.spectrogram.clone());
    view! {
        <div class="columns">
            <section class="panel">
                <h2>"Analysis"</h2>
                <AnalysisTable analysis/>
            </section>
            <div class="column-side">
                <ParityBadge plot recording/>
                <section class="panel">
                    <h2>"Downloads"</h2>
                    <Downloads id geometry=Some(geometry)/>
                </section>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{TaskClass, TaskState},
        problem,
    };

    #[test]
    fn bad_input_is_not_kept() {
        let mut task = TaskView {
            id: String::new(),
            kind: "analysis".into(),
            subject: String::new(),
            class: TaskClass::Cpu,
            user: "local".into(),
            priority: 0,
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
