//! The state of an analysis in one word.

use leptos::prelude::*;

use crate::model::TaskState;

/// Attribute value and word of each state.
fn words(state: TaskState) -> (&'static str, &'static str) {
    match state {
        TaskState::Queued => ("queued", "Queued"),
        TaskState::Running => ("running", "Analysing"),
        TaskState::Finished => ("finished", "Analysed"),
        TaskState::Failed => ("failed", "Failed"),
        TaskState::Cancelled => ("cancelled", "Cancelled"),
    }
}

/// A chip with the state and, while it runs, how far it is.
#[component]
pub fn StateChip(
    /// State of the task.
    #[prop(into)]
    state: Signal<TaskState>,
    /// Work done, 0 to 100.
    #[prop(into)]
    percent: Signal<Option<f32>>,
) -> impl IntoView {
    let text = move || {
        let word = words(state.get()).1;
        match percent.get() {
            Some(percent) if state.get() == TaskState::Running => format!("{word} {percent:.0} %"),
            _ => word.to_owned(),
        }
    };
    view! {
        <span class="chip" data-testid="task-state" data-state=move || words(state.get()).0>
            <span class="chip-lamp" aria-hidden="true"></span>
            {text}
        </span>
    }
}
