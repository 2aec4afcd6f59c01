//! A bar that says how far something is.

use leptos::prelude::*;

/// A progress bar, 0 to 1; without a value it only says that work goes on.
#[component]
pub fn ProgressBar(
    /// Name for people who do not see the bar.
    label: &'static str,
    /// Work done.
    #[prop(into)]
    value: Signal<Option<f32>>,
    /// Name for tests.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let percent = move || value.get().map(|value| (value.clamp(0.0, 1.0) * 100.0).round());
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=percent
            data-testid=testid
            data-known=move || value.get().is_some().to_string()
        >
            <div class="progress-bar" style:transform=move || value.get().map(|value| format!("scaleX({:.4})", value.clamp(0.0, 1.0)))></div>
        </div>
    }
}
