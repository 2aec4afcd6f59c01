//! A list of tasks with what can be ordered.

use leptos::prelude::*;

use super::{
    lists::{List, note},
    subject::Subject,
    table::Table,
};
use crate::{
    format,
    model::{TaskPage, TaskView},
};

/// Names of the columns.
const COLUMNS: [&str; 7] = ["Task", "User", "Class", "Submitted", "Priority", "Problem", "Order"];

/// What can be ordered of the tasks of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// They wait.
    Cancel,
    /// They have ended badly.
    Retry,
}

/// What may change about a task while it stands in its row.
#[derive(Debug, Clone, PartialEq)]
struct Changing {
    priority: i32,
    problem: Option<String>,
    is_spent: bool,
}

impl Changing {
    fn of(page: &TaskPage, id: &str) -> Option<Self> {
        let task = page.items.iter().find(|task| task.id == id)?;
        let is_spent = page.spent.iter().any(|spent| spent == id);
        let problem = task.problem.as_ref().map(|problem| problem.detail.clone());
        Some(Self { priority: task.priority, problem, is_spent })
    }
}

/// The row stays the same element as long as the task is in the list, so that what somebody types into it is not lost.
fn row(task: TaskView, order: Order, tasks: RwSignal<TaskPage>) -> impl IntoView {
    let id = task.id.clone();
    let now = Memo::new(move |_| tasks.with(|page| Changing::of(page, &id)));
    let action = |verb: &str| format!("/admin/balancer/tasks/{}/{verb}", task.id);
    // As an attribute it changes only what nobody has typed over.
    let priority = (order == Order::Cancel).then(|| {
        view! {
            <form method="post" action=action("priority") class="balancer-priority">
                <input
                    type="number"
                    name="priority"
                    min="-100"
                    max="100"
                    value=move || now.get().map(|now| now.priority.to_string())
                    aria-label="Priority"
                />
                <button type="submit" class="button">"Set"</button>
            </form>
        }
    });
    let (state, word, ordered) = match order {
        Order::Cancel => ("cancel", "Cancel", action("cancel")),
        Order::Retry => ("retry", "Try again", action("retry")),
    };
    let is_spent = Memo::new(move |_| now.with(|now| now.as_ref().is_some_and(|now| now.is_spent)));
    let button = move || match is_spent.get() {
        true => view! { <span class="muted" data-testid="spent">"Its file is not kept"</span> }.into_any(),
        false => view! {
            <form method="post" action=ordered.clone()>
                <button type="submit" class="button">{word}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr data-testid="task" data-state=state>
            <th scope="row"><Subject kind=task.kind subject=task.subject/></th>
            <td>{task.user}</td>
            <td>{task.class.name()}</td>
            <td><time datetime=task.queued_at.clone()>{format::date_time(&task.queued_at)}</time></td>
            <td>{priority}</td>
            <td class="prose">{move || now.get().and_then(|now| now.problem)}</td>
            <td>{button}</td>
        </tr>
    }
}

/// The list; nothing while it is empty.
#[component]
pub fn Tasks(
    /// Its heading.
    title: &'static str,
    /// The list.
    list: List,
    /// What can be ordered.
    order: Order,
    /// True once the list follows the Balancer.
    is_live: RwSignal<bool>,
) -> impl IntoView {
    let List { id, tasks, .. } = list;
    let is_empty = Memo::new(move |_| tasks.with(|page| page.items.is_empty()));
    let is_all = Memo::new(move |_| tasks.with(|page| page.next.is_none()));
    let table = move || {
        let note = move || view! { {move || note(is_live.get(), is_all.get())} };
        view! {
            <Table title=title id=id columns=&COLUMNS note=note>
                <For each=move || tasks.with(|page| page.items.clone()) key=|task| task.id.clone() children=move |task| row(task, order, tasks)/>
            </Table>
        }
    };
    (move || (!is_empty.get()).then(table)).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{TaskClass, TaskState},
        problem,
    };

    #[test]
    fn rows_know_what_has_changed() {
        let task = |id: &str| TaskView {
            id: id.into(),
            kind: "analysis".into(),
            subject: String::new(),
            class: TaskClass::Cpu,
            user: "local".into(),
            priority: 7,
            state: TaskState::Failed,
            attempt: 1,
            progress_percent: None,
            problem: Some(problem::internal("It broke.")),
            queued_at: String::new(),
            started_at: None,
            finished_at: None,
        };
        let page = TaskPage { items: vec![task("a"), task("b")], next: None, spent: vec!["b".into()] };
        let expected = Changing { priority: 7, problem: Some("It broke.".into()), is_spent: false };
        assert_eq!(Changing::of(&page, "a"), Some(expected.clone()));
        assert_eq!(Changing::of(&page, "b"), Some(Changing { is_spent: true, ..expected }));
        assert_eq!(Changing::of(&page, "c"), None);
    }
}
