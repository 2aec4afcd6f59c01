//! What one may order a task to do: end, or begin again. Forms: they work without scripts.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    api,
    components::problem_notice::ProblemNotice,
    model::{Problem, TaskState, TaskView},
};

/// The order that makes sense in each state.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Cancel,
    Retry,
}

fn order(task: &TaskView) -> Option<Order> {
    /// Found in the file itself, which is not kept then.
    const HOPELESS_BELOW_STATUS: u16 = 500;
    let is_bad_input = task.problem.as_ref().is_some_and(|problem| problem.status < HOPELESS_BELOW_STATUS);
    match task.state {
        TaskState::Queued | TaskState::Running => Some(Order::Cancel),
        TaskState::Cancelled => Some(Order::Retry),
        TaskState::Failed if !is_bad_input => Some(Order::Retry),
        TaskState::Failed | TaskState::Finished => None,
    }
}

/// The button that makes sense now.
#[component]
pub fn TaskOrders(
    /// Recording id.
    id: String,
    /// The task.
    task: RwSignal<TaskView>,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let order = Memo::new(move |_| task.with(order));
    let cancel_action = format!("/das/{id}/cancel");
    let retry_action = format!("/das/{id}/retry");
    let cancel = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        let id = id.clone();
        // The page hears of the end of the task like of any other change.
        spawn_local(async move {
            if let Err(problem) = api::cancel(id).await {
                refused.try_set(Some(problem));
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="task-orders">
            {move || match order.get() {
                Some(Order::Cancel) => view! {
                    <form method="post" action=cancel_action.clone() on:submit=cancel.clone()>
                        <button type="submit" class="button" data-testid="cancel" disabled=move || busy.get()>"Cancel"</button>
                    </form>
                }
                .into_any(),
                // The whole page anew: it follows the task from its beginning.
                Some(Order::Retry) => view! {
                    <form method="post" action=retry_action.clone()>
                        <button type="submit" class="button" data-testid="retry">"Try again"</button>
                    </form>
                }
                .into_any(),
                None => ().into_any(),
            }}
            {move || refused.get().map(|problem| view! { <ProblemNotice problem/> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::TaskClass, problem};

    #[test]
    fn what_may_help_is_offered() {
        let task = |state, problem| TaskView {
            id: String::new(),
            kind: "analysis".into(),
            subject: String::new(),
            class: TaskClass::Cpu,
            user: "local".into(),
            priority: 0,
            state,
            attempt: 1,
            progress_percent: None,
            problem,
            queued_at: String::new(),
            started_at: None,
            finished_at: None,
        };
        let bad = || Some(problem::sound("corrupt", "", None, None, None));
        let own = || Some(problem::internal(""));
        assert!(order(&task(TaskState::Running, None)) == Some(Order::Cancel));
        assert!(order(&task(TaskState::Failed, own())) == Some(Order::Retry));
        assert!(order(&task(TaskState::Failed, bad())).is_none());
        assert!(order(&task(TaskState::Finished, None)).is_none());
    }
}
