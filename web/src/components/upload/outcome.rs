//! After the upload: where the recording is, and how its analysis goes.

use leptos::prelude::*;

use crate::{
    components::{
        task_live::{self, TaskLive, TaskProblem},
        task_outlook::TaskOutlook,
    },
    model::RecordingDetails,
};

/// Link and live state of an accepted recording.
#[component]
pub fn Outcome(
    /// What the server answered.
    details: RecordingDetails,
) -> impl IntoView {
    let (task, outlook) = (RwSignal::new(details.task), RwSignal::new(details.outlook));
    let id = details.recording.id;
    task_live::follow(id.clone(), task, outlook, || ());
    view! {
        <div class="file-outcome">
            <TaskLive task/>
            <TaskOutlook outlook/>
            <TaskProblem task/>
            <a class="button button-primary" href=format!("/das/{id}") data-testid="recording-link">"Open the recording"</a>
        </div>
    }
    .into_any()
}
