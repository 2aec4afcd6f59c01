//! `/admin/balancer`: queues, engines, users and the last hour, live; and the orders of an administrator, as forms.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api,
    browser::balancer_events,
    components::{
        balancer::{charts::Charts, engines::Engines, orders::Orders, queues::Queues, tasks::Tasks, users::Users},
        problem_notice::ProblemNotice,
    },
    model::{BalancerView, TaskPage},
};

/// The page of the Balancer.
#[component]
pub fn BalancerPage() -> impl IntoView {
    let view = Resource::new(|| (), |()| api::balancer());
    let waiting = Resource::new(|| (), |()| api::tasks("queued".to_owned()));
    let failed = Resource::new(|| (), |()| api::tasks("failed".to_owned()));
    view! {
        <Title text="Balancer"/>
        <div class="page-head"><h1>"Balancer"</h1></div>
        <Suspense fallback=|| view! { <p class="loading">"Asking the Balancer…"</p> }>
            {move || Suspend::new(async move {
                match (view.await, waiting.await, failed.await) {
                    (Ok(view), Ok(waiting), Ok(failed)) => view! { <Board view waiting failed/> }.into_any(),
                    (Err(problem), ..) | (_, Err(problem), _) | (_, _, Err(problem)) => {
                        view! { <ProblemNotice problem/> }.into_any()
                    }
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Board(view: BalancerView, waiting: TaskPage, failed: TaskPage) -> impl IntoView {
    let now = RwSignal::new(view);
    Effect::new(move |_| {
        let following = balancer_events::follow(move |view| drop(now.try_set(view)));
        on_cleanup(move || balancer_events::close(following));
    });
    view! {
        <div class="balancer">
        {move || now.with(|view| view.hold.clone()).map(|hold| view! { <p class="notice" role="status">{hold}</p> })}
        <Orders now/>
        <Charts now/>
        <Queues now/>
        <Engines now/>
        <Users now/>
        <Tasks title="Waiting tasks, newest first" testid="waiting" tasks=waiting order="cancel"/>
        <Tasks title="Failed tasks, newest first" testid="failed" tasks=failed order="retry"/>
        </div>
    }
    .into_any()
}
