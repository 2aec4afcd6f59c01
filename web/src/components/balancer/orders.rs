//! Policy and drain. Plain forms: the page comes back with the new state.

use leptos::prelude::*;

use crate::model::{BalancerView, PolicyName};

/// What each policy does, for whoever has to choose.
fn meaning(policy: PolicyName) -> &'static str {
    match policy {
        PolicyName::Fifo => "in the order of arrival",
        PolicyName::Priority => "higher priority first",
        PolicyName::FairShare => "the user who was served least",
        PolicyName::ShortestFirst => "the shortest expected task",
        PolicyName::Affinity => "data that the engine had before",
    }
}

/// The forms.
#[component]
pub fn Orders(
    /// The Balancer now.
    now: RwSignal<BalancerView>,
) -> impl IntoView {
    let current = Memo::new(move |_| now.with(|view| view.policy));
    let policies = now.with_untracked(|view| view.policies.clone());
    let options: Vec<_> = policies
        .into_iter()
        .map(|policy| {
            view! {
                <option value=policy.name() selected=move || current.get() == policy>
                    {policy.spoken()} ": " {meaning(policy)}
                </option>
            }
        })
        .collect();
    let is_drained = Memo::new(move |_| now.with(|view| view.classes.iter().all(|class| class.paused)));
    view! {
        <section class="panel balancer-orders" aria-label="Orders">
            <form method="post" action="/admin/balancer/policy">
                <label class="control">"Policy" <select name="policy" data-testid="policy">{options}</select></label>
                <button type="submit" class="button" data-testid="policy-set">"Use until the next start"</button>
            </form>
            <form method="post" action=move || if is_drained.get() { "/admin/balancer/resume" } else { "/admin/balancer/drain" }>
                <button type="submit" class="button" data-testid="drain">
                    {move || if is_drained.get() { "Go on: start tasks again" } else { "Drain: finish what runs, start nothing" }}
                </button>
            </form>
            <p class="muted">
                "In force: " <strong data-testid="policy-now" data-policy=move || current.get().name()>{move || current.get().spoken()}</strong>
                ", " {move || meaning(current.get())} "."
            </p>
        </section>
    }
    .into_any()
}
