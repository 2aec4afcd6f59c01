//! A problem, said so that a person can do something about it.

use leptos::prelude::*;

use crate::{format, model::Problem};

/// The limit and the value found, in the unit that the code implies.
fn numbers(problem: &Problem) -> Option<String> {
    let text = |value: f64| match problem.code.as_str() {
        "too_large" | "disk_full" => format::size(value.max(0.0) as u64),
        "too_long" => format::duration(value),
        "sample_rate" => format!("{} Hz", format::count(value.max(0.0) as u64)),
        _ if value.fract() == 0.0 && value >= 0.0 => format::count(value as u64),
        _ => format!("{value}"),
    };
    // A file that is cut off has a promise rather than a limit.
    let limit = if problem.code == "truncated" { "promised" } else { "limit" };
    let parts: Vec<String> = [
        problem.actual.map(|actual| format!("found {}", text(actual))),
        problem.limit.map(|value| format!("{limit} {}", text(value))),
        problem.offset_bytes.map(|bytes| format!("after {}", format::size(bytes))),
        problem.offset_frames.map(|frame| format!("at frame {}", format::count(frame))),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Title, sentence, numbers and code of a problem.
#[component]
pub fn ProblemNotice(
    /// The problem.
    problem: Problem,
) -> impl IntoView {
    let numbers = numbers(&problem);
    let code = problem.code.clone();
    view! {
        <div class="notice notice-problem" role="alert" data-testid="problem" data-code=problem.code>
            <p class="notice-title">{problem.title}</p>
            <p>{problem.detail}</p>
            <p class="notice-numbers">{numbers.map(|numbers| format!("{numbers} · "))}<code>{code}</code></p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        let problem = crate::problem::sound("too_large", "", Some(1024.0), Some(2048.0), None);
        assert_eq!(numbers(&problem).as_deref(), Some("found 2.0 KiB · limit 1.0 KiB"));
        let problem = crate::problem::sound("corrupt", "", None, None, Some(4096));
        assert_eq!(numbers(&problem).as_deref(), Some("at frame 4\u{202f}096"));
        let problem = crate::model::Problem { offset_bytes: Some(2_048), ..crate::problem::network("") };
        assert_eq!(numbers(&problem).as_deref(), Some("after 2.0 KiB"));
        // A cut file of which nothing more is known.
        assert_eq!(numbers(&crate::problem::sound("truncated", "", None, None, None)), None);
        assert_eq!(numbers(&crate::problem::network("")), None);
    }
}
