//! A list of tasks with what can be ordered. It stands as the page was loaded.

use leptos::prelude::*;

use super::{subject::Subject, table::Table};
use crate::{
    format,
    model::{TaskPage, TaskState, TaskView},
};

/// Names of the columns.
const COLUMNS: [&str; 7] = ["Task", "User", "Class", "Submitted", "Priority", "Problem", "Order"];

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
    let is_all = tasks.next.is_none();
    let note = move || {
        if is_all { "As they stood when the page was loaded." } else { "These are not all: the API lists the others." }
    };
    let rows: Vec<_> = tasks.items.into_iter().map(|task| row(task, order)).collect();
    view! {
        <Table title=title testid=testid columns=&COLUMNS note=note>{rows}</Table>
    }
    .into_any()
}
