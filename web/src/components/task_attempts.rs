//! The history of a task: every lease, who had it, why, how long, and how it ended.

use leptos::prelude::*;

use super::attempt_cells::AttemptCells;
use crate::model::AttemptView;

/// A table that opens on demand; nothing as long as no engine had the task.
#[component]
pub fn TaskAttempts(
    /// The attempts, oldest first.
    #[prop(into)]
    attempts: Signal<Vec<AttemptView>>,
) -> impl IntoView {
    move || {
        let attempts = attempts.get();
        (!attempts.is_empty()).then(|| {
            let rows: Vec<_> = attempts
                .into_iter()
                .map(|attempt| {
                    let end = attempt.end.clone().unwrap_or_else(|| "running".to_owned());
                    view! {
                        <tr data-testid="attempt" data-end=end>
                            <td>{attempt.number}</td>
                            <AttemptCells attempt/>
                        </tr>
                    }
                })
                .collect();
            view! {
                <details class="panel attempts" data-testid="attempts">
                    <summary>"Attempts: which engine had the task, when and why"</summary>
                    <table class="recordings">
                        <thead>
                            <tr>
                                <th scope="col">"No."</th>
                                <th scope="col">"Engine"</th>
                                <th scope="col">"Chosen by"</th>
                                <th scope="col">"Began"</th>
                                <th scope="col">"Took"</th>
                                <th scope="col">"Ended"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </details>
            }
        })
    }
}
