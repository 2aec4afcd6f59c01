//! A list of tasks with what can be ordered. It stands as the page was loaded.

use leptos::prelude::*;

use super::subject::Subject;
use crate::{
    format,
    model::{TaskPage, TaskState, TaskView},
};

fn row(task: TaskView, order: &'static str) -> impl IntoView {
    let word = if order == "cancel" { "Cancel" } else { "Try again" };
    let problem = task.problem.map(|problem| problem.detail);
    let priority = (task.state == TaskState::Queued).then(|| {
        view! {
            <form method="post" action=format!("/admin/balancer/tasks/{}/priority", task.id) class="balancer-priority">
                <input type="number" name="priority" min="-100" max="100" value=task.priority aria-label="Priority"/>
                <button type="submit" class="button">"Set"</button>
            </form>
        }
    });
    view! {
        <tr data-testid="task" data-state=order>
            <th scope="row"><Subject kind=task.kind subject=task.subject/></th>
            <td>{task.user}</td>
            <td>{task.class.name()}</td>
            <td><time datetime=task.queued_at.clone()>{format::date_time(&task.queued_at)}</time></td>
            <td>{priority}</td>
            <td>{problem}</td>
            <td>
                <form method="post" action=format!("/admin/balancer/tasks/{}/{order}", task.id)>
                    <button type="submit" class="button">{word}</button>
                </form>
            </td>
        </tr>
    }
}

/// The list; nothing when it is empty.
#[component]
pub fn Tasks(
    /// Its heading.
    title: &'static str,
    /// Name for tests.
    testid: &'static str,
    /// The tasks.
    tasks: TaskPage,
    /// `cancel` or `retry`.
    order: &'static str,
) -> impl IntoView {
    if tasks.items.is_empty() {
        return ().into_any();
    }
    let more = tasks.next.map(|_| view! { <p class="muted">"There are more; the API lists all of them."</p> });
    let rows: Vec<_> = tasks.items.into_iter().map(|task| row(task, order)).collect();
    view! {
        <section class="panel balancer-table" data-testid=testid>
            <h2>{title}</h2>
            <table class="recordings">
                <thead>
                    <tr>
                        <th scope="col">"Task"</th>
                        <th scope="col">"User"</th>
                        <th scope="col">"Class"</th>
                        <th scope="col">"Submitted"</th>
                        <th scope="col">"Priority"</th>
                        <th scope="col">"Problem"</th>
                        <th scope="col">"Order"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </section>
    }
    .into_any()
}
