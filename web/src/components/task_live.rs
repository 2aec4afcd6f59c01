//! The task of a recording while it goes on.

use leptos::prelude::*;

use crate::{
    browser::events::{self, News},
    components::{problem_notice::ProblemNotice, progress_bar::ProgressBar, state_chip::StateChip},
    format,
    model::{Outlook, TaskState, TaskView},
};

/// Follows the task and what is ahead of it until it ends, or until the recording is deleted; `ended` runs once then.
pub fn follow(id: String, task: RwSignal<TaskView>, outlook: RwSignal<Outlook>, ended: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        if task.with_untracked(|task| task.state.is_final()) {
            return;
        }
        let ended = ended.clone();
        let following = events::follow(&id, move |news| match news {
            News::Task(now) => {
                let over = now.task.state.is_final();
                outlook.try_set(now.outlook);
                task.try_set(now.task);
                if over {
                    ended();
                }
            }
            News::Gone => ended(),
        });
        on_cleanup(move || events::close(Some(following)));
    });
}

/// State and progress.
#[component]
pub fn TaskLive(
    /// The task.
    task: RwSignal<TaskView>,
) -> impl IntoView {
    // A memo: what is read aloud changes with the state, not with each percent.
    let sentence = Memo::new(move |_| {
        task.with(|task| match task.state {
            TaskState::Queued => "Waiting for an engine.".to_owned(),
            TaskState::Running if task.attempt > 1 => format!("An engine is at work, attempt {}.", task.attempt),
            TaskState::Running => "An engine is at work.".to_owned(),
            TaskState::Finished => match &task.finished_at {
                Some(at) => format!("Finished {}.", format::date_time(at)),
                None => "Finished.".to_owned(),
            },
            TaskState::Failed => "The analysis ended without a result.".to_owned(),
            TaskState::Cancelled => "The analysis was cancelled.".to_owned(),
        })
    });
    let open = Memo::new(move |_| task.with(|task| !task.state.is_final()));
    let progress = Signal::derive(move || task.with(|task| task.progress_percent.map(|percent| percent / 100.0)));
    view! {
        <div class="task">
            <StateChip
                state=Signal::derive(move || task.with(|task| task.state))
                percent=Signal::derive(move || task.with(|task| task.progress_percent))
            />
            <span class="muted" aria-live="polite">{sentence}</span>
            {move || open.get().then(|| view! { <ProgressBar label="Analysis on the server" value=progress testid="task-progress"/> })}
        </div>
    }
    .into_any()
}

/// Why the task failed, if it did.
#[component]
pub fn TaskProblem(
    /// The task.
    task: RwSignal<TaskView>,
) -> impl IntoView {
    let problem = Memo::new(move |_| task.with(|task| task.problem.clone()));
    move || problem.get().map(|problem| view! { <ProblemNotice problem/> })
}
